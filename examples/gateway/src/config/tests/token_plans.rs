//! Plans for access tokens: whose, for whom, and beside which others.

use tollbar::challenge::ProtectedResource;

use super::{PROXY, expect, lines, toml};
use crate::config::identifiers;

/// Two servers, on lines 1 to 10.
const SERVERS: &str = "[[authorization_server]]\nname = \"login\"\nissuer = \
                       \"https://login.example\"\nclient_id = \"gw\"\nclient_secret = { env = \
                       \"SET\" }\n[[authorization_server]]\nname = \"other\"\nissuer = \
                       \"https://other.example\"\nclient_id = \"gw\"\nclient_secret = { env = \
                       \"SET\" }\n";

/// On lines 15 to 17, where it is the first plan.
const OAUTH2: &str = "[[proxy.plan]]\ntype = \"oauth2\"\nauthorization_server = \"login\"\n";
const JWT: &str = "[[proxy.plan]]\ntype = \"jwt\"\nauthorization_server = \"login\"\n";
const KEY: &str = "[[proxy.plan]]\ntype = \"key\"\n";
const KEYLESS: &str = "[[proxy.plan]]\ntype = \"keyless\"\n";

/// What is said where a plan for tokens stands beside one for everybody.
const STILL_OPEN: &str = "everybody is still let in: who comes without a token is admitted by this \
                          plan, so that no client is asked to log in: remove it when your clients \
                          can log in";

fn with(plans: &str) -> String {
    format!("{SERVERS}{PROXY}{plans}")
}

/// The same, with both servers in use.
fn used(plans: &str) -> String {
    let other = PROXY.replace("\"a\"", "\"b\"").replace("\"/a\"", "\"/b\"");
    let both = format!("{OAUTH2}{}name = \"o\"\n", JWT.replace("login", "other"));
    format!("{}{other}{both}", with(plans))
}

#[test]
fn plans_are_asked_in_one_order_however_they_are_written() {
    let plans = |text: &str| {
        let verdict = toml(text);
        assert_eq!(verdict.count().0, 0, "{verdict}");
        verdict.settings.unwrap().proxies[0].plans()
    };
    assert_eq!(plans(&with(OAUTH2)), "oauth2 (login)");
    assert_eq!(
        plans(&with(&format!(
            "{KEY}{OAUTH2}name = \"people\"\n{JWT}{KEYLESS}"
        ))),
        "jwt (login), people (oauth2, login), key, keyless"
    );
    // A key is told from a token by its form.
    expect(&used(&format!("{KEY}{OAUTH2}")), &[]);
    expect(
        &used(&format!("{OAUTH2}{KEYLESS}")),
        &[&format!("file:19:8: {STILL_OPEN}")],
    );
}

