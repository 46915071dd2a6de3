//! Explanations, in words.

use http::HeaderName;
use tollbar_acl::{Finding, Hint, Purpose, Rule, Rules, Target};
use tollbar_core::{Claims, Consumer, Network};

use crate::asking::{Asking, annotations};

fn asking() -> Asking {
    let claims = Claims::parse(br#"{"salary":"secret-claim"}"#).unwrap();
    let consumer = Consumer::new("key").with_key_id("k_17").with_key_name("ci");
    Asking::new(consumer.with_scopes(["b"]).with_claims(claims))
}

fn step(rule: Rule) -> String {
    let rules = Rules::new([rule]).unwrap();
    asking().explain(&rules, Target::Tool("get_x")).steps[0].to_string()
}

#[test]
fn the_first_condition_that_fails() {
    let rule = || Rule::allow("r");
    let network: Network = "10.0.0.0/8".parse().unwrap();
    let table = [
        (rule().tools(["set_*"]), "it is not about the tool `get_x`"),
        (
            rule().only_for(Purpose::List),
            "it is for who asks to list it",
        ),
        (
            rule().annotation(Hint::ReadOnly, true),
            "it asks for `readOnlyHint` = true, which is not known",
        ),
        (
            rule().plans(["a", "b*"]),
            "`plans` asks for `a`, `b*`, the plan is `key`",
        ),
        (
            rule().subjects(["a"]),
            "`subjects` asks for `a`, the consumer has no subject",
        ),
        (rule().keys(["a"]), "`keys` asks for `a`, the key is `ci`"),
        (
            rule().scopes_all(["a"]),
            "`scopes_all` asks for `a`, the consumer has `b`",
        ),
        (
            rule().scopes_any(["a", "c"]),
            "`scopes_any` asks for one of `a`, `c`, the consumer has `b`",
        ),
        (
            rule().claim("salary", ["x"]),
            "`claims` asks for `x` in `salary`, which is something else",
        ),
        (
            rule().claim("team", [3]),
            "`claims` asks for `3` in `team`, which is not there",
        ),
        (
            rule().addresses([network]),
            "`addresses` asks for `10.0.0.0/8`, the address is not known",
        ),
        (
            rule().header(HeaderName::from_static("x-a"), ["1"]),
            "`headers` asks for a value of `x-a`, which is not there",
        ),
    ];
    for (rule, words) in table {
        assert_eq!(step(rule), format!("`r` (allow) does not apply: {words}"));
    }
}

#[test]
fn what_applies_and_why() {
    let rule = Rule::allow("r")
        .tools(["a", "get_*"])
        .plans(["k*"])
        .scopes_any(["a", "b"]);
    assert_eq!(
        step(rule),
        "`r` (allow) applies: the tool fits `get_*`, the plan is `key`, the consumer has `b`"
    );
    assert_eq!(
        step(Rule::deny("r")),
        "`r` (deny) applies: it is about everything"
    );
    assert_eq!(
        step(Rule::deny("r").annotation(Hint::ReadOnly, true)),
        "`r` (deny) applies: it is about all tools, `readOnlyHint` is not known"
    );
    assert_eq!(
        step(Rule::allow("r").needs_scopes(["b", "c"])),
        "`r` (allow) would apply with the scopes `c`: it is about everything"
    );
}

#[test]
fn every_rule_has_a_step_in_order() {
    let rules = Rules::new([
        Rule::allow("first").tools(["get_*"]).needs_scopes(["c"]),
        Rule::deny("second").tools(["set_*"]),
        Rule::allow("third"),
    ]);
    let asking = asking().annotated(annotations("{}"));
    let explanation = asking.explain(&rules.unwrap(), Target::Tool("get_x"));
    let names: Vec<_> = explanation.steps.iter().map(|step| &*step.rule).collect();
    assert_eq!(names, ["first", "second", "third"]);
    assert!(
        matches!(&explanation.steps[0].finding, Finding::LacksScopes { missing, .. } if **missing == ["c".into()])
    );
    assert_eq!(
        explanation.decision.rule().map(|rule| &**rule),
        Some("third")
    );
    assert_eq!(explanation.to_string().lines().count(), 3);
}

#[test]
fn claims_are_not_shown_and_names_cannot_write_lines() {
    let rules = Rules::new([
        Rule::allow("r").claim("salary", ["x"]),
        Rule::allow("s").tools(["a"]),
    ]);
    let rules = rules.unwrap();
    let explanation = asking().explain(&rules, Target::Tool("x`\n`s` (allow) applies"));
    let text = explanation.to_string();
    assert!(!text.contains("secret-claim"), "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
}

#[test]
fn of_whom_nothing_is_known_it_says_so() {
    let unverified = Asking::new(Consumer::new("relay").unverified());
    let step = |rule: Rule| {
        let rules = Rules::new([rule]).unwrap();
        unverified.explain(&rules, Target::Tool("get_x")).steps[0].to_string()
    };
    assert_eq!(
        step(Rule::allow("r").subjects(["ann"])),
        "`r` (allow) does not apply: `subjects` asks for a consumer who is verified here"
    );
    assert_eq!(
        step(Rule::deny("r").claim("team", [3]).scopes_any(["a"])),
        "`r` (deny) applies: it is about everything, `scopes_any` may hold of a consumer who is not \
         verified here, `claims` may hold of a consumer who is not verified here"
    );
    let asks = Rule::allow("r").plans(["relay"]).needs_scopes(["a"]);
    assert!(step(asks).contains("would apply with the scopes `a`"));
}
