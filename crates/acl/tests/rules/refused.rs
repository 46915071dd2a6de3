//! Rules that cannot be meant.

use std::time::{Duration, Instant};

use http::HeaderName;
use tollbar_acl::{Feature, Hint, InvalidRule, Pattern, Rule, RuleLimits, Rules, Target};
use tollbar_core::{Consumer, Network};

use crate::asking::Asking;

fn refused(rule: Rule) -> String {
    Rules::new([rule]).unwrap_err().to_string()
}

fn rule() -> Rule {
    Rule::allow("r")
}

#[test]
fn names() {
    assert!(refused(Rule::allow("")).contains("no name"));
    assert!(refused(Rule::deny(" ")).contains("no name"));
    let long = refused(Rule::allow("x".repeat(300)));
    assert!(long.contains("256 bytes") && long.len() < 400, "{long}");
    assert!(refused(Rule::allow("a\nb")).contains(r"`a\nb`"));
    let twice = Rules::new([rule(), Rule::deny("r")]).unwrap_err();
    assert_eq!(twice, InvalidRule::Duplicate { rule: "r".into() });
}

#[test]
fn empty_lists_fit_nobody() {
    const NONE: [&str; 0] = [];
    let header = HeaderName::from_static("x-a");
    let table = [
        (rule().plans(NONE), "plans"),
        (rule().subjects(NONE), "subjects"),
        (rule().clients(NONE), "clients"),
        (rule().keys(NONE), "keys"),
        (rule().scopes_all(NONE), "scopes_all"),
        (rule().scopes_any(NONE), "scopes_any"),
        (rule().needs_scopes(NONE), "needs_scopes"),
        (rule().claim("a", NONE), "claims.a"),
        (rule().addresses(Vec::<Network>::new()), "addresses"),
        (rule().header(header, NONE), "headers.x-a"),
        (rule().tools(NONE), "tools"),
        (rule().resources(NONE), "resources"),
        (rule().templates(NONE), "templates"),
        (rule().prompts(NONE), "prompts"),
        (rule().methods(NONE), "methods"),
        (rule().features(Vec::<Feature>::new()), "features"),
    ];
    for (rule, list) in table {
        let message = refused(rule);
        assert!(
            message.starts_with(&format!("rule `r`: `{list}` is empty")),
            "{message}"
        );
    }
}

#[test]
fn methods_that_something_else_decides() {
    let table = [
        ("tools/call", "`tools`"),
        ("prompts/get", "`prompts`"),
        ("resources/read", "`resources`"),
        ("subscriptions/listen", "`resources`"),
        ("completion/complete", "`templates`"),
        ("initialize", "always open"),
        ("ping", "always open"),
        ("tools/list", "filtered"),
        ("logging/setLevel", "`logging` in `features`"),
        ("tasks/*", "`tasks` in `features`"),
        ("sampling/createMessage", "`sampling` in `features`"),
        ("*/list", "filtered"),
        ("tools/*", "`tools/list`"),
    ];
    for (method, instead) in table {
        let message = refused(rule().methods([method]));
        assert!(
            message.contains(instead) && message.contains(method),
            "{message}"
        );
    }
    let message = refused(rule().methods([Pattern::regex("tools/.+").unwrap()]));
    assert!(message.contains("`tools/.+`"), "{message}");
    for method in ["*", "vendor/*", "tools/calls", "Tools/call"] {
        assert!(Rules::new([rule().methods([method])]).is_ok(), "{method}");
    }
}

#[test]
fn scopes_are_one_word() {
    for scope in ["", "a b", "a\"b", "a\\b", "a\nb", "é"] {
        assert!(
            refused(rule().needs_scopes([scope])).contains("`needs_scopes`"),
            "{scope}"
        );
        assert!(
            refused(rule().scopes_all([scope])).contains("`scopes_all`"),
            "{scope}"
        );
        assert!(
            refused(rule().scopes_any([scope])).contains("`scopes_any`"),
            "{scope}"
        );
    }
    let denies = refused(Rule::deny("r").needs_scopes(["a"]));
    assert!(denies.contains("`scopes_all`"), "{denies}");
}

#[test]
fn annotations_are_of_tools() {
    let reads = || rule().annotation(Hint::ReadOnly, true);
    assert!(Rules::new([reads().tools(["x"])]).is_ok());
    assert!(refused(reads().tools(["x"]).prompts(["x"])).contains("make it two rules"));
    assert!(refused(reads().features([Feature::Tasks])).contains("make it two rules"));
    assert!(refused(reads().annotation(Hint::ReadOnly, false)).contains("`readOnlyHint`"));
    assert!(Rules::new([reads().annotation(Hint::ReadOnly, true)]).is_ok());
}