/// `(plans, the one problem)`.
#[test]
fn what_does_not_fit_is_told() {
    let kinds = "remove it, or write `type = \"oauth2\"` or `type = \"jwt\"`";
    for (plans, problem) in [
        (
            OAUTH2.replace("login", "logn"),
            "file:17:24: there is no authorization server `logn`: did you mean `login`?".to_owned(),
        ),
        (
            OAUTH2.replace("login", "somebody"),
            "file:17:24: there is no authorization server `somebody`: there is `login`, `other`"
                .to_owned(),
        ),
        (
            "[[proxy.plan]]\ntype = \"jwt\"\n".to_owned(),
            "file:16:8: this plan does not say whose tokens it takes: add `authorization_server = \
             \"login\"`"
                .to_owned(),
        ),
        (
            format!("{KEY}scopes = [\"a\"]\n"),
            format!("file:17:1: a plan of type `key` has no `scopes`: {kinds}"),
        ),
        (
            format!("{KEYLESS}audience = \"any\"\n"),
            format!("file:17:12: a plan of type `keyless` has no `audience`: {kinds}"),
        ),
        (
            format!("{JWT}cache_ttl = \"5m\"\n"),
            "file:18:13: a plan of type `jwt` has no `cache_ttl`: remove it, or write `type = \
             \"oauth2\"`"
                .to_owned(),
        ),
        (
            format!("{OAUTH2}token_type = \"any\"\n"),
            "file:18:14: a plan of type `oauth2` has no `token_type`: remove it, or write `type = \
             \"jwt\"`"
                .to_owned(),
        ),
        (
            format!("{OAUTH2}header = \"x-token\"\n"),
            "file:18:10: access tokens stand in `authorization` only: remove `header`".to_owned(),
        ),
        (
            format!("{OAUTH2}audience = []\n"),
            "file:18:1: a token is for somebody: this list is empty: name one audience, or leave \
             the key out for the public URL of the proxy"
                .to_owned(),
        ),
        (
            format!("{OAUTH2}audience = \"https://gw.example\"\n"),
            "file:18:12: `proxy[0].plan[0].audience`: `https://gw.example` is not the word `any`: \
             write audiences in brackets, such as `[\"https://gateway.example/mcp\"]`, or `\"any\"` \
             for no matter whom a token is for"
                .to_owned(),
        ),
        (
            format!("{JWT}algorithms = []\n"),
            "file:18:1: no token can be signed in none of these ways: name one, such as \
             `[\"RS256\", \"ES256\"]`, or leave the key out for all"
                .to_owned(),
        ),
        (
            format!("{JWT}algorithms = [\"HS256\"]\n"),
            "file:18:15: `proxy[0].plan[0].algorithms[0]`: `HS256` is not known here: write \
             one of `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384`, `EdDSA`"
                .to_owned(),
        ),
        (
            format!("{OAUTH2}scope_separator = \"ab\"\n"),
            "file:18:19: `proxy[0].plan[0].scope_separator`: `ab` cannot stand between scopes: \
             write one character that is no letter or digit, such as ` ` or `,`"
                .to_owned(),
        ),
        (
            format!("{KEYLESS}{KEY}"),
            "file:16:8: a keyless plan is the last one: it is for those who show nothing: move it \
             behind the other plans of this proxy"
                .to_owned(),
        ),
        (
            format!("{OAUTH2}{OAUTH2}name = \"b\"\n"),
            "file:19:8: the first plan takes all tokens of `login` already: make one plan of both: \
             it may name several audiences"
                .to_owned(),
        ),
        (
            "[[proxy.plan]]\ntype = \"oauth\"\n".to_owned(),
            "file:16:8: `proxy[0].plan[0].type`: `oauth` is not known here: did you mean `oauth2`?"
                .to_owned(),
        ),
    ] {
        let verdict = toml(&used(&plans));
        let found: Vec<String> = lines(&verdict)
            .into_iter()
            // Beside the one that is asked for.
            .filter(|line| !line.contains("no plan takes tokens of"))
            .collect();
        assert!(verdict.settings.is_none(), "{plans}");
        assert_eq!(found, [problem], "{plans}");
    }
}

#[test]
fn who_is_no_client_can_take_signed_tokens_only() {
    let server = "[[authorization_server]]\nname = \"login\"\nissuer = \"https://login.example\"\n";
    expect(&format!("{server}{PROXY}{JWT}"), &[]);
    expect(
        &format!("{server}{PROXY}{OAUTH2}"),
        &[
            "file:10:24: `login` cannot be asked about tokens, since the gateway is no client \
             there: add `client_id` and `client_secret` to the `[[authorization_server]]` `login`, \
             or, where its tokens are signed, write `type = \"jwt\"`",
        ],
    );
}

#[test]
fn a_token_is_for_somebody() {
    let any = "audience = \"any\"\n";
    let found = lines(&toml(&used(&format!("{OAUTH2}{any}"))));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0]
            .starts_with("file:18:12: every token of the authorization server opens this proxy"),
        "{found:?}"
    );
    let verdict = toml(&used(&format!("{JWT}{any}")));
    assert!(verdict.settings.is_none());
    let found = lines(&verdict);
    assert!(
        found[0].starts_with("file:18:12: a JWT that is for anybody"),
        "{found:?}"
    );
    expect(&used(&format!("{JWT}audience = [\"a\", \"urn:b\"]\n")), &[]);
}

/// What a token may be for is what clients are told that it is for.
#[test]
fn both_ways_to_write_a_url_are_those_of_the_metadata() {
    for text in [
        "https://gw.example/mcp",
        "https://gw.example/a/",
        "https://gw.example",
    ] {
        let url: url::Url = text.parse().unwrap();
        let told = ProtectedResource::new(url.clone(), "https://login.example").unwrap();
        assert_eq!(identifiers(&url), told.identifiers());
    }
}

