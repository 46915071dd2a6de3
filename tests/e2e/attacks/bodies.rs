//! Hostile request bodies: nothing goes on that a server could read in another way, and nothing is
//! slow to judge.

use std::time::{Duration, Instant};

use super::{Recorder, logging, post, raw, status};

/// Bodies that some server executes, or executes as another call than a gateway judges.
const AMBIGUOUS: [&str; 20] = [
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call","params":{"name":"x"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","n\u0061me":"b"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"},"params":{"name":"b"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","Name":"b"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","Method":"ping","params":{"name":"a"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name\u0000":"b"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"__proto__":{"name":"b"}}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a\u0000b"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["a"]}}"#,
    r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a"}}"#,
    r#"{"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"a"}}"#,
    r#"{"jsonrpc":"2.0","id":1.0,"method":"tools/call","params":{"name":"a"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"},"result":{}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}{"jsonrpc":"2.0"}"#,
    "\u{feff}{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
    r#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///a\\..\\b"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":" file:///a"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"\u017furi":"a:b","Uri":"c:d"}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"ping","x":NaN}"#,
];

#[tokio::test]
async fn a_body_that_can_be_read_in_two_ways_goes_nowhere() {
    let upstream = Recorder::start().await;
    let (gateway, _) = logging(&upstream.url());
    for body in AMBIGUOUS {
        let answer = raw(gateway.address, post("", body)).await;
        assert_eq!(status(&answer), 400, "{body}");
        assert!(upstream.heard().is_empty(), "{body}");
    }
}

/// What is judged, what the log says and what goes on are one and the same.
#[tokio::test]
async fn an_odd_body_that_has_one_meaning_is_judged_by_it() {
    let rows = [
        (
            r#"{"m\u0065thod":"tools\/c\u0061ll","params":{"n\u0061me":"s\u0061fe","arguments":{"name":"x","__proto__":1}},"id":"","jsonrpc":"2.0"}"#,
            "tools/call",
            "safe",
        ),
        (
            r#"{"params":{"name ":"other","name":"safe"},"method":"prompts/get","id":-5,"jsonrpc":"2.0"}"#,
            "prompts/get",
            "safe",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"name":"other","ref":{"type":"ref/prompt","name":"safe","uri":"a:b"}}}"#,
            "completion/complete",
            "safe",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"uri":"other:x","name":"safe","taskId":"other"}}"#,
            "tools/call",
            "safe",
        ),
    ];
    let upstream = Recorder::start().await;
    let (gateway, lines) = logging(&upstream.url());
    for (body, method, subject) in rows {
        let answer = raw(gateway.address, post("", body)).await;
        assert_eq!(status(&answer), 200, "{body}");
        let heard = upstream.heard();
        assert!(
            heard.len() == 1 && heard[0].ends_with(&format!("\r\n\r\n{body}")),
            "{heard:?}"
        );
        let line: serde_json::Value =
            serde_json::from_str(&lines.lock().unwrap().pop().unwrap()).unwrap();
        assert_eq!(line["method"], method, "{body}");
        assert_eq!(line["subject"], subject, "{body}");
    }
}

/// `unit` again and again, up to nearly 4 MiB.
fn filled(before: &str, unit: &str, after: &str) -> String {
    let times = ((4 << 20) - 1024) / unit.len();
    format!("{before}{}{after}", unit.repeat(times))
}

/// Time that grows with the square of the length would be minutes here.
#[tokio::test]
async fn four_mebibytes_are_judged_in_linear_time() {
    let start = r#"{"jsonrpc":"2.0","id":1,"method":"x/y","params":{"arguments":"#;
    let keys = |before: &str, unit: fn(usize) -> String| {
        let keys: Vec<_> = (0..180_000).map(unit).collect();
        format!("{before}{{{}}}}}}}", keys.join(","))
    };
    let rows = [
        ("nesting", filled("", "[", ""), 400),
        (
            "escapes",
            filled(&format!("{start}\""), r"\u0041", "\"}}"),
            200,
        ),
        ("digits", filled(&format!("{start}0."), "1", "}}"), 200),
        (
            "empty objects",
            filled(&format!("{start}["), "{},", "1]}}"),
            200,
        ),
        ("empty batch", filled("[", "{},", "1]"), 400),
        ("keys", keys(start, |n| format!("\"k{n}\":0")), 200),
        (
            "escaped keys",
            keys(start, |n| format!("\"\\u006b{n}\":0")),
            200,
        ),
        ("one key", keys(start, |_| r#""k":0"#.to_owned()), 400),
    ];
    let upstream = Recorder::start().await;
    let (gateway, _) = logging(&upstream.url());
    for (name, body, expected) in rows {
        let begun = Instant::now();
        let answer = raw(gateway.address, post("", &body)).await;
        assert_eq!(status(&answer), expected, "{name}");
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{name}: {:?}",
            begun.elapsed()
        );
    }
}
