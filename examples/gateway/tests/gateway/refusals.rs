//! What the gateway does not start with.

use crate::support::{Gateway, initialize, post, run};

const UPSTREAM: [&str; 2] = ["--upstream", "http://127.0.0.1:1/mcp"];

#[tokio::test]
async fn a_listener_for_strangers_needs_somebody_who_says_so() {
    let output = run(&[&UPSTREAM[..], &["--listen", "0.0.0.0:0"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("which other machines can reach"), "{said}");
    assert!(said.contains("--allow-unauthenticated"), "{said}");
    assert!(said.ends_with("\n1 error, 1 warning\n"), "{said}");
    let gateway = Gateway::start(&["--listen", "0.0.0.0:0", "--allow-unauthenticated"]);
    // Nobody can connect to 0.0.0.0, or name it as a host.
    assert!(
        gateway.url().starts_with("http://127.0.0.1:"),
        "{}",
        gateway.url()
    );
    gateway.hear("warning: `0.0.0.0:0` can be reached under names that are not known");
    assert_eq!(post(gateway.url(), &initialize(), &[]).await.status, 200);
}

#[test]
fn a_configuration_with_errors_is_told_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    std::fs::write(
        &path,
        "[listner]\n[[proxy]]\nname = \"a\"\npath = \"a\"\nupstream.url = 1\n",
    )
    .unwrap();
    let path = path.to_str().unwrap();
    for arguments in [&["--config", path][..], &["config", "check", path]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let said = String::from_utf8(output.stderr).unwrap();
        for place in [":1:2\n", ":4:8\n", ":5:16\n"] {
            assert!(said.contains(&format!("--> {path}{place}")), "{said}");
        }
        assert!(said.contains("3 errors\n"), "{said}");
    }
}

#[test]
fn a_wrong_command_line_is_told_with_the_fix() {
    for (arguments, words) in [
        (
            &["--upstream", "localhost:8000"][..],
            "is not a scheme that can be proxied",
        ),
        (
            &["--upstream", "http://a", "--path", "mcp"],
            "begin with `/`: write `/mcp`",
        ),
        (&["--listen", "8080"], "write an IP address and a port"),
        (&["--path", "/mcp"], "--upstream"),
        (
            &["--config", "a.toml", "--upstream", "http://a"],
            "cannot be used with",
        ),
        (&["--log", "inof"], "is not a log filter"),
        (&["--log-format", "xml"], "possible values: text, json"),
        (&["config", "chekc"], "check"),
        (
            &["gateway.toml"],
            "a configuration is run with `tollbar-gateway --config gateway.toml`",
        ),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(words), "{said}");
    }
}
