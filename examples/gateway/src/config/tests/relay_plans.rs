//! Plans that leave it to the server who is let in, alone and beside others.

use super::{PROXY, expect, lines, toml};
use crate::config::audiences;

/// On lines 1 to 5.
const SERVER: &str = "[[authorization_server]]\nname = \"login\"\nissuer = \"https://login.example\"\n\
                      client_id = \"gw\"\nclient_secret = { env = \"SET\" }\n";

/// On lines 10 and 11, where it is the first plan behind the server.
const RELAY: &str = "[[proxy.plan]]\ntype = \"relay\"\n";
const KEY: &str = "[[proxy.plan]]\ntype = \"key\"\n";
const KEYLESS: &str = "[[proxy.plan]]\ntype = \"keyless\"\n";
const VERIFIED: &str = "verify = \"jwt\"\nauthorization_server = \"login\"\n";

fn with(plans: &str) -> String {
    format!("{PROXY}{plans}")
}

fn behind(plans: &str) -> String {
    format!("{SERVER}{PROXY}{plans}")
}

fn plans(text: &str) -> String {
    let verdict = toml(text);
    assert_eq!(verdict.count().0, 0, "{verdict}");
    verdict.settings.unwrap().proxies[0].plans()
}

#[test]
fn a_relay_plan_says_what_it_verifies() {
    assert_eq!(plans(&with(RELAY)), "relay");
    assert_eq!(
        plans(&behind(&format!("{RELAY}{VERIFIED}"))),
        "relay (jwt, login)"
    );
    let named = format!("{RELAY}name = \"people\"\n{VERIFIED}").replace("jwt", "oauth2");
    assert_eq!(plans(&behind(&named)), "people (relay, oauth2, login)");
    // Who shows a key is not asked for anything else.
    let key = format!("{RELAY}{KEY}header = \"x-api-key\"\n");
    assert_eq!(plans(&with(&key)), "key, relay");
    let keys_only = format!("[proxy.relay]\n{KEY}header = \"x-api-key\"\n");
    assert_eq!(plans(&with(&keys_only)), "key");
    expect(&with(&keys_only), &[]);
}

/// `(plans, the one problem)`.
#[test]
fn one_header_is_not_claimed_twice() {
    let relay = "[proxy.relay]\n";
    let twice = |line: &str, who: &str, fix: &str| {
        format!(
            "file:{line}:8: `authorization` is claimed twice: by this plan, and by {who}, which \
             leaves it to the server: {fix}"
        )
    };
    let elsewhere =
        "let clients send the key elsewhere, such as `header = \"x-api-key\"`, or remove";
    for (text, problem) in [
        (
            with(&format!("{relay}{KEY}")),
            twice("7", "`[proxy.relay]`", &format!("{elsewhere} `[proxy.relay]`")),
        ),
        (
            with(&format!("{KEY}{RELAY}")),
            twice("6", "the relay plan", &format!("{elsewhere} the relay plan")),
        ),
        (
            behind(&format!(
                "{relay}{}authorization_server = \"login\"\n",
                RELAY.replace("relay", "jwt")
            )),
            twice(
                "12",
                "`[proxy.relay]`",
                "write `type = \"relay\"` and `verify = \"jwt\"` to verify the server's tokens here, \
                 too; where tokens are for the gateway, remove `[proxy.relay]`",
            ),
        ),
        (
            with(&format!("{RELAY}{KEYLESS}")),
            "file:8:8: a keyless plan has nobody to let in beside the relay plan, which lets \
             everybody through to the server: remove one of the two"
                .to_owned(),
        ),
        (
            with(&format!("{relay}{KEYLESS}")),
            "file:7:8: here it is the server who lets people in (`[proxy.relay]`), and not a keyless \
             plan: write `type = \"relay\"`, or remove the plan, which comes to the same"
                .to_owned(),
        ),
        (
            with(&format!("{RELAY}{RELAY}name = \"b\"\n")),
            "file:8:8: the first plan leaves it to the server already: remove one of the two"
                .to_owned(),
        ),
        (
            with(&format!("{RELAY}header = \"x-token\"\n")),
            "file:7:10: access tokens stand in `authorization` only: remove `header`".to_owned(),
        ),
    ] {
        expect(&text, &[&problem]);
        assert!(toml(&text).settings.is_none(), "{text}");
    }
}

