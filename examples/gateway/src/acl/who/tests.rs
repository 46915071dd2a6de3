//! Who asks, read.

use serde_json::json;

use super::{Who, WhoTable};

fn read(text: &str) -> Who {
    Who::read([text]).unwrap_or_else(|reason| panic!("{text}: {reason}"))
}

#[test]
fn all_fields_are_read() {
    let who = read(
        "plan=key,subject=CN=agent\\,O=Example,client=c,key=ci,scope=a,scope=b,scope=c,address=10.0.0.7,\
         header.X-Team=blue,claim.department=field",
    );
    assert!(!who.anonymous);
    assert_eq!(who.plan.as_deref(), Some("key"));
    assert_eq!(who.subject.as_deref(), Some("CN=agent,O=Example"));
    assert_eq!(who.client.as_deref(), Some("c"));
    assert_eq!(who.key.as_deref(), Some("ci"));
    assert_eq!(who.scopes, ["a", "b", "c"]);
    assert_eq!(who.address, Some("10.0.0.7".parse().unwrap()));
    assert_eq!(who.headers[0].0, "x-team");
    assert_eq!(json!(who.claims), json!({ "department": "field" }));
    assert!(read("anonymous,address=::1").anonymous);
    let parts = Who::read(["plan=a", "scope=b"]).unwrap();
    assert_eq!(parts, read("plan=a,scope=b"));
}

#[test]
fn claims_are_json_or_text_and_stand_where_rules_look() {
    for (text, claims) in [
        ("claim.level=3", json!({ "level": 3 })),
        ("claim.level=\"3\"", json!({ "level": "3" })),
        ("claim.level=3a", json!({ "level": "3a" })),
        ("claim.a=[\"x\",\"y\"],scope=s", json!({ "a": ["x", "y"] })),
        ("claim.a=x\\,y", json!({ "a": "x,y" })),
        ("claim.a=\"[x\"", json!({ "a": "[x" })),
        ("claim.a.b=c", json!({ "a.b": "c" })),
        (
            "claim./realm/roles=[\"admin\"],claim./realm/x~1y=true",
            json!({ "realm": { "roles": ["admin"], "x/y": true } }),
        ),
    ] {
        assert_eq!(json!(read(text).claims), claims, "{text}");
    }
}

/// `(what is written, a part of what is said)`.
#[test]
fn what_is_wrong_is_said() {
    for (text, words) in [
        ("", "it says nothing"),
        ("sope=a", "did you mean `scope`?"),
        ("colour=red", "there are `plan`, `subject`"),
        ("key", "`key` is no field with a value"),
        ("anonymousx", "`anonymousx` is no field with a value"),
        ("subject=CN=agent,O=Example", "`O` is no field"),
        ("plan=a,plan=b", "`plan` is given twice"),
        ("plan=", "`plan` is empty"),
        ("address=here", "`here` is not an IP address"),
        ("header=a", "write `header.NAME=VALUE`"),
        ("claim=a", "write `claim.NAME=VALUE`"),
        ("plan.x=a", "`plan` has no names"),
        ("header.a b=c", "`a b` is not the name of a header"),
        ("scope=a b", "`a b` is not a scope: write one scope"),
        ("scope=a b", "several are `scope=A,scope=B`"),
        (
            "claim.a=[\"x\"\\,\"y\"]",
            "`claim.a` is not JSON: in JSON, write `,` without `\\`",
        ),
        ("claim.a={\"x\": 1", "`claim.a` is not JSON ("),
        ("claim.a=[1]x", "something stands behind its end"),
        ("claim.a=1,claim.a=2", "the claim `a` is given twice"),
        ("claim.a=1,claim./a/b=2", "lies in one that is no object"),
    ] {
        let reason = Who::read([text]).unwrap_err();
        assert!(reason.contains(words), "{text}: {reason}");
    }
}

#[test]
fn a_key_itself_is_not_taken_and_not_repeated() {
    let key = tollbar::plan::key::Key::generate().unwrap();
    let reason = Who::read([format!("key={}", key.expose()).as_str()]).unwrap_err();
    assert!(reason.contains("that is a key"), "{reason}");
    assert!(!reason.contains(key.expose()));
}

#[test]
fn a_table_says_the_same() {
    let table: WhoTable = serde_json::from_value(json!({
        "plan": "key", "subject": "a,b", "scopes": ["x"], "address": "::1",
        "claims": { "/a/b": [1] }, "headers": { "x-team": "blue" },
    }))
    .unwrap();
    assert_eq!(
        Who::try_from(table).unwrap(),
        read("plan=key,subject=a\\,b,scope=x,address=::1,claim./a/b=[1],header.x-team=blue")
    );
    assert!(Who::try_from(WhoTable::default()).is_err());
    let spaced: WhoTable = serde_json::from_value(json!({ "scopes": ["a b"] })).unwrap();
    assert!(
        Who::try_from(spaced)
            .unwrap_err()
            .contains("is not a scope")
    );
    assert!(serde_json::from_value::<WhoTable>(json!({ "scope": "x" })).is_err());
}
