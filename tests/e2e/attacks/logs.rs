//! What an attacker can write into the exchange log, and keep out of it.

use super::{Recorder, logging, post, raw};

/// The line that is logged for a request.
async fn line(request: String) -> String {
    let upstream = Recorder::start().await;
    let (gateway, lines) = logging(&upstream.url());
    raw(gateway.address, request).await;
    // The line is written when the answer is dropped, which may be after the client has it.
    for _ in 0..100 {
        if let Some(line) = lines.lock().unwrap().pop() {
            return line;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("nothing is logged");
}

fn initialize(name: &str) -> String {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"protocolVersion":"2025-11-25","capabilities":{{}},"clientInfo":{{"name":"{name}","version":"1"}}}}}}"#
    );
    post("", &body)
}

fn call(name: &str) -> String {
    let body =
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{name}"}}}}"#);
    post("", &body)
}

#[tokio::test]
async fn a_log_line_is_one_line_of_one_object() {
    for name in [
        r"a\nb",
        r"a\r\nb",
        r#"a\",\"status\":500,\"x\":\"b"#,
        r"a\u001b[31mb",
        r"a\u0000b",
    ] {
        let line = line(initialize(name)).await;
        assert!(!line.bytes().any(|byte| byte < b' '), "{name}: {line:?}");
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["status"], 200, "{line}");
    }
}

/// U+009B begins a command in a terminal, U+2028 is a line end to some, U+202E turns the text round.
#[tokio::test]
async fn a_log_line_does_not_command_a_terminal() {
    for character in [
        '\u{7f}', '\u{85}', '\u{9b}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{2066}',
    ] {
        for request in [
            initialize(&format!("a{character}b")),
            call(&format!("a{character}b")),
        ] {
            let line = line(request).await;
            assert!(!line.contains(character), "{character:?}: {line:?}");
        }
    }
}

/// Else an array hides what is called.
#[tokio::test]
async fn a_batch_is_logged_with_what_it_asks_for() {
    let body = r#"[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wipe"}}]"#;
    let line = line(post("", body)).await;
    assert!(
        line.contains("tools/call") && line.contains("wipe"),
        "{line}"
    );
}

#[tokio::test]
async fn a_log_line_is_no_longer_than_what_is_worth_knowing() {
    let method = "X".repeat(100_000);
    let line = line(post("", "").replacen("POST", &method, 1)).await;
    assert!(line.len() < 4096, "{} bytes", line.len());
}
