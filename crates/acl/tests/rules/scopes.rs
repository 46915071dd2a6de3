//! Rules that ask for scopes.

use http::HeaderName;
use tollbar_acl::{Headers, Outcome, Policy, Rule, Rules, Target};
use tollbar_core::Consumer;

use crate::asking::Asking;

fn outcome(rules: Vec<Rule>, scopes: &[&str]) -> (Outcome, Option<String>) {
    let rules = Rules::new(rules).unwrap();
    let asking = Asking::new(Consumer::new("p").with_scopes(scopes.iter().copied()));
    let decision = asking.decide(&rules, Target::Tool("t"));
    let rule = decision.rule().map(ToString::to_string);
    (decision.outcome().clone(), rule)
}

fn needs(scopes: &[&str]) -> Outcome {
    Outcome::NeedScopes(scopes.iter().map(|scope| (*scope).into()).collect())
}

fn allow(name: &str, scopes: &[&str]) -> Rule {
    Rule::allow(name).needs_scopes(scopes.iter().copied())
}

#[test]
fn all_that_the_call_needs_and_what_is_there() {
    let rule = || vec![allow("r", &["a", "b"])];
    assert_eq!(outcome(rule(), &[]).0, needs(&["a", "b"]));
    assert_eq!(outcome(rule(), &["b", "z"]).0, needs(&["a", "b", "z"]));
    assert_eq!(
        outcome(rule(), &["a", "b"]),
        (Outcome::Allow, Some("r".into()))
    );
    assert_eq!(outcome(vec![allow("r", &["a", "a"])], &[]).0, needs(&["a"]));
}

#[test]
fn the_rule_with_the_fewest_missing_is_asked_for() {
    let rules = || {
        vec![
            allow("two", &["a", "b"]),
            allow("one", &["c"]),
            allow("also", &["d"]),
        ]
    };
    assert_eq!(outcome(rules(), &[]), (needs(&["c"]), Some("one".into())));
    assert_eq!(
        outcome(rules(), &["a"]),
        (needs(&["a", "b"]), Some("two".into()))
    );
    assert_eq!(
        outcome(rules(), &["d"]),
        (Outcome::Allow, Some("also".into()))
    );
}

#[test]
fn a_rule_that_asks_for_none_lets_through() {
    let rules = vec![allow("r", &["a"]), Rule::allow("free")];
    assert_eq!(outcome(rules, &[]), (Outcome::Allow, Some("free".into())));
}

#[test]
fn a_denial_is_no_challenge() {
    let rules = vec![allow("r", &["a"]), Rule::deny("d").tools(["t"])];
    assert_eq!(outcome(rules, &[]), (Outcome::Deny, Some("d".into())));
    let rules = vec![allow("r", &["a"]).plans(["other"])];
    assert_eq!(outcome(rules, &[]), (Outcome::Deny, None));
    let rules = vec![allow("r", &["a"]).scopes_all(["b"])];
    assert_eq!(outcome(rules, &[]), (Outcome::Deny, None));
}

#[test]
fn only_headers_that_rules_name_are_kept() {
    let name = HeaderName::from_static;
    let rules = Rules::new([
        Rule::allow("a").header(name("x-a"), ["1"]),
        Rule::deny("b")
            .header(name("x-b"), ["1"])
            .header(name("x-a"), ["2"]),
    ]);
    let named = Headers::These([name("x-a"), name("x-b")].into());
    assert_eq!(rules.unwrap().headers(), named);
    assert_eq!(Rules::none().headers(), Headers::These([].into()));
}
