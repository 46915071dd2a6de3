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

/// `(what stands behind a proxy, what is said of it)`.
#[test]
fn a_key_in_the_file_is_not_shown() {
    const KEY: &str = "tollbar_0123456789abcdefghijABCDEFGHIJ0123456789abcdefABC";
    const ELSEWHERE: &str = "keys do not stand here: make one with `tollbar-gateway keys create`";
    let plan = "[[proxy.plan]]\ntype = \"key\"\n";
    for (text, said) in [
        (format!("{plan}key = \"{KEY}\""), ELSEWHERE),
        (format!("{plan}keys = [\"{KEY}\", \"hunter2\"]"), ELSEWHERE),
        (format!("{plan}key = \"hunter2\""), ELSEWHERE),
        (format!("[keys]\nci = \"{KEY}\""), ELSEWHERE),
        ("[keys]\nci = \"hunter2\"".to_owned(), ELSEWHERE),
        ("keys = [\"hunter2\"]".to_owned(), ELSEWHERE),
        (
            format!("{plan}header = \"{KEY}\""),
            "this is a key, and no name",
        ),
        (
            format!("{plan}name = \"{KEY} \""),
            "is not a name for a plan",
        ),
        (format!("{plan}{KEY} = 1"), "unknown key `tollbar_****"),
        (format!("{plan}naem = 1 # {KEY}"), "did you mean `name`?"),
        (format!("{plan}name = \"{KEY}\\q\""), "--> file:7:"),
    ] {
        let verdict = toml(&format!("{PROXY}{text}\n"));
        assert!(verdict.settings.is_none(), "{text}");
        let shown = verdict.to_string() + &lines(&verdict).concat();
        assert!(shown.contains(said), "{shown}");
        for secret in ["hunter2", &KEY[8..]] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    let verdict = toml(&format!("keys = [\"hunter2\"]\n{PROXY}"));
    let shown = verdict.to_string();
    assert!(verdict.settings.is_none(), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
    // Not even in a header that is not named after a secret.
    let key = tollbar::plan::key::Key::generate().unwrap();
    let header = |value: &str| with_header(&format!("upstream.headers.x-foo = \"{value}\""));
    let verdict = toml(&header(&format!("Bearer {}", key.expose())));
    let shown = verdict.to_string();
    assert!(
        shown.contains("the value of `x-foo` looks like a secret"),
        "{shown}"
    );
    assert!(!shown.contains(&key.expose()[8..]), "{shown}");
    assert!(toml(&header("tollbar_v2")).settings.is_some());
    // What was meant is said where that is known.
    let found = lines(&toml(&format!("[keys]\nfiel = \"a\"\n{PROXY}")));
    assert!(found[0].ends_with("did you mean `file`?"), "{found:?}");
}

#[test]
fn a_line_that_cannot_be_read_shows_no_value() {
    for (text, format) in [
        ("x-foo = \"s3cret\\q\"", Format::Toml),
        ("x-foo = s3cret", Format::Toml),
        ("x-foo = 1\nx-foo = \"s3cret\\q\"", Format::Toml),
        ("x-foo = \"\"\"\ns3cret\\q\n\"\"\"", Format::Toml),
        ("x-foo = '''\na\n''' s3cret", Format::Toml),
        ("{\n\"x-foo\": \"s3cret\\q\"}", Format::Json),
        ("{\n\"x-foo\": s3cret}", Format::Json),
    ] {
        let verdict = super::judge(text, format);
        let shown = verdict.to_string() + &lines(&verdict).concat();
        assert!(shown.contains("--> file:"), "{text}: {shown}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }
    let shown = toml("x-foo = \"s3cret\\q\"\n").to_string();
    assert!(shown.contains("x-foo = \"********\"\n"), "{shown}");
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

/// What was written is the secret itself, and not the name of a variable.
#[test]
fn a_secret_in_the_place_of_a_name_is_not_shown() {
    const NO_NAME: &str = "this is not the name of an environment variable";
    const NOT_SET: &str = "this environment variable is not set, or empty: set it ";
    for (secret, said) in [
        ("hunter-2", NO_NAME),
        ("2hunter", NO_NAME),
        ("hunter2 ", NO_NAME),
        ("", NO_NAME),
        ("ghp_hunter2", NOT_SET),
    ] {
        let source = format!("env = \"{secret}\"");
        for line in [
            format!("upstream.headers.x-token = {{ {source} }}"),
            format!("upstream.headers.x-token = {{ {source}, naem = 1 }}"),
            format!("[proxy.upstream.headers.authorization]\n{source}"),
        ] {
            let verdict = toml(&with_header(&line));
            assert!(verdict.settings.is_none(), "{line}");
            let shown = verdict.to_string() + &lines(&verdict).concat();
            assert!(shown.contains(said) && shown.contains("file:5:"), "{shown}");
            let trimmed = secret.trim();
            assert!(trimmed.is_empty() || !shown.contains(trimmed), "{shown}");
        }
    }
}

#[test]
fn a_file_that_is_longer_than_a_secret_is_not_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    fs::write(
        &path,
        with_header("upstream.headers.x-token = { file = \"token\" }"),
    )
    .unwrap();
    for (length, errors) in [(64 * 1024, 0), (64 * 1024 + 1, 1)] {
        fs::write(folder.path().join("token"), "x".repeat(length)).unwrap();
        let verdict = Verdict::of_file(&path, &Overrides::default(), &environment(folder.path()));
        assert_eq!(verdict.count(), (errors, 0), "{verdict}");
        let said = "it is longer than 65536 bytes";
        assert_eq!(verdict.to_string().contains(said), errors == 1, "{verdict}");
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
