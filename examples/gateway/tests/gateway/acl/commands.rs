//! `acl explain`, `acl list`, `acl test`.

use serde_json::{Value, json};

use super::{Case, ask, demo};
use crate::support::{Upstream, nobody};

const RULES: &str = "[proxy.acl]\n[[proxy.acl.rule]]\nname = \"readers\"\ntools = [\"get_*\"]\n\
                     [[proxy.acl.rule]]\nname = \"writers\"\nkeys = [\"ci\"]\nsubjects = [\"blue\"]\n\
                     tools = [\"set_*\"]\nneeds_scopes = [\"write\"]\n\
                     [[proxy.acl.rule]]\nname = \"stop\"\neffect = \"deny\"\ntools = [\"get_secret\"]\n";

#[test]
fn the_rule_that_decides_is_named_with_what_the_others_have_to_do_with_it() {
    let case = Case::new(&nobody(), RULES);
    let explain = |call: &str| case.acl(&["explain", "--as", "anonymous", "--call", call]);
    let (code, text, error) = explain("tools/call:get_a");
    assert_eq!((code, error.as_str()), (Some(0), ""), "{text}");
    assert!(text.contains("consumer  plan keyless\n"), "{text}");
    assert!(text.contains("asks for  tool get_a, to use it\n"), "{text}");
    assert!(text.contains("> readers (allow): applies\n"), "{text}");
    assert!(
        text.contains("  writers (allow): does not apply\n"),
        "{text}"
    );
    assert!(
        text.ends_with("\ndecision  allowed by `readers`\n"),
        "{text}"
    );
    let (code, text, _) = explain("tools/call:get_secret");
    assert_eq!(code, Some(1));
    assert!(text.ends_with("\ndecision  denied by `stop`\n"), "{text}");
    let (code, text, _) = explain("prompts/get:a");
    assert_eq!(code, Some(1));
    assert!(
        text.ends_with("\ndecision  denied: no rule allows it\n"),
        "{text}"
    );
    let (code, text, _) = explain("tools/list");
    assert_eq!(code, Some(0));
    assert!(text.contains("always open"), "{text}");
    let wide = text.lines().filter(|line| line.chars().count() > 80);
    assert_eq!(wide.count(), 0, "{text}");
}

#[test]
fn a_key_brings_its_scopes_and_its_owner() {
    let case = Case::new(&nobody(), RULES);
    let key = case.key(&["--name", "ci", "--owner", "blue", "--proxy", "demo"]);
    let call = ["explain", "--call", "tools/call:set_a", "--as"];
    let explain = |who: &str| case.json(&[&call[..], &[who]].concat());
    let (code, value) = explain("key=ci");
    assert_eq!(code, Some(1), "{value:#}");
    assert_eq!(value["decision"], "needs_scopes");
    assert_eq!(value["scopes"], json!(["write"]));
    assert_eq!(value["rule"], "writers");
    assert_eq!(value["consumer"]["subject"], "blue");
    assert_eq!(value["rules"][1]["missing"], json!(["write"]));
    let (code, value) = explain("key=ci,scope=write");
    assert_eq!((code, &value["decision"]), (Some(0), &json!("allow")));
    let id = value["consumer"]["key_id"].as_str().unwrap().to_owned();
    assert_eq!(explain(&format!("key={id},scope=write")).0, Some(0));
    // To see it, no scope is asked for.
    let list = ["--as", "key=ci", "--purpose", "list"];
    let (code, ..) = case.acl(&[&call[..3], &list].concat());
    assert_eq!(code, Some(0));
    let (_, _, error) = case.acl(&[&call[..], &["key=gone"]].concat());
    assert!(error.contains("the key file has no key `gone`"), "{error}");
    let (code, output, error) = case.acl(&[&call[..], &[&format!("key={key}")]].concat());
    assert_eq!(code, Some(2));
    assert!(!format!("{output}{error}").contains(&key), "{error}");
}

