//! Who: each condition by itself, for rules that allow and for rules that deny.

use http::HeaderName;
use tollbar_acl::{Annotations, ClaimValue, Hint, Policy as _, Purpose, Rule, Rules, Target};
use tollbar_core::{Claims, Consumer, Network};
use tollbar_mcp::json::Slice;

use crate::asking::{Asking, annotations};

/// Applies, whatever its effect.
const YES: (bool, bool) = (true, true);
/// Does not.
const NO: (bool, bool) = (false, false);
/// Not known: nobody is let through, and nobody slips through.
const UNKNOWN: (bool, bool) = (false, true);

fn key() -> Asking {
    let claims = br#"{
        "department": "field", "level": 3, "staff": true, "nothing": null, "half": 0.5,
        "realm_access": {"roles": ["admin", "reader", 7]}, "roles": ["a", ["b"]], "text": "3"
    }"#;
    Asking::new(
        Consumer::new("key")
            .with_subject("ann@example.com")
            .with_client_id("app-1")
            .with_key_id("k_17")
            .with_key_name("ci/nightly")
            .with_scopes(["read", "write"])
            .with_claims(Claims::parse(claims).unwrap()),
    )
}

#[test]
fn names_of_who_asks() {
    let asking = key();
    assert_eq!(asking.applies(|rule| rule.plans(["key"])), YES);
    assert_eq!(asking.applies(|rule| rule.plans(["keyless", "k*"])), YES);
    assert_eq!(asking.applies(|rule| rule.plans(["Key"])), NO);
    assert_eq!(asking.applies(|rule| rule.plans(["ke"])), NO);
    assert_eq!(asking.applies(|rule| rule.plans(["ey"])), NO);
    assert_eq!(
        asking.applies(|rule| rule.plans(["other"]).plans(["key"])),
        YES
    );
    assert_eq!(asking.applies(|rule| rule.subjects(["*@example.com"])), YES);
    assert_eq!(asking.applies(|rule| rule.subjects(["*@example.org"])), NO);
    assert_eq!(
        asking.applies(|rule| rule.subjects(["ann@example?com"])),
        NO
    );
    assert_eq!(asking.applies(|rule| rule.clients(["app-1"])), YES);
    assert_eq!(asking.applies(|rule| rule.clients(["app-2"])), NO);
    assert_eq!(asking.applies(|rule| rule.keys(["k_17"])), YES);
    assert_eq!(asking.applies(|rule| rule.keys(["ci/nightly"])), YES);
    assert_eq!(asking.applies(|rule| rule.keys(["ci*"])), YES);
    assert_eq!(asking.applies(|rule| rule.keys(["k_18"])), NO);
}

#[test]
fn what_was_not_learnt_is_not_so() {
    let asking = Asking::keyless();
    assert_eq!(asking.applies(|rule| rule.subjects(["*"])), NO);
    assert_eq!(asking.applies(|rule| rule.clients(["**"])), NO);
    assert_eq!(asking.applies(|rule| rule.keys(["*"])), NO);
    assert_eq!(asking.applies(|rule| rule.scopes_all(["read"])), NO);
    assert_eq!(asking.applies(|rule| rule.scopes_any(["read"])), NO);
    assert_eq!(
        asking.applies(|rule| rule.claim("department", ["field"])),
        NO
    );
}

#[test]
fn of_a_consumer_whom_nobody_here_has_verified_nothing_is_known() {
    let nobody = Asking::new(Consumer::new("relay").with_pseudonym("p").unverified());
    // What it might claim is nobody's word.
    let mut claimed = key();
    claimed.consumer = claimed.consumer.with_plan("relay").unverified();
    for asking in [nobody, claimed] {
        for subjects in ["ann@example.com", "bob", "*"] {
            assert_eq!(asking.applies(|rule| rule.subjects([subjects])), UNKNOWN);
        }
        assert_eq!(asking.applies(|rule| rule.clients(["app-1"])), UNKNOWN);
        assert_eq!(asking.applies(|rule| rule.keys(["k_17"])), UNKNOWN);
        assert_eq!(asking.applies(|rule| rule.scopes_all(["read"])), UNKNOWN);
        assert_eq!(asking.applies(|rule| rule.scopes_any(["read"])), UNKNOWN);
        let field = asking.applies(|rule| rule.claim("department", ["field"]));
        assert_eq!(field, UNKNOWN);
        // What is seen of everybody is seen of it.
        assert_eq!(asking.applies(|rule| rule.plans(["relay"])), YES);
        assert_eq!(asking.applies(|rule| rule.plans(["key"])), NO);
        let both = |rule: Rule| rule.plans(["key"]).subjects(["*"]);
        assert_eq!(asking.applies(both), NO);
        let needs = Rules::new([Rule::allow("rule").needs_scopes(["read"])]).unwrap();
        assert!(!asking.decide(&needs, Target::Tool("t")).allows());
    }
}

