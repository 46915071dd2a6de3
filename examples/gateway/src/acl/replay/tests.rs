//! What would change.

use serde_json::{Value, json};

use super::Replay;
use crate::acl::{arguments::PlaceArguments, desk::Desk};
use crate::config::Secrets;

/// Replays lines against these rules.
fn replay(rules: &str, lines: &[String]) -> Value {
    let plans = "[[proxy.plan]]\ntype = \"key\"\n[[proxy.plan]]\ntype = \"keyless\"\n";
    replay_with(plans, rules, lines)
}

/// The same with these plans.
fn replay_with(plans: &str, rules: &str, lines: &[String]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    let text = format!(
        "[[proxy]]\nname = \"a\"\npath = \"/a\"\nupstream.url = \"http://[::1]:1/\"\n\
         {plans}[proxy.acl]\n{rules}[[authorization_server]]\nname = \"login\"\nissuer = \
         \"https://login.example\"\n"
    );
    std::fs::write(&path, text).unwrap();
    let place = PlaceArguments {
        config: Some(path),
        proxy: None,
    };
    let desk = Desk::open(place, Secrets::Optional).unwrap();
    let mut replay = Replay::new(&desk);
    replay.read(lines.join("\n").as_bytes()).unwrap();
    replay.tally.value()
}

/// A call of a tool, as the exchange log has it.
fn called(tool: &str, more: &Value) -> String {
    let mut line = json!({
        "time": "2026-07-28T00:00:00Z", "proxy": "a", "peer": "127.0.0.1", "http_method": "POST",
        "method": "tools/call", "subject_kind": "tool", "subject": tool, "plan": "key",
        "key": "ci", "key_id": "k1", "scopes": ["s"], "status": 200, "ended": "complete",
    });
    let members = line.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    line.to_string()
}

fn counts(value: &Value) -> [u64; 4] {
    [
        value["same"].as_u64().unwrap(),
        value["would_be_denied"]["count"].as_u64().unwrap(),
        value["would_be_allowed"]["count"].as_u64().unwrap(),
        value["cannot_tell"]["count"].as_u64().unwrap(),
    ]
}

const READERS: &str = "[[proxy.acl.rule]]\nname = \"readers\"\nscopes_all = [\"s\"]\n\
                       tools = [\"get_*\"]\n";

#[test]
fn what_happened_is_compared_with_what_would() {
    let denied = json!({ "decision": "deny", "rule": "old" });
    let lines = [
        called("get_a", &json!({})),
        called("set_a", &json!({})),
        called("set_a", &json!({})),
        called("get_a", &denied),
        called("set_a", &denied),
        // What a policy in shadow has denied has passed.
        called("get_a", &json!({ "decision": "deny", "shadow": true })),
        called("get_a", &json!({ "scopes": [] })),
    ];
    let value = replay(READERS, &lines);
    assert_eq!(counts(&value), [3, 3, 1, 0], "{value:#}");
    let first = &value["would_be_denied"]["cases"][0];
    assert_eq!(
        *first,
        json!({ "count": 2, "consumer": "ci", "call": "tools/call:set_a", "rule": null })
    );
    let allowed = &value["would_be_allowed"]["cases"][0];
    assert_eq!(allowed["rule"], "readers");
}

#[test]
fn what_never_came_to_the_rules_is_not_counted() {
    let lines = [
        called("x", &json!({ "plan": null })),
        called("x", &json!({ "refusal": "malformed", "status": 400 })),
        called("x", &json!({ "proxy": "b" })),
        called("x", &json!({ "method": null, "subject": null })),
        json!({ "listening": "http://127.0.0.1:1/a", "proxy": "a" }).to_string(),
        "{".to_owned(),
        "[]".to_owned(),
        json!({ "proxy": "a" }).to_string(),
        String::new(),
        // Passed by the rules, and then there was no server.
        called(
            "x",
            &json!({ "decision": "allow", "refusal": "bad_upstream", "status": 502 }),
        ),
    ];
    let value = replay(READERS, &lines);
    assert_eq!(counts(&value), [0, 1, 0, 0], "{value:#}");
    assert_eq!(value["lines"], 9);
    assert_eq!(value["malformed"], 3);
    assert_eq!(value["other_proxies"], 1);
    assert_eq!(value["not_asked"], 4);
}

#[test]
fn lists_and_streams_are_open() {
    let quiet = |method: &str| {
        let subject = json!({ "method": method, "subject_kind": null, "subject": null });
        called("", &subject)
    };
    let lines = ["tools/list", "GET stream", "session end", "initialize"].map(quiet);
    assert_eq!(counts(&replay("", &lines)), [4, 0, 0, 0]);
}

#[test]
fn each_message_of_an_array_is_judged() {
    let messages = [("get_a", "allow"), ("set_a", "allow"), ("get_b", "deny")];
    let messages = messages.iter().enumerate();
    let lines = messages.map(|(index, (tool, decision))| {
        called(
            tool,
            &json!({ "decision": decision, "batch": 3, "batch_index": index }),
        )
    });
    let value = replay(READERS, &lines.collect::<Vec<_>>());
    assert_eq!(counts(&value), [1, 1, 1, 0], "{value:#}");
}