/// `(arguments, a part of what is said)`.
#[test]
fn what_cannot_be_answered_is_said_with_code_2() {
    let case = Case::new(&nobody(), RULES);
    let call = ["--call", "tools/call:a"];
    for (arguments, words) in [
        (vec!["explain", "--as", "plan=kee"], "did you mean `key`?"),
        (
            vec!["explain", "--as", "address=::1"],
            "by which plan? say `plan=NAME`",
        ),
        (
            vec!["explain", "--as", "anonymous,key=a"],
            "nobody has a key under the plan",
        ),
        (
            vec!["explain", "--as", "plan=keyless,scope=a"],
            "nobody has scopes under",
        ),
        (
            vec!["explain", "--as", "anonymous", "--proxy", "dem"],
            "did you mean `demo`?",
        ),
        (
            vec!["explain", "--as", "anonymous", "--arguments", "[]"],
            "the arguments are not a JSON object",
        ),
        (
            vec![
                "explain",
                "--as",
                "anonymous",
                "--annotations",
                "readOnly=true",
            ],
            "`readOnly` is no hint",
        ),
    ] {
        let (code, output, error) = case.acl(&[&arguments[..], &call].concat());
        assert_eq!(code, Some(2), "{arguments:?}: {output}{error}");
        assert!(error.contains(words), "{arguments:?}: {error}");
        assert_eq!(output, "");
    }
    let (code, _, error) = case.acl(&["explain", "--as", "anonymous", "--call", "tools/call"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("`tools/call` is no call"), "{error}");
    let (code, _, error) = case.acl(&["list", "--as", "anonymous"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("the MCP server cannot be asked"), "{error}");
    case.rule("[proxy.acl]\n[[proxy.acl.rule]]\ntools = []\n");
    let (code, _, error) = case.acl(&["list", "--as", "anonymous"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("`tools` is empty"), "{error}");
    assert!(error.ends_with("gateway.toml` cannot be used\n"), "{error}");
}

/// What the commands say and what a gateway does.
#[tokio::test]
async fn a_consumer_sees_what_the_list_says_and_can_call_it() {
    let demo = demo();
    let case = Case::new(
        demo.url(),
        "[proxy.acl]\n[[proxy.acl.rule]]\nname = \"known\"\nkeys = [\"ci\"]\n\
         annotations = { readOnlyHint = true }\n[[proxy.acl.rule]]\nname = \"notes\"\nresources = \
         [\"demo://notes/*\"]\n[[proxy.acl.rule]]\nname = \"echo\"\ntools = [\"echo\"]\n",
    );
    let key = case.key(&["--name", "ci", "--proxy", "demo"]);
    let gateway = case.start();
    for (who, credential) in [("key=ci", Some(key.as_str())), ("anonymous", None)] {
        let (code, offers) = case.json(&["list", "--denied", "--as", who]);
        assert_eq!(code, Some(0));
        let offers = offers.as_array().unwrap();
        let said = |kind: &str, listed: bool| -> Vec<&str> {
            let offers = offers.iter().filter(|offer| offer["kind"] == kind);
            let offers = offers.filter(|offer| offer["listed"] == listed);
            offers
                .map(|offer| offer["name"].as_str().unwrap())
                .collect()
        };
        let lists = [
            ("tool", "tools/list", "tools", "name"),
            ("resource", "resources/list", "resources", "uri"),
        ];
        for (kind, method, member, key) in lists {
            let mut listed = Vec::new();
            let mut params = json!({});
            loop {
                let (_, answer) = ask(gateway.url(), credential, method, params).await;
                let page = answer["result"][member].as_array().unwrap().clone();
                listed.extend(page.iter().map(|it| it[key].as_str().unwrap().to_owned()));
                match answer["result"]["nextCursor"].as_str() {
                    Some(cursor) => params = json!({ "cursor": cursor }),
                    None => break,
                }
            }
            assert_eq!(said(kind, true), listed, "{who} {method}");
            assert!(!listed.is_empty() && !said(kind, false).is_empty());
        }
        let hidden = said("tool", false);
        let params = json!({ "name": hidden[0], "arguments": {} });
        let (status, answer) = ask(gateway.url(), credential, "tools/call", params).await;
        assert_eq!(status, 200);
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        let params = json!({ "name": "echo", "arguments": { "text": "hi" } });
        let (_, answer) = ask(gateway.url(), credential, "tools/call", params).await;
        assert!(answer["result"].is_object(), "{answer}");
    }
    let (code, table, error) = case.acl(&["list", "--as", "anonymous"]);
    assert_eq!(code, Some(0));
    let (table, summary) = table.split_once("demo as plan keyless: ").unwrap();
    assert_eq!(
        table,
        "KIND      NAME                  DECISION  RULE\n\
         tool      echo                  allowed   echo\n\
         resource  demo://notes/welcome  allowed   notes\n",
        "{error}"
    );
    assert!(summary.starts_with("2 allowed, "), "{summary}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_name_does_not_move_the_cursor() {
    let answer = r#"{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"tools":[{"name":"a\u001b[2Jb\u202e"}]}}"#;
    let upstream = Upstream::answering(answer).await;
    let case = Case::new(&upstream.url, "");
    let (code, table, error) =
        tokio::task::block_in_place(|| case.acl(&["list", "--as", "anonymous"]));
    assert_eq!(code, Some(0), "{error}");
    assert!(table.contains(r"a\u{1b}[2Jb\u{202e}"), "{table}");
    assert!(!table.contains(['\u{1b}', '\u{202e}']), "{table}");
}

#[test]
fn expectations_that_do_not_hold_are_named() {
    let case = Case::new(&nobody(), RULES);
    let good = json!({ "expect": [
        { "name": "reading", "as": "anonymous", "allow": ["tools/call:get_a", "ping"],
          "deny": ["tools/call:get_secret", "tools/call:set_a", "feature:tasks"] },
        { "as": { "plan": "key", "key": "ci", "subject": "blue" },
          "allow": ["tools/list:set_a"], "needs_scopes": { "tools/call:set_a": ["write"] } },
        { "as": ["plan=key,key=ci", "subject=blue,scope=write"], "allow": ["tools/call:set_a"] },
    ] });
    let path = case.write("good.json", &good.to_string());
    let (code, text, error) = case.acl(&["test", &path]);
    assert_eq!(code, Some(0), "{text}{error}");
    assert_eq!(
        text,
        "demo: 3 expectations, 8 calls: 8 as expected, 0 not\n"
    );
    let bad = "[[expect]]\nname = \"writing\"\nas = \"plan=key,key=ci,subject=blue\"\n\
               allow = [\"tools/call:set_a\", \"tools/call:get_secret\"]\n\
               deny = [\"tools/call:set_a\"]\nneeds_scopes = { \"tools/call:set_a\" = [\"read\"] }\n\
               [[expect]]\nas = \"anonymous\"\ndeny = [\"tools/call:get_a\"]\n";
    let path = case.write("bad.toml", bad);
    let (code, text, _) = case.acl(&["test", &path]);
    assert_eq!(code, Some(1));
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "FAIL writing: `tools/call:set_a` is denied: it needs the scopes `write`, by `writers`, \
             and should be allowed",
            "FAIL writing: `tools/call:get_secret` is denied by `stop`, and should be allowed",
            "FAIL writing: `tools/call:set_a` is denied: it needs the scopes `write`, by `writers`, \
             and should be denied",
            "FAIL writing: `tools/call:set_a` is denied: it needs the scopes `write`, by `writers`, \
             and should be denied for want of the scopes `read`",
            "FAIL expectation 2: `tools/call:get_a` is allowed by `readers`, and should be denied",
            "demo: 2 expectations, 5 calls: 0 as expected, 5 not",
        ]
    );
}

/// `(file, text, a part of what is said)`.
#[test]
fn expectations_that_cannot_be_read_are_no_success() {
    let case = Case::new(&nobody(), RULES);
    case.key(&["--name", "ci", "--proxy", "demo"]);
    let expect = |more: Value| json!({ "expect": [more] }).to_string();
    for (text, words) in [
        ("{".to_owned(), "is not a file of expectations"),
        (json!({ "expect": [] }).to_string(), "it expects nothing"),
        (expect(json!({ "as": "anonymous" })), "it names no call"),
        (
            expect(json!({ "as": "anonymous", "alow": ["a"] })),
            "unknown field `alow`",
        ),
        (
            expect(json!({ "as": "anonymus", "allow": ["ping"] })),
            "is no field with a value",
        ),
        (
            expect(json!({ "as": { "scop": "a" }, "allow": ["ping"] })),
            "unknown field `scop`",
        ),
        (
            expect(json!({ "as": "plan=x", "allow": ["ping"] })),
            "this proxy has no plan `x`",
        ),
        (
            expect(json!({ "as": "key=cii", "deny": ["tools/call:a"] })),
            "the key file has no key `cii` (did you mean `ci`?)",
        ),
        (
            expect(json!({ "as": "anonymous", "deny": ["echo"] })),
            "did you mean `tools/call:echo`?",
        ),
        (
            expect(json!({ "as": "anonymous", "allow": ["tools/call"] })),
            "`tools/call` is no call",
        ),
    ] {
        let path = case.write("expectations.json", &text);
        let (code, output, error) = case.acl(&["test", &path]);
        assert_eq!(code, Some(2), "{text}: {output}{error}");
        assert!(error.contains(words), "{text}: {error}");
    }
    let (code, _, error) = case.acl(&["test", "no-such-file.toml"]);
    assert_eq!(code, Some(2));
    assert!(
        error.contains("`no-such-file.toml` cannot be read"),
        "{error}"
    );
}

#[test]
fn without_rules_everything_is_allowed() {
    let case = Case::new(&nobody(), "");
    let (code, text, _) = case.acl(&["explain", "--as", "anonymous", "--call", "tools/call:a"]);
    assert_eq!(code, Some(0));
    assert!(
        text.contains("rules     none: everything is allowed\n"),
        "{text}"
    );
    case.rule("[proxy.acl]\n");
    let (code, text, _) = case.acl(&["explain", "--as", "anonymous", "--call", "tools/call:a"]);
    assert_eq!(code, Some(1));
    assert!(
        text.contains("rules     none: nothing is allowed\n"),
        "{text}"
    );
}