/// Whom a key names is not whom the token names.
#[test]
fn what_is_verified_stands_alone() {
    let key = format!("{KEY}header = \"x-api-key\"\n");
    let problem = |place: &str| {
        format!(
            "file:{place}: who shows both a token and a key (plan `key`) would be refused: with \
             `verify` both are credentials of the gateway, which takes one: give the plan `key` a \
             `[[proxy]]` of its own to the same server; or remove `verify`"
        )
    };
    let text = behind(&format!("{RELAY}{VERIFIED}{key}"));
    expect(&text, &[&problem("12:10")]);
    assert!(toml(&text).settings.is_none());
    expect(
        &behind(&format!("{key}{RELAY}{VERIFIED}")),
        &[&problem("15:10")],
    );
    let certificate = "[[proxy.plan]]\ntype = \"certificate\"\nheader = \"client-cert\"\nadmit = \
                       [{ any = true }]\n";
    let text = format!(
        "[listener]\ntrusted_peers = [\"127.0.0.1\"]\n{}",
        behind(&format!("{RELAY}{VERIFIED}{certificate}"))
    );
    expect(
        &text,
        &[&problem("14:10")
            .replace("a key", "a certificate")
            .replace("`key`", "`certificate`")],
    );
}

/// `(plans, the one problem)`.
#[test]
fn keys_of_plans_for_tokens_need_a_relay_that_verifies() {
    for (text, problem) in [
        (
            format!("{RELAY}scopes = [\"a\"]\n"),
            "file:7:1: a plan of type `relay` that verifies nothing has no `scopes`: remove it, or \
             write `verify = \"oauth2\"` or `verify = \"jwt\"`",
        ),
        (
            format!("{KEY}verify = \"jwt\"\n"),
            "file:7:10: a plan of type `key` has no `verify`: remove it, or, where the server judges \
             tokens too, write `type = \"relay\"`",
        ),
        (
            format!("{RELAY}verify = \"jwt\"\n"),
            "file:6:8: this plan does not say whose tokens it takes: add an \
             `[[authorization_server]]` with a `name`, and that name here: `authorization_server = \
             \"login\"`",
        ),
        (
            format!("{RELAY}verify = \"token\"\n"),
            "file:7:10: `proxy[0].plan[0].verify`: `token` is not known here: did you mean `oauth2`?",
        ),
    ] {
        expect(&with(&text), &[problem]);
    }
    for (text, problem) in [
        (
            format!("{RELAY}{VERIFIED}cache_ttl = \"5m\"\n"),
            "file:14:13: a plan of type `relay` that verifies `jwt` has no `cache_ttl`: remove it, or \
             write `verify = \"oauth2\"`",
        ),
        (
            format!("{RELAY}{VERIFIED}audience = \"any\"\n"),
            "file:14:12: a JWT that is for anybody is taken from one service to the next: each of \
             them could use it here: name the audiences, such as `[\"https://gateway.example/mcp\"]`",
        ),
    ] {
        expect(&behind(&text), &[problem]);
    }
    let stranger = SERVER
        .lines()
        .take(3)
        .fold(String::new(), |text, line| text + line + "\n");
    let text = format!(
        "{stranger}{PROXY}{RELAY}{}",
        VERIFIED.replace("jwt", "oauth2")
    );
    let found = lines(&toml(&text));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].ends_with("where its tokens are signed, write `verify = \"jwt\"`"),
        "{found:?}"
    );
}

