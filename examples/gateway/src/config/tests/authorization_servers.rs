//! Authorization servers: what identifies one, who asks it, and what makes it another one.

use std::fs;

use super::{PROXY, environment, expect, lines, toml};
use crate::config::{
    Overrides, Secrets, Verdict,
    section::File,
    source::{Format, Source},
};

/// A server with an issuer, on lines 1 to 3.
const LOGIN: &str =
    "[[authorization_server]]\nname = \"login\"\nissuer = \"https://login.example\"\n";

const CLIENT: &str = "client_id = \"tollbar\"\nclient_secret = { env = \"SET\" }\n";

/// A plan that takes its tokens.
const JWT: &str = "[[proxy.plan]]\ntype = \"jwt\"\nauthorization_server = \"login\"\n";

fn with(server: &str) -> String {
    format!("{server}{PROXY}{JWT}")
}

#[test]
fn an_issuer_is_kept_byte_for_byte() {
    for issuer in [
        "https://login.example",
        "https://login.example/",
        "https://LOGIN.example/Realm",
        "https://login.example:443/a/%7Eb",
        "http://127.0.0.1:9000/oidc",
        "http://localhost:9000",
    ] {
        let text = with(&LOGIN.replace("https://login.example", issuer));
        let settings = toml(&text).settings.unwrap();
        assert_eq!(settings.servers[0].server.issuer(), issuer);
        let (_, server) = settings.proxies[0].token_plans().next().unwrap();
        assert_eq!(server.server.issuer(), issuer);
    }
    let gravitee = "[[authorization_server]]\nname = \"login\"\ngravitee = { url = \
                    \"https://am.example/\", domain = \"field\" }\n";
    let settings = toml(&with(gravitee)).settings.unwrap();
    let server = &settings.servers[0].server;
    assert_eq!(server.issuer(), "https://am.example/field/oidc");
}

/// `(server, the one problem)`.
#[test]
fn what_cannot_be_asked_is_told() {
    let named = "[[authorization_server]]\nname = \"login\"\n";
    let one = "give exactly one of `issuer`, as it stands in the server's metadata, and `gravitee`";
    for (server, problem) in [
        (
            named.to_owned(),
            format!("file:2:8: this does not say what server it is: {one}"),
        ),
        (
            format!("{LOGIN}gravitee = {{ url = \"https://am.example\", domain = \"a\" }}\n"),
            format!("file:2:8: this says twice what server it is: {one}"),
        ),
        (
            LOGIN.replace("https", "http"),
            "file:3:10: this authorization server is on another machine and is talked to without \
             TLS: whoever is on the way could read tokens and say which of them are good: use \
             `https`, or set `allow_http = true` where nobody is on the way"
                .to_owned(),
        ),
        (
            LOGIN.replace(".example\"", ".example/.well-known/openid-configuration\""),
            "file:3:10: `authorization_server[0].issuer`: this is where the server's metadata is, \
             and not its issuer: cut off `/.well-known/openid-configuration`: write \
             `https://login.example`, or what stands under `issuer` in that document"
                .to_owned(),
        ),
        (
            LOGIN.replace(
                ".example\"",
                ".example/.well-known/oauth-authorization-server/a\"",
            ),
            "file:3:10: `authorization_server[0].issuer`: this is where the server's metadata is, \
             and not its issuer: cut off `/.well-known/oauth-authorization-server`: write \
             `https://login.example/a`, or what stands under `issuer` in that document"
                .to_owned(),
        ),
        (
            LOGIN.replace(".example", ".example?a=b"),
            "file:3:10: `authorization_server[0].issuer`: an issuer has no query: write it as it \
             stands under `issuer` in the server's metadata"
                .to_owned(),
        ),
        (
            format!("{named}gravitee = {{ url = \"https://am.example\", domain = \"a b\" }}\n"),
            "file:3:51: `a b` is no security domain: write its path as it stands in URLs, such as \
             `field-teams`"
                .to_owned(),
        ),
        (
            format!("{LOGIN}client_id = \"a\"\n"),
            "file:4:13: this client has no secret: add `client_secret = { env = \"NAME\" }`, with \
             the one that the authorization server has issued"
                .to_owned(),
        ),
        (
            format!("{LOGIN}client_secret = {{ env = \"SET\" }}\n"),
            "file:4:1: there is a secret, and no client that it belongs to: add `client_id`, as it \
             is registered at the authorization server"
                .to_owned(),
        ),
        (
            format!("{LOGIN}client_id = \"\"\nclient_secret = {{ env = \"SET\" }}\n"),
            "file:4:13: this is not the id of a client: write it as it is registered at the \
             authorization server"
                .to_owned(),
        ),
        (
            format!("{LOGIN}retry = \"10s\"\nlongest_retry = \"5s\"\n"),
            "file:5:17: `longest_retry` is shorter than `retry`: make it as long at least"
                .to_owned(),
        ),
        (
            format!("{LOGIN}{LOGIN}"),
            "file:5:8: `authorization_server[1].name` is `login`, like that of \
             `authorization_server[0]`: give each authorization server its own name"
                .to_owned(),
        ),
        (
            format!("{LOGIN}ca_file = \"missing.pem\"\n"),
            "file:4:11: `missing.pem` cannot be read: No such file or directory (os error 2): \
             check the path and the file's permissions"
                .to_owned(),
        ),
        (
            format!("{LOGIN}isuer = \"a\"\n"),
            "file:4:1: unknown key `isuer` in `authorization_server[0]`: did you mean `issuer`?"
                .to_owned(),
        ),
    ] {
        expect(&with(&server), &[&problem]);
    }
    let allowed = format!("{}allow_http = true\n", LOGIN.replace("https", "http"));
    expect(&with(&allowed), &[]);
}

