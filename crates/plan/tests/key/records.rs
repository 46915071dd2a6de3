//! What may stand in a record, and how it is written.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tollbar_plan::key::{KeyRecord, KeyState, Proxies, Timestamp};

use crate::support::{earlier, later, record};

#[test]
fn what_is_wrong_is_said() {
    type Change = fn(&mut KeyRecord);
    let cases: [(Change, &str); 14] = [
        (|r| r.name.clear(), "`` cannot be the name of a key"),
        (|r| r.name = " ci".to_owned(), "no space at the ends"),
        (
            |r| r.name = "a\u{7}b".to_owned(),
            r"`a\u{7}b` cannot be the name",
        ),
        (|r| r.name = "é".repeat(129), "use 1 to 128 characters"),
        (|r| r.name = "k_0123456789ab".to_owned(), "looks like an id"),
        (|r| r.owner = Some("\n".to_owned()), "the owner of a key"),
        (|r| r.proxies = Proxies::default(), "at least one proxy"),
        (
            |r| r.proxies = Proxies::named(["a b"]),
            "the name of a proxy",
        ),
        (
            |r| r.scopes = ["a\"b".to_owned()].into(),
            r#"`a\"b` is no scope"#,
        ),
        (
            |r| r.scopes = (0..101).map(|n| n.to_string()).collect(),
            "at most 100 scopes, not 101",
        ),
        (
            |r| r.metadata = (0..33).map(|n| (n.to_string(), String::new())).collect(),
            "at most 32 pieces of metadata, not 33",
        ),
        (
            |r| r.metadata = BTreeMap::from([("a".to_owned(), "b".repeat(1025))]),
            "metadata `a` is longer than 1024 bytes",
        ),
        (|r| r.secrets.clear(), "a key needs a secret"),
        (
            |r| r.secrets = vec![r.secrets[0].clone(); 17],
            "at most 16 secrets, not 17",
        ),
    ];
    for (change, message) in cases {
        let mut record = record("ci");
        record.check().unwrap();
        change(&mut record);
        let said = record.check().unwrap_err().to_string();
        assert!(said.contains(message), "{said} does not say {message}");
        // What is not kept is not read either.
        assert!(
            KeyRecord::from_json(&record.to_json()).is_err(),
            "{message}"
        );
    }
}

#[test]
fn what_is_longest_passes() {
    let mut record = record("ci");
    record.name = "é".repeat(128);
    record.owner = Some("o".repeat(128));
    record.proxies = Proxies::named((0..1000).map(|number| format!("{number:064}")));
    record.scopes = (0..100).map(|number| format!("{number:0128}")).collect();
    let metadata = (0..32).map(|number| (format!("{number:064}"), "v".repeat(1024)));
    record.metadata = metadata.collect();
    record.check().unwrap();
    assert_eq!(KeyRecord::from_json(&record.to_json()).unwrap(), record);
}

#[test]
fn what_lasts_longest_decides() {
    let now = std::time::SystemTime::now();
    let mut record = record("ci");
    assert_eq!(record.state(now), KeyState::Active);
    record.expires = Some(later());
    assert_eq!(record.state(now), KeyState::Active);
    record.expires = Some(now);
    assert_eq!(record.state(now), KeyState::Expired);
    record.suspended = Some(earlier());
    assert_eq!(record.state(now), KeyState::Suspended);
    record.revoked = Some(earlier());
    assert_eq!(record.state(now), KeyState::Revoked);
}

#[test]
fn a_member_that_is_not_known_is_an_error() {
    let json = record("ci").to_json();
    let more = json.replacen('{', r#"{"only_on":"sunday","#, 1);
    let said = KeyRecord::from_json(&more).unwrap_err().to_string();
    assert!(said.contains("unknown field `only_on`"), "{said}");
    let less = json.replacen(r#""proxies":["mock"],"#, "", 1);
    let said = KeyRecord::from_json(&less).unwrap_err().to_string();
    assert!(said.contains("missing field `proxies`"), "{said}");
    let word = json.replacen(r#"["mock"]"#, r#""any""#, 1);
    let said = KeyRecord::from_json(&word).unwrap_err().to_string();
    assert!(
        said.contains("the word \"all\" or a list of names"),
        "{said}"
    );
}

#[test]
fn times_are_whole_seconds_of_the_calendar() {
    for (text, time) in [
        ("2027-01-31T12:00:00.999Z", Some("2027-01-31T12:00:00Z")),
        ("2027-01-31T12:00:00-01:00", Some("2027-01-31T13:00:00Z")),
        ("1970-01-01T00:00:00Z", Some("1970-01-01T00:00:00Z")),
        ("9999-12-31T23:59:59Z", Some("9999-12-31T23:59:59Z")),
        ("1969-12-31T23:59:59Z", None),
        ("9999-12-31T23:59:59-01:00", None),
        ("2027-02-30T12:00:00Z", None),
        ("2027-01-31", None),
    ] {
        let read = text.parse::<Timestamp>().ok().map(|time| time.to_string());
        assert_eq!(read.as_deref(), time, "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        name in "[a-zäß][\\PC]{0,20}[a-zäß]",
        owner in proptest::option::of("[!-~]{1,40}"),
        scopes in proptest::collection::btree_set("[!#-\\[\\]-~]{1,20}", 0..5),
        metadata in proptest::collection::btree_map("[!-~]{1,10}", "(?s).{0,50}", 0..5),
        times in proptest::array::uniform4(proptest::option::of(0..253_402_300_799_u64)),
        all in any::<bool>(),
    ) {
        let mut record = record("ci");
        let time = |seconds: u64| std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        record.name = name;
        record.owner = owner;
        record.scopes = scopes;
        record.metadata = metadata;
        [record.expires, record.suspended, record.revoked, record.last_used] =
            times.map(|seconds| seconds.map(time));
        record.secrets[0].expires = record.revoked;
        if all {
            record.proxies = Proxies::All;
        }
        prop_assume!(record.check().is_ok());
        let json = record.to_json();
        prop_assert!(!json.contains('\n'));
        prop_assert_eq!(KeyRecord::from_json(&json).unwrap(), record);
    }

    #[test]
    fn no_json_is_too_strange(text in "\\PC*") {
        let _ = KeyRecord::from_json(&text);
    }
}