#[test]
fn scopes() {
    let asking = key();
    assert_eq!(
        asking.applies(|rule| rule.scopes_all(["read", "write"])),
        YES
    );
    assert_eq!(
        asking.applies(|rule| rule.scopes_all(["read", "admin"])),
        NO
    );
    assert_eq!(
        asking.applies(|rule| rule.scopes_any(["admin", "read"])),
        YES
    );
    assert_eq!(
        asking.applies(|rule| rule.scopes_any(["admin", "Read"])),
        NO
    );
    assert_eq!(asking.applies(|rule| rule.scopes_any(["*"])), NO);
    let both = |rule: Rule| rule.scopes_all(["read"]).scopes_any(["admin"]);
    assert_eq!(asking.applies(both), NO);
}

#[test]
fn claims() {
    let asking = key();
    let claim = |path: &str, values: &[ClaimValue]| {
        asking.applies(|rule| rule.claim(path, values.iter().cloned()))
    };
    assert_eq!(claim("department", &["sales".into(), "field".into()]), YES);
    assert_eq!(claim("department", &["Field".into()]), NO);
    assert_eq!(claim("department", &["f*".into()]), NO);
    assert_eq!(claim("/department", &["field".into()]), YES);
    assert_eq!(claim("level", &[3.into()]), YES);
    assert_eq!(claim("level", &[4.into()]), NO);
    assert_eq!(claim("level", &["3".into()]), NO);
    assert_eq!(claim("text", &[3.into()]), NO);
    assert_eq!(claim("half", &[0.into()]), NO);
    assert_eq!(claim("staff", &[true.into()]), YES);
    assert_eq!(claim("staff", &[false.into()]), NO);
    assert_eq!(claim("staff", &["true".into()]), NO);
    assert_eq!(claim("nothing", &["".into(), false.into(), 0.into()]), NO);
    assert_eq!(claim("/realm_access/roles", &["admin".into()]), YES);
    assert_eq!(claim("/realm_access/roles", &[7.into()]), YES);
    assert_eq!(claim("/realm_access/roles/0", &["admin".into()]), YES);
    assert_eq!(claim("/realm_access/roles/1", &["admin".into()]), NO);
    assert_eq!(claim("/realm_access", &["roles".into()]), NO);
    assert_eq!(claim("roles", &["b".into()]), NO);
    let two = |rule: Rule| rule.claim("department", ["field"]).claim("level", [4]);
    assert_eq!(asking.applies(two), NO);
    let again = |rule: Rule| rule.claim("level", [4]).claim("level", [3]);
    assert_eq!(asking.applies(again), YES);
}

#[test]
fn addresses() {
    let networks = |list: &[&str]| -> Vec<Network> {
        list.iter()
            .map(|network| network.parse().unwrap())
            .collect()
    };
    let inside = networks(&["192.0.2.0/24", "10.0.0.0/8"]);
    let asking = Asking::keyless();
    let applies = |asking: &Asking| asking.applies(|rule| rule.addresses(inside.clone()));
    assert_eq!(applies(&asking.clone().from("10.1.2.3")), YES);
    assert_eq!(applies(&asking.clone().from("::ffff:10.1.2.3")), YES);
    assert_eq!(applies(&asking.clone().from("11.1.2.3")), NO);
    assert_eq!(applies(&asking.clone().from("::1")), NO);
    assert_eq!(applies(&asking), UNKNOWN);
}