#[test]
fn patterns_that_cannot_fit() {
    let dots = refused(rule().resources(["file:///a/../b/*"]));
    assert!(dots.ends_with("write it as `file:///b/*`"), "{dots}");
    assert!(refused(rule().templates(["file:///%2e%2e/**"])).contains("file:///**"));
    assert!(Rules::new([Rule::deny("r").resources(["**/../**"])]).is_ok());
    assert!(Rules::new([rule().resources(["file:///a/../b"])]).is_ok());
    for list in [rule().tools(["a\n"]), rule().resources(["a\u{1}*"])] {
        assert!(refused(list).contains("control characters"));
    }
}

#[test]
fn bounds() {
    let limits = RuleLimits::new()
        .with_rules(2)
        .with_entries(3)
        .with_length(8);
    let rules = |rules: Vec<Rule>| Rules::with_limits(rules, &limits).map(|_| ());
    let named = |name: &str| Rule::allow(name);
    assert!(rules(vec![named("a"), named("b")]).is_ok());
    let many = rules(vec![named("a"), named("b"), named("c")]);
    assert_eq!(many, Err(InvalidRule::TooManyRules { limit: 2 }));
    assert!(rules(vec![named("a").tools(["1", "2"]), named("b").keys(["3"])]).is_ok());
    let many = rules(vec![
        named("a").tools(["1", "2"]),
        named("b").keys(["3", "4"]),
    ]);
    let expected = InvalidRule::TooManyEntries {
        rule: "b".into(),
        limit: 3,
    };
    assert_eq!(many, Err(expected));
    assert!(rules(vec![named("a").tools(["12345678"])]).is_ok());
    for long in [
        named("a").tools(["123456789"]),
        named("a").plans(["123456789"]),
        named("a").claim("p", ["123456789"]),
        named("a").header(HeaderName::from_static("x"), ["123456789"]),
        named("a").scopes_any(["123456789"]),
    ] {
        assert!(matches!(
            rules(vec![long]),
            Err(InvalidRule::Long { limit: 8, .. })
        ));
    }
    let endless = (0..).map(|number| Rule::allow(number.to_string()));
    assert!(Rules::with_limits(endless, &limits).is_err());
}

#[test]
fn hostile_patterns_are_bounded() {
    let large = || Pattern::regex(r"\w{10}").unwrap();
    let limits = RuleLimits::new().with_compiled(64 << 10);
    let rule = rule().tools([large()]);
    let message = Rules::with_limits([rule], &limits).unwrap_err().to_string();
    assert!(
        message.contains("rule `r`") && message.contains("65536 bytes"),
        "{message}"
    );
    // Each is small enough, all together are not.
    let limits = RuleLimits::new().with_compiled(1 << 20);
    let many = (0..50).map(|number| {
        let pattern = Pattern::regex(format!(r"{number}\w{{10}}")).unwrap();
        Rule::allow(number.to_string()).tools([pattern])
    });
    let refused = Rules::with_limits(many, &limits).unwrap_err();
    assert_eq!(
        refused,
        InvalidRule::TooLarge {
            condition: "tools",
            limit: 1 << 20
        }
    );
}

/// What would try all ways takes longer than anybody lives; a busy machine takes some seconds.
const FOR_EVER: Duration = Duration::from_secs(60);

#[test]
fn patterns_that_make_others_slow_do_not() {
    let evil = "*a".repeat(1000) + "*b*b";
    let rules = Rules::new([
        rule().tools([evil.as_str()]).resources([evil.as_str()]),
        Rule::allow("e").tools([Pattern::regex("(a*)*(a*)*bb").unwrap()]),
        Rule::deny("d").resources([evil.as_str()]),
        Rule::allow("s").subjects([evil.as_str()]),
    ]);
    let rules = rules.unwrap();
    let name = "a".repeat(4 << 10) + "/" + &"a".repeat(4 << 10) + "b";
    let asking = Asking::new(Consumer::new("p").with_subject(name.as_str()));
    let began = Instant::now();
    for target in [Target::Tool(&name), Target::Resource(&name)] {
        assert!(!asking.decide(&rules, target).allows());
    }
    assert!(began.elapsed() < FOR_EVER, "{:?}", began.elapsed());
}

#[test]
fn a_thousand_patterns_take_a_long_name() {
    let patterns = (0..1000).map(|number| format!("*a*{number}*"));
    let rules = Rules::new([rule().tools(patterns.clone()).resources(patterns)]).unwrap();
    let name = "a".repeat(8 << 10);
    let began = Instant::now();
    for target in [Target::Tool(&name), Target::Resource(&name)] {
        assert!(!Asking::keyless().decide(&rules, target).allows());
    }
    assert!(began.elapsed() < FOR_EVER, "{:?}", began.elapsed());
}