#[test]
fn clients_know_one_url() {
    let listening = |address: &str, more: &str| {
        format!(
            "[listener]\naddress = \"{address}\"\n{more}{}",
            used(OAUTH2)
        )
    };
    // The second proxy has two of them.
    let found = lines(&toml(&listening("0.0.0.0:8080", "")));
    let unknown = "clients log in for one URL, and `0.0.0.0:8080` is none that they know: say how \
                   clients reach this proxy: `public_url = \"https://gateway.example\"` in \
                   `[listener]`, or the whole URL in `[[proxy]]`";
    let said = found.iter().filter(|line| line.ends_with(unknown)).count();
    assert_eq!(said, 3, "{found:?}");
    let public = "public_url = \"https://gw.example\"\n";
    let trusted = "trusted_peers = [\"10.0.0.7\"]\n";
    expect(
        &listening("0.0.0.0:8080", &format!("{public}{trusted}")),
        &[],
    );
    expect(&listening("127.0.0.1:0", ""), &[]);
    // Behind nobody that ends TLS.
    let found = lines(&toml(&listening("0.0.0.0:8080", public)));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("the tokens of `a` can be read on the way"),
        "{found:?}"
    );
    let plain = public.replace("https", "http");
    let found = lines(&toml(&listening("127.0.0.1:8080", &plain)));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("file:3:14: clients reach `a` without TLS: their tokens can be read"),
        "{found:?}"
    );
}

#[test]
fn opaque_tokens_of_two_servers_cannot_be_told_apart() {
    let two = format!("{OAUTH2}{}name = \"b\"\n", OAUTH2.replace("login", "other"));
    let found = lines(&toml(&with(&two)));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with(
            "file:19:8: a token that tells nothing of itself goes to the authorization server of \
             the first plan"
        ),
        "{found:?}"
    );
    expect(
        &with(&format!("{OAUTH2}{}", JWT.replace("login", "other"))),
        &[],
    );
}

#[test]
fn tokens_tell_what_rules_ask_for() {
    let rule = "[proxy.acl]\n[[proxy.acl.rule]]\nname = \"a\"\nclaims = { a = [\"b\"] }\nclients = \
                [\"c\"]\nsubjects = [\"d\"]\nneeds_scopes = [\"e\"]\n";
    let other = format!("{}name = \"o\"\n", JWT.replace("login", "other"));
    expect(&with(&format!("{OAUTH2}{other}{rule}")), &[]);
    let found = lines(&toml(&with(&format!("{KEY}{rule}"))));
    assert!(
        found
            .iter()
            .any(|line| line.contains("that takes a plan of type `oauth2` or `jwt`")),
        "{found:?}"
    );
    // They stand in a header that rules do not compare.
    let header = rule.replace("claims = { a", "headers = { authorization");
    let found = lines(&toml(&with(&format!("{OAUTH2}{other}{header}"))));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn no_two_proxies_share_the_url_of_their_tokens() {
    let proxy = |name: &str, url: &str, plans: &str| {
        let proxy = PROXY.replace("\"a\"", &format!("\"{name}\""));
        let path = format!("path = \"/{name}\"\npublic_url = \"{url}\"");
        let proxy = proxy.replace("path = \"/a\"", &path);
        format!("{proxy}{plans}")
    };
    let servers = SERVERS.split_inclusive("[[authorization_server]]").take(2);
    let server: String = servers.collect();
    let server = server.trim_end_matches("[[authorization_server]]");
    let audience = format!("{OAUTH2}audience = [\"b\"]\n");
    let with = |plans: &str| {
        let first = proxy("a", "https://gw.example/m", OAUTH2);
        format!(
            "{server}{first}{}",
            proxy("b", "https://gw.example/m/", plans)
        )
    };
    let verdict = toml(&with(OAUTH2));
    let said = lines(&verdict).join("\n");
    assert!(
        said.contains("clients know `b` by the same URL as `a`"),
        "{said}"
    );
    assert_eq!(toml(&with(&audience)).count().0, 0);
    assert_eq!(toml(&with(KEY)).count().0, 0);
}