#[test]
fn headers() {
    let name = || HeaderName::from_static("x-team");
    let asking = Asking::keyless();
    let applies = |asking: &Asking| asking.applies(|rule| rule.header(name(), ["red", "blue"]));
    assert_eq!(applies(&asking.clone().header("x-team", "red")), YES);
    assert_eq!(applies(&asking.clone().header("x-team", "green")), NO);
    assert_eq!(applies(&asking.clone().header("x-team", "Red")), NO);
    assert_eq!(applies(&asking.clone().header("x-other", "red")), NO);
    assert_eq!(applies(&asking), NO);
    let twice = |first, second| {
        asking
            .clone()
            .header("x-team", first)
            .header("x-team", second)
    };
    assert_eq!(applies(&twice("red", "red")), UNKNOWN);
    assert_eq!(applies(&twice("green", "blue")), UNKNOWN);
    assert_eq!(applies(&twice("green", "white")), NO);
    assert_eq!(
        applies(&asking.clone().header("x-team", "green, blue")),
        UNKNOWN
    );
    let two = |rule: Rule| {
        let rule = rule.header(name(), ["red"]);
        rule.header(HeaderName::from_static("x-shift"), ["night"])
    };
    let asking = asking.header("x-team", "red");
    assert_eq!(asking.applies(two), NO);
    assert_eq!(asking.clone().header("x-shift", "day").applies(two), NO);
    assert_eq!(asking.header("x-shift", "night").applies(two), YES);
}

#[test]
fn annotations_of_tools() {
    let asking = Asking::keyless();
    let reads = |rule: Rule| rule.annotation(Hint::ReadOnly, true);
    assert_eq!(asking.applies(reads), UNKNOWN);
    let told = |json| asking.clone().annotated(annotations(json));
    assert_eq!(told(r#"{"readOnlyHint":true}"#).applies(reads), YES);
    assert_eq!(told(r#"{"readOnlyHint":false}"#).applies(reads), NO);
    assert_eq!(told("{}").applies(reads), NO);
    let closed = |rule: Rule| reads(rule).annotation(Hint::OpenWorld, false);
    assert_eq!(told(r#"{"readOnlyHint":true}"#).applies(closed), NO);
    assert_eq!(
        told(r#"{"readOnlyHint":true,"openWorldHint":false}"#).applies(closed),
        YES
    );
    let harmless = |rule: Rule| rule.annotation(Hint::Destructive, false);
    assert_eq!(told("{}").applies(harmless), NO);
}

#[test]
fn purposes() {
    let list = Asking::keyless().to(Purpose::List);
    let using = Asking::keyless().to(Purpose::Use);
    for (purpose, same, other) in [
        (Purpose::List, &list, &using),
        (Purpose::Use, &using, &list),
    ] {
        assert_eq!(same.applies(|rule| rule.only_for(purpose)), YES);
        assert_eq!(other.applies(|rule| rule.only_for(purpose)), NO);
    }
    assert_eq!(list.applies(|rule| rule), YES);
    assert_eq!(using.applies(|rule| rule), YES);
}

#[test]
fn all_conditions_have_to_hold() {
    let rule = |rule: Rule| rule.plans(["key"]).subjects(["ann@*"]).scopes_all(["read"]);
    assert_eq!(key().applies(rule), YES);
    assert_eq!(key().applies(|one| rule(one).clients(["app-2"])), NO);
    // Not known, and something else that is known not to be so.
    assert_eq!(
        key().applies(|one| rule(one).addresses(["::1".parse::<Network>().unwrap()])),
        UNKNOWN
    );
    assert_eq!(
        Asking::keyless().applies(|one| rule(one).addresses(["::1".parse::<Network>().unwrap()])),
        NO
    );
}

#[test]
fn what_is_denied_for_want_of_annotations_says_so() {
    let reason = |rule: Rule, annotations: Option<Annotations>| {
        let rules = Rules::new([rule]).unwrap();
        let asking = Asking::keyless();
        let mut question = asking.question(Target::Tool("get"));
        question.annotations = annotations;
        rules.decide(&question).reason()
    };
    let none = Annotations::of(&Slice::new("{}"));
    let allow = || Rule::allow("a").annotation(Hint::ReadOnly, true);
    let deny = || Rule::deny("a").annotation(Hint::Destructive, true);
    assert_eq!(reason(allow(), None), "annotations_unknown");
    assert_eq!(reason(allow(), none), "no_rule");
    assert_eq!(reason(deny(), None), "annotations_unknown");
    assert_eq!(reason(deny(), none), "denied");
    // What only reads destroys nothing, unless the server says so.
    let reads = |more: &str| {
        let tool = format!(r#"{{"annotations":{{"readOnlyHint":true{more}}}}}"#);
        Annotations::of(&Slice::new(&tool))
    };
    assert_eq!(reason(deny(), reads("")), "no_rule");
    assert_eq!(
        reason(deny(), reads(r#","destructiveHint":true"#)),
        "denied"
    );
}
