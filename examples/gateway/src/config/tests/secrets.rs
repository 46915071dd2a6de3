//! Secrets stand elsewhere, and are never shown.

use std::fs;

use super::{PROXY, environment, lines, toml};
use crate::config::{
    Overrides, Secrets, Verdict,
    source::{Format, Source},
};

fn with_header(line: &str) -> String {
    format!("{PROXY}{line}\n")
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_shown() {
    for name in [
        "authorization",
        "Cookie",
        "x-api-key",
        "x-auth-token",
        "client-secret",
        "apikey",
    ] {
        let verdict = toml(&with_header(&format!(
            "upstream.headers.{name} = \"hunter2\""
        )));
        assert!(verdict.settings.is_none(), "{name}");
        let shown = verdict.to_string();
        assert!(
            shown.contains("must not stand in a configuration"),
            "{shown}"
        );
        assert!(shown.contains("--> file:5:"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    assert!(
        toml(&with_header("upstream.headers.x-team = \"blue\""))
            .settings
            .is_some()
    );
}

#[test]
fn a_secret_that_is_not_there_is_told_with_its_place() {
    let verdict = toml(&with_header(
        "upstream.headers.authorization = { env = \"UNSET\" }",
    ));
    assert_eq!(
        lines(&verdict),
        [
            "file:5:18: the environment variable `UNSET` is not set, or empty: set `UNSET` for \
             the gateway's process"
        ]
    );
    for (value, message) in [
        (
            "{ file = \"no-such-file\" }",
            "the secret in `no-such-file` cannot be read: ",
        ),
        (
            "{ env = \"SET\", file = \"a\" }",
            "a secret has one source, not two: ",
        ),
        ("{ prefix = \"Bearer \" }", "a secret needs a source: "),
    ] {
        let found = lines(&toml(&with_header(&format!(
            "upstream.headers.x-token = {value}"
        ))));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with(&format!("file:5:18: {message}")),
            "{found:?}"
        );
    }
}

#[test]
fn where_a_file_does_not_run_its_secrets_may_be_missing() {
    let text = with_header("upstream.headers.authorization = { env = \"UNSET\" }");
    let source = Source::new("file".to_owned(), text, Format::Toml);
    let environment = environment("".as_ref()).secrets(Secrets::Optional);
    let verdict = Verdict::of_source(source, &Overrides::default(), &environment);
    assert_eq!(verdict.count(), (0, 1));
    assert!(verdict.settings.is_some());
}

#[test]
fn files_are_found_beside_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    let text = with_header("upstream.headers.authorization = { file = \"token\" }")
        + "[log]\nexchanges = \"exchanges.jsonl\"\n";
    fs::write(&path, text).unwrap();
    let judge = || Verdict::of_file(&path, &Overrides::default(), &environment(folder.path()));
    assert_eq!(judge().count(), (1, 0));
    fs::write(folder.path().join("token"), "\n").unwrap();
    assert_eq!(judge().count(), (1, 0), "an empty secret");
    fs::write(folder.path().join("token"), "s3cret\nand more\n").unwrap();
    assert_eq!(judge().count(), (1, 0), "a secret of two lines");
    fs::write(folder.path().join("token"), "s3cret\r\n").unwrap();
    let verdict = judge();
    assert_eq!(verdict.count(), (0, 0), "{verdict}");
    let debugged = format!("{verdict:?}");
    assert!(!debugged.contains("s3cret"), "{debugged}");
    let log = verdict.settings.unwrap().log;
    assert!(format!("{log:?}").contains(&format!("{:?}", folder.path().join("exchanges.jsonl"))));
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_a_fix() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    for (path, message) in [
        (folder.path().join("missing.toml"), "cannot be read: "),
        (write("gateway.yaml", b""), "neither TOML nor JSON"),
        (write("latin.toml", b"a = \"\xe4\""), "it is not UTF-8"),
        (
            write("large.toml", &vec![b'#'; (1 << 20) + 1]),
            "larger than 1 MiB",
        ),
    ] {
        let verdict = Verdict::of_file(&path, &Overrides::default(), &environment(folder.path()));
        assert!(verdict.settings.is_none());
        let shown = verdict.to_string();
        assert!(
            shown.contains(message) && shown.contains("= fix: "),
            "{shown}"
        );
    }
}

#[test]
fn a_mistake_in_a_url_does_not_show_what_may_be_secret_in_it() {
    for url in [
        "http://user:s3cret@127.0.0.1:1/mcp",
        "http://127.0.0.1:1/s3cret?key=s3cret#x",
        "htp://127.0.0.1:1/s3cret",
        "http://127.0.0.1:x/s3cret",
        "127.0.0.1:1/s3cret",
        "s3cret:@127.0.0.1:1",
    ] {
        for key in ["upstream.url", "public_url"] {
            let verdict = toml(&format!(
                "[[proxy]]\nname = \"a\"\npath = \"/a\"\n{key} = \"{url}\"\n"
            ));
            let shown = verdict.to_string();
            assert!(shown.contains("--> file:4:"), "{shown}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}

#[test]
fn another_mistake_on_the_line_of_a_url_shows_no_more_of_it() {
    let verdict = toml(
        "[[proxy]]\nname = \"a\"\npath = \"/a\"\n\
         upstream = { url = \"http://192.0.2.1/mcp?key=s3cret\", head_timout = \"5s\" }\n",
    );
    let shown = verdict.to_string();
    assert!(shown.contains("url = \"http://192.0.2.1****"), "{shown}");
    assert!(shown.contains("*\", head_timout = \"5s\" }"), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");

    // A URL in the wrong place.
    for key in ["listener.address", "log.filter"] {
        let verdict = toml(&format!(
            "{key} = \"http://192.0.2.1/?key=s3cret\"\n{PROXY}"
        ));
        let shown = verdict.to_string();
        assert!(shown.contains("`http://192.0.2.1***"), "{shown}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }

    // Valid, and worth a warning at every start.
    let verdict = toml(
        "[[proxy]]\nname = \"a\"\npath = \"/a\"\nupstream.url = \"http://192.0.2.1/?key=s3cret\"\n",
    );
    assert_eq!(verdict.count(), (0, 1));
    let shown = verdict.to_string();
    assert!(
        shown.contains("upstream.url = \"http://192.0.2.1*"),
        "{shown}"
    );
    assert!(!shown.contains("s3cret"), "{shown}");
}