/// The client asks for a token for the one or for the other, and the same token is judged twice.
#[test]
fn a_token_is_for_the_proxy_or_for_its_server() {
    let of = |text: &str| {
        let verdict = toml(text);
        assert_eq!(verdict.count().0, 0, "{verdict}");
        let proxy = verdict.settings.unwrap().proxies.remove(0);
        let public = "https://gateway.example/a".parse().unwrap();
        let plan = proxy.plans[0].section.clone();
        (
            audiences(&proxy.section, &plan, &public),
            proxy.plans[0].fingerprint,
        )
    };
    let public = ["https://gateway.example/a", "https://gateway.example/a/"];
    let text = behind(&format!("{RELAY}{VERIFIED}"));
    let (named, fingerprint) = of(&text);
    assert_eq!(
        named,
        [&public[..], &["http://[::1]:1/", "http://[::1]:1"]].concat()
    );
    let (named, other) = of(&format!(
        "{text}[proxy.relay]\nidentifier = \"https://b.example/mcp\"\n"
    ));
    assert_eq!(
        named,
        [
            &public[..],
            &["https://b.example/mcp", "https://b.example/mcp/"]
        ]
        .concat()
    );
    // It takes other tokens, so that what it has let in ends.
    assert!(fingerprint != other);
    // A plan for the gateway's own tokens takes none that are for the server.
    let own = format!("{RELAY}authorization_server = \"login\"\n").replace("relay", "jwt");
    assert_eq!(of(&behind(&own)).0, public);
    // A server that is called as clients call the proxy.
    let front = format!("{text}[proxy.relay]\nidentifier = \"https://gateway.example/a/\"\n");
    assert_eq!(of(&front).0, public);
}

#[test]
fn two_proxies_that_relay_are_two_resources() {
    let public = "public_url = \"https://gateway.example/mcp\"\nupstream.url";
    let first = with(RELAY).replace("upstream.url", public);
    let second = first.replace("\"a\"", "\"b\"").replace("\"/a\"", "\"/b\"");
    let found = lines(&toml(&format!("{first}{second}")));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with(
            "file:11:14: clients know `b` by the same URL as `a`: tokens for the one would open the \
             other"
        ),
        "{found:?}"
    );
}

/// `(plans, rule, the one problem)`: the rule begins on the line behind the plans.
#[test]
fn nothing_that_nobody_here_knows_is_asked_for() {
    let rule =
        |plans: &str, rule: &str| with(&format!("{plans}[proxy.acl]\n[[proxy.acl.rule]]\n{rule}"));
    let fix = "let the relay plan verify tokens, too: `verify = \"jwt\"` or `verify = \"oauth2\"`";
    for (key, what, line) in [
        ("subjects", "the subject", "subjects = [\"ada\"]"),
        ("clients", "the client id", "clients = [\"editor\"]"),
        ("scopes_all", "scopes", "scopes_all = [\"a\"]"),
        ("needs_scopes", "scopes", "needs_scopes = [\"a\"]"),
        ("claims", "claims", "claims = { a = [\"b\"] }"),
    ] {
        for plans in [RELAY, "[proxy.relay]\n"] {
            let text = rule(plans, &format!("{line}\n"));
            let at = text.lines().count();
            let problem = format!(
                "file:{at}:{}: nothing is known that `{key}` could ask for: tokens are judged by the \
                 server, and no plan of this proxy tells {what} of a consumer: {fix}, and an \
                 `authorization_server`",
                1
            );
            expect(&text, &[&problem]);
            assert!(toml(&text).settings.is_none());
        }
        // As soon as they are verified, it is known.
        let verified = format!("{RELAY}{VERIFIED}");
        let text = format!("{SERVER}{}", rule(&verified, &format!("{line}\n")));
        expect(&text, &[]);
    }
    // A key has a subject; a relay has none.
    let keys = format!("{RELAY}{KEY}header = \"x-api-key\"\n");
    expect(&rule(&keys, "subjects = [\"ada\"]\n"), &[]);
    let plans = "plans = [\"relay\"]\nsubjects = [\"ada\"]\n";
    let found = lines(&toml(&rule(&keys, plans)));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("and no plan in `plans` tells the subject of a consumer"),
        "{found:?}"
    );
    // What denies, denies also where nothing is known.
    let deny = "effect = \"deny\"\nsubjects = [\"eve\"]\n";
    let rest = "[[proxy.acl.rule]]\ntools = [\"a\"]\n";
    let text = rule(&keys, &format!("{deny}{rest}"));
    expect(
        &text,
        &[&format!(
            "file:13:1: this rule denies it to everybody who comes in by the relay plan, which does \
             not tell the subject of a consumer: say by `plans` whom it is about, or {fix}"
        )],
    );
    assert!(toml(&text).settings.is_some());
    let of_keys = rule(&keys, &format!("plans = [\"key\"]\n{deny}{rest}"));
    expect(&of_keys, &[]);
}