/// `(rules, what can be told of a call of `get_a` that had passed)`.
#[test]
fn what_the_log_does_not_have_is_not_guessed() {
    const ALL: &str = "[[proxy.acl.rule]]\nname = \"all\"\n";
    let team = "[[proxy.acl.rule]]\nname = \"team\"\nheaders = { x-team = [\"blue\"] }\n";
    let stop = "[[proxy.acl.rule]]\nname = \"stop\"\neffect = \"deny\"\n";
    let hint = "annotations = { readOnlyHint = true }\n";
    let claim = "claims = { a = [\"b\"] }\n";
    let (same, denied, unknown) = ([1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]);
    for (rules, expected) in [
        (team.to_owned(), unknown),
        // Whether it applies or not, another rule allows.
        (format!("{team}{ALL}"), same),
        // The tools are others.
        (format!("{team}tools = [\"x\"]\n"), denied),
        (format!("{ALL}{stop}{hint}"), unknown),
        (format!("{ALL}{stop}{hint}tools = [\"x\"]\n"), same),
        // Denied anyway.
        (format!("{team}{stop}"), denied),
        // Consumers with a key have no claims.
        (format!("[[proxy.acl.rule]]\n{claim}"), denied),
    ] {
        let value = replay(&rules, &[called("get_a", &json!({}))]);
        assert_eq!(counts(&value), expected, "{rules}{value:#}");
    }
    let value = replay(team, &[called("get_a", &json!({}))]);
    assert_eq!(value["cannot_tell"]["cases"][0]["rule"], "team");
    // Annotations are of tools: of a prompt it is known that there are none.
    let prompt = json!({ "method": "prompts/get", "subject_kind": "prompt", "subject": "p" });
    let value = replay(
        &format!("[[proxy.acl.rule]]\n{hint}"),
        &[called("", &prompt)],
    );
    assert_eq!(counts(&value), denied);
}

#[test]
fn what_was_cut_is_not_guessed() {
    let long = format!("get_{}…", "x".repeat(1024));
    let value = replay(READERS, &[called(&long, &json!({}))]);
    assert_eq!(counts(&value), [0, 0, 0, 1]);
    let scopes: Vec<String> = (0..64).map(|it| it.to_string()).collect();
    let value = replay(READERS, &[called("get_a", &json!({ "scopes": scopes }))]);
    assert_eq!(counts(&value), [0, 0, 0, 1]);
}

#[test]
fn plans_that_are_gone_are_a_group_of_their_own() {
    let gone = json!({ "plan": "oauth", "key": null });
    let denied = json!({ "plan": "oauth", "key": null, "decision": "deny" });
    let lines = [
        called("get_a", &gone),
        called("get_a", &denied),
        called("get_a", &json!({})),
    ];
    let value = replay(READERS, &lines);
    assert_eq!(counts(&value), [1, 0, 0, 0], "{value:#}");
    assert_eq!(
        value["no_plan"],
        json!({ "count": 2, "cases": [{ "count": 2, "consumer": "oauth",
                "call": "tools/call:get_a", "rule": null, "plan": "oauth" }] })
    );
}

/// The log has no claims: of consumers with keys there are none, and of those with tokens nobody knows.
#[test]
fn what_asks_for_claims_is_known_of_keys_only() {
    let rules = "[[proxy.acl.rule]]\nname = \"field\"\nclaims = { department = [\"field\"] }\n\
                 tools = [\"get_*\"]\n";
    let plans = "[[proxy.plan]]\ntype = \"key\"\n[[proxy.plan]]\ntype = \"jwt\"\n\
                 authorization_server = \"login\"\n";
    let token = json!({ "plan": "jwt", "key": null, "key_id": null, "consumer": "ada" });
    let lines = [
        called("get_a", &json!({})),
        called("get_a", &token),
        called("set_a", &token),
    ];
    let value = replay_with(plans, rules, &lines);
    assert_eq!(counts(&value), [0, 2, 0, 1], "{value:#}");
    assert_eq!(value["cannot_tell"]["cases"][0]["rule"], "field");
}

/// Who came in by a relay is known where its tokens are verified, and only then.
#[test]
fn of_those_who_were_not_verified_nothing_is_known() {
    let relay = "[[proxy.plan]]\ntype = \"relay\"\nverify = \"jwt\"\nauthorization_server = \
                 \"login\"\n";
    let rules = "[[proxy.acl.rule]]\nname = \"no guests\"\neffect = \"deny\"\nclaims = { guest = \
                 [true] }\n[[proxy.acl.rule]]\nname = \"ada\"\nsubjects = [\"ada\"]\n";
    let by = |more: Value| {
        let mut about = json!({ "plan": "relay", "key": null, "key_id": null, "scopes": [] });
        let members = about.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        called("get_weather", &about)
    };
    let lines = [
        by(json!({ "consumer": "ada" })),
        by(json!({ "consumer": "bob" })),
        by(json!({ "verified": false, "pseudonym": "p" })),
    ];
    // Of claims nothing stands in the log; of who is not verified, any may be there.
    assert_eq!(counts(&replay_with(relay, rules, &lines)), [0, 2, 0, 1]);
    let (_, allows) = rules.split_once("[true] }\n").unwrap();
    assert_eq!(counts(&replay_with(relay, allows, &lines)), [1, 2, 0, 0]);
}