#[test]
fn one_that_no_plan_uses_is_worth_a_warning() {
    expect(
        &format!("{LOGIN}{PROXY}"),
        &[
            "file:2:8: no plan takes tokens of `login`: add a `[[proxy.plan]]` with `type = \
             \"oauth2\"` and `authorization_server = \"login\"`, or remove this section",
        ],
    );
}

/// The name of the section is like that of a credential, and what stands there is shown all the same.
#[test]
fn the_line_of_a_problem_is_shown_unless_a_secret_stands_there() {
    let shown = toml(&with(&LOGIN.replace("https", "http"))).to_string();
    assert!(
        shown.contains("3 | issuer = \"http://login.example\""),
        "{shown}"
    );
    let wrong = JWT.replace("jwt\"\n", "jwt\"\ntoken_type = \"jwt+at\"\n");
    let shown = toml(&format!("{LOGIN}{PROXY}{wrong}")).to_string();
    assert!(shown.contains("token_type = \"jwt+at\""), "{shown}");
    let open = format!("{LOGIN}client_id = \"a\"\nclient_secret = \"hunter2\"\n");
    let verdict = toml(&with(&open));
    let shown = format!("{verdict} {verdict:?}");
    assert_eq!(verdict.count().0, 1, "{verdict}");
    assert!(
        shown.contains("`authorization_server[0].client_secret` is a secret"),
        "{shown}"
    );
    assert!(!verdict.to_string().contains("hunter2"), "{verdict}");
    // The secret that was read stands nowhere.
    let settings = toml(&with(&format!("{LOGIN}{CLIENT}"))).settings.unwrap();
    assert!(!format!("{settings:?}").contains("s3cret"));
}

#[test]
fn a_secret_may_be_missing_where_the_file_is_only_looked_at() {
    let text = format!(
        "{LOGIN}client_id = \"a\"\nclient_secret = {{ env = \"UNSET\" }}\n{PROXY}{}",
        JWT.replace("jwt", "oauth2")
    );
    let of = |secrets| {
        let source = Source::new("file".to_owned(), text.clone(), Format::Toml);
        let environment = environment("".as_ref()).secrets(secrets);
        Verdict::of_source(source, &Overrides::default(), &environment)
    };
    let required = of(Secrets::Required);
    assert!(required.settings.is_none());
    assert_eq!(required.count(), (1, 0), "{required}");
    let optional = of(Secrets::Optional);
    assert_eq!(optional.count(), (0, 1), "{optional}");
    let settings = optional.settings.unwrap();
    assert!(settings.servers[0].lacks_secret);
    assert_eq!(settings.proxies[0].plans(), "oauth2 (login)");
}

#[test]
fn a_server_is_another_one_when_its_section_secret_or_files_change() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("secret", "one");
    let text =
        format!("{LOGIN}client_id = \"a\"\nclient_secret = {{ file = \"secret\" }}\n{PROXY}{JWT}");
    let prints = |text: &str| {
        write("gateway.toml", text);
        let path = folder.path().join("gateway.toml");
        let verdict = Verdict::of_file(&path, &Overrides::default(), &environment(folder.path()));
        assert_eq!(verdict.count(), (0, 0), "{verdict}");
        let settings = verdict.settings.unwrap();
        let proxy = &settings.proxies[0];
        (
            settings.servers[0].fingerprint,
            proxy.plans[0].fingerprint,
            proxy.fingerprint,
        )
    };
    let before = prints(&text);
    assert_eq!(before, prints(&text));
    let proxy = prints(&text.replace("path = \"/a\"", "version = \"2\"\npath = \"/a\""));
    assert!(proxy.0 == before.0 && proxy.1 == before.1 && proxy.2 != before.2);
    let bound = prints(&text.replace("client_id", "timeout = \"1s\"\nclient_id"));
    assert!(bound.0 != before.0 && bound.1 != before.1 && bound.2 == before.2);
    // Tokens are for the URL that clients know.
    let moved = prints(&format!(
        "[listener]\npublic_url = \"https://gw.example\"\n{text}"
    ));
    assert!(moved.0 == before.0 && moved.1 != before.1);
    write("secret", "two");
    let secret = prints(&text);
    assert!(secret.0 != before.0 && secret.1 != before.1 && secret.2 == before.2);
}

#[test]
fn what_is_written_comes_back_as_written() {
    let text = format!("{LOGIN}{CLIENT}{PROXY}{JWT}scopes = [\"a\"]\naudience = \"any\"\n");
    let value: serde_json::Value = toml::from_str(&text).unwrap();
    let file: File = serde_json::from_value(value).unwrap();
    let written = serde_json::to_value(&file).unwrap();
    let again: File = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), written);
    assert_eq!(
        written["authorization_server"][0]["issuer"],
        "https://login.example"
    );
    assert_eq!(written["proxy"][0]["plan"][0]["audience"], "any");
    // No line names what is only a default.
    assert!(lines(&toml(&with(LOGIN))).is_empty());
}
