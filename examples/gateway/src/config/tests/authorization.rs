//! The credential that a server is shown, and other secrets.

use std::fs;

use super::{PROXY, environment, expect, lines, toml};
use crate::config::{
    Overrides, PepperSource, Secrets, Verdict,
    source::{Format, Source},
};

/// One proxy whose upstream has this line, the fifth.
fn with(line: &str) -> String {
    format!("{PROXY}upstream.{line}\n")
}

#[test]
fn each_kind_of_credential_can_be_given() {
    for line in [
        "authorization.bearer = { env = \"SET\" }",
        "authorization.basic = { username = \"me\", password = { env = \"SET\" } }",
        "authorization.client_credentials = { token_url = \"https://login.example/token\", \
         client_id = \"gateway\", client_secret = { env = \"SET\" }, scopes = [\"a\", \"b\"], \
         resource = \"https://mcp.example/mcp\", audience = \"mcp\", method = \"post\" }",
    ] {
        expect(&with(line), &[]);
        let debugged = format!("{:?}", toml(&with(line)));
        assert!(!debugged.contains("s3cret"), "{debugged}");
    }
}

/// `(line, the one problem)`.
#[test]
fn a_credential_that_cannot_be_sent_is_told() {
    let bearer = "authorization.bearer = { env = \"SET\" }";
    let cases = [
        (
            "authorization = {}".to_owned(),
            "file:5:10: this is 0 credentials: give exactly one of `bearer`, `basic` and \
             `client_credentials`",
        ),
        (
            format!(
                "{bearer}\nupstream.authorization.basic = {{ username = \"a\", password = {{ env \
                 = \"SET\" }} }}"
            ),
            "file:5:10: this is 2 credentials: ",
        ),
        (
            "authorization.basic = { username = \"a:b\", password = { env = \"SET\" } }".to_owned(),
            "file:5:24: the user name for Basic authentication has a `:`",
        ),
        (
            "authorization.bearer = { env = \"UNSET\" }".to_owned(),
            "file:5:24: the environment variable `UNSET` is not set, or empty: ",
        ),
        (
            "authorization.bearer = { env = \"SET\", prefix = \"Bearer \" }".to_owned(),
            "file:5:24: the bearer token is empty, or has spaces",
        ),
        (
            format!("{bearer}\nupstream.headers.Authorization = {{ env = \"SET\" }}"),
            "file:6:18: the header `authorization` and the section `authorization` exclude",
        ),
        (
            "authorization.client_credentials = { token_url = \"http://login.example/\", \
             client_id = \"a\", client_secret = { env = \"SET\" } }"
                .to_owned(),
            "file:5:59: `proxy[0].upstream.authorization.client_credentials.token_url`: a token \
             endpoint on another machine is talked to over TLS only",
        ),
    ];
    for (line, begins) in cases {
        let verdict = toml(&with(&line));
        let found = lines(&verdict);
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert!(found[0].starts_with(begins), "{line}: {found:?}");
        assert!(verdict.settings.is_none(), "{line}");
    }
}

/// What is written where a reference should stand, or beside one under another name.
#[test]
fn a_secret_in_the_open_is_refused_wherever_one_can_stand_and_not_shown() {
    let proxy = [
        "authorization.bearer = \"hunter2\"",
        "authorization = \"hunter2\"",
        "authorization.token = \"hunter2\"",
        "authorization.bearer = { env = \"SET\", value = \"hunter2\" }",
        "authorization.basic = { username = \"a\", password = \"hunter2\" }",
        "authorization.basic = { usrname = \"a\", password = \"hunter2\" }",
        "authorization.client_credentials = { token_url = 1, client_secret = \"hunter2\" }",
        "bearer_token = \"hunter2\"",
        "authorization.bearer = hunter2",
        "authorization.bearer = \"hunter2",
    ];
    let top = [
        "session.secret = \"hunter2\"",
        "session.secrt = \"hunter2\"",
        "keys.pepper = \"hunter2\"",
        "keys.peper = \"hunter2\"",
        "session = { secret = { env = \"SET\" }, password = \"hunter2\" }",
    ];
    let texts = proxy.into_iter().map(with);
    for text in texts.chain(top.into_iter().map(|line| format!("{line}\n{PROXY}"))) {
        let verdict = toml(&text);
        assert!(verdict.settings.is_none(), "{text}");
        let shown = verdict.to_string();
        assert!(shown.contains("--> file:"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    expect(
        &with("authorization.bearer = \"hunter2\""),
        &[
            "file:5:33: `proxy[0].upstream.authorization.bearer` is a secret, which must not stand \
             in a configuration: refer to it: `{ env = \"NAME\" }` or `{ file = \"path\" }`",
        ],
    );
}

#[test]
fn secrets_that_others_could_guess_are_refused() {
    for key in ["session.secret", "keys.pepper"] {
        expect(
            &format!("{key} = {{ env = \"SET\" }}\n{PROXY}"),
            &[&format!(
                "file:1:{}: this secret has 6 bytes: it needs at least 32: make one: `openssl \
                 rand -hex 32`",
                key.find('.').unwrap() + 2
            )],
        );
    }
}

#[test]
fn keys_stand_beside_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    let judge = |text: &str| {
        fs::write(&path, text).unwrap();
        let judged = Verdict::of_file(&path, &Overrides::default(), &environment(folder.path()));
        assert_eq!(judged.count(), (0, 0), "{judged}");
        judged.settings.unwrap()
    };
    let keys = judge(PROXY).keys;
    assert_eq!(keys.file, folder.path().join("keys.json"));
    let PepperSource::File(pepper) = &keys.pepper else {
        panic!("{keys:?}");
    };
    assert_eq!(*pepper, folder.path().join("keys.json.pepper"));
    fs::write(folder.path().join("pepper"), "p".repeat(32)).unwrap();
    let text =
        format!("keys = {{ file = \"a/k.json\", pepper = {{ file = \"pepper\" }} }}\n{PROXY}");
    let given = judge(&text).keys;
    assert_eq!(given.file, folder.path().join("a/k.json"));
    let PepperSource::Given(secret) = &given.pepper else {
        panic!("{given:?}");
    };
    assert_eq!(secret.expose(), "p".repeat(32));
    assert!(!format!("{given:?}").contains("ppp"));
    fs::write(folder.path().join("pepper"), "q".repeat(32)).unwrap();
    assert_ne!(judge(&text).keys.fingerprint, given.fingerprint);
}

/// Where other secrets may be missing, the one that is asked for must still be told apart.
#[test]
fn a_pepper_that_is_not_there_is_known_not_to_be() {
    let text = format!("keys.pepper = {{ env = \"UNSET\" }}\n{PROXY}");
    let source = Source::new("file".to_owned(), text, Format::Toml);
    let environment = environment("".as_ref()).secrets(Secrets::Optional);
    let verdict = Verdict::of_source(source, &Overrides::default(), &environment);
    assert_eq!(verdict.count(), (0, 1));
    let keys = verdict.settings.unwrap().keys;
    assert!(matches!(keys.pepper, PepperSource::Missing), "{keys:?}");
}
