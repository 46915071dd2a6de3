//! `acl replay`, of what a gateway has written.

use std::fs;

use serde_json::json;

use super::{Case, ask, demo};
use crate::support::nobody;

const ECHO: &str = "[proxy.acl]\n[[proxy.acl.rule]]\nname = \"echo\"\ntools = [\"echo\"]\n";

#[tokio::test]
async fn what_rules_would_have_done_is_told_of_a_log() {
    let demo = demo();
    let case = Case::new(demo.url(), "");
    let gateway = case.start();
    for tool in ["echo", "add", "add", "echo", "echo"] {
        let arguments = json!({ "text": "hi", "left": 1, "right": 2 });
        let params = json!({ "name": tool, "arguments": arguments });
        let (status, _) = ask(gateway.url(), None, "tools/call", params).await;
        assert_eq!(status, 200, "{tool}");
    }
    let (status, _) = ask(gateway.url(), None, "tools/list", json!({})).await;
    assert_eq!(status, 200);
    let lines: String = (0..6).map(|_| format!("{}\n", gateway.line())).collect();
    let log = case.write(
        "log.jsonl",
        &format!("{}\nnonsense\n{lines}", gateway.listening(0)),
    );
    // With the rules that it was written under, nothing changes.
    let (code, value) = case.json(&["replay", &log]);
    assert_eq!((code, &value["same"]), (Some(0), &json!(6)), "{value:#}");
    case.rule(ECHO);
    let (code, text, error) = case.acl(&["replay", &log]);
    assert_eq!(code, Some(1), "{error}");
    assert_eq!(
        text,
        "would be denied:\nCOUNT  CONSUMER  CALL            RULE\n2      keyless   tools/call:add  \
         -\n\n4 the same, 2 would be denied, 0 would be allowed, 0 cannot be told\n8 lines: 1 without \
         a question to the rules, 0 of other proxies, 1 malformed\n"
    );
    assert!(error.contains("1 of 8 lines are no exchanges"), "{error}");
    let (code, value) = case.json(&["replay", &log, &log]);
    assert_eq!(code, Some(1));
    assert_eq!(value["would_be_denied"]["count"], 4);
    let (code, _, error) = case.acl(&["replay", "no-such-log"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("`no-such-log` cannot be read"), "{error}");
}

/// A log of a gateway that has enforced other rules, and of one that has only written down.
#[tokio::test]
async fn a_log_with_decisions_is_compared_with_them() {
    let demo = demo();
    let case = Case::new(demo.url(), ECHO);
    let shadow = ECHO.replace("[proxy.acl]", "[proxy.acl]\nmode = \"shadow\"");
    let mut lines = String::new();
    for policy in [ECHO, &shadow] {
        case.rule(policy);
        let gateway = case.start();
        for tool in ["echo", "add"] {
            let arguments = json!({ "text": "hi", "left": 1, "right": 2 });
            let params = json!({ "name": tool, "arguments": arguments });
            let (_, answer) = ask(gateway.url(), None, "tools/call", params).await;
            let denied = tool == "add" && policy == ECHO;
            assert_eq!(answer["error"].is_object(), denied, "{policy}{answer}");
            lines.push_str(&format!("{}\n", gateway.line()));
        }
    }
    let log = case.write("log.jsonl", &lines);
    // Those that are denied now were, but for the one in shadow.
    let (_, value) = case.json(&["replay", &log]);
    assert_eq!(value["same"], 3, "{value:#}");
    assert_eq!(value["would_be_denied"]["count"], 1);
    case.rule("");
    let (_, value) = case.json(&["replay", &log]);
    assert_eq!(value["would_be_allowed"]["count"], 1, "{value:#}");
    fs::remove_file(log).unwrap();
}

#[test]
fn a_log_without_an_exchange_is_no_success() {
    let case = Case::new(&nobody(), ECHO);
    for text in ["", "nonsense\n", "{}\n{\"listening\":\"x\"}\n"] {
        let log = case.write("log.jsonl", text);
        let (code, _, error) = case.acl(&["replay", &log]);
        assert_eq!(code, Some(2), "{text}: {error}");
        assert!(error.contains("no line is an exchange"), "{error}");
    }
    let line = json!({ "proxy": "demo", "http_method": "POST", "method": "tools/call",
        "subject_kind": "tool", "subject": "echo", "plan": "oauth" });
    let log = case.write("log.jsonl", &line.to_string());
    let (code, text, error) = case.acl(&["replay", &log]);
    assert_eq!(code, Some(1), "{error}");
    assert!(
        text.starts_with("plan `oauth` is not in this configuration:\nCOUNT  CONSUMER"),
        "{text}"
    );
    assert!(
        text.contains("1 of plans that are not in this configuration\n"),
        "{text}"
    );
}
