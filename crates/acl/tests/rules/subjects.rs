//! What: names, patterns and kinds.

use tollbar_acl::{Family, Feature, Hint, Pattern, Policy, Purpose, Rule, Rules, Target};

use crate::asking::{Asking, annotations};

fn allows(pattern: impl Into<Pattern>, name: &str) -> bool {
    let rules = Rules::new([Rule::allow("rule").tools([pattern])]).unwrap();
    Asking::keyless()
        .decide(&rules, Target::Tool(name))
        .allows()
}

#[test]
fn only_the_asterisk_is_special() {
    let table: &[(&str, &[&str], &[&str])] = &[
        (
            "get",
            &["get"],
            &["Get", "get ", " get", "gets", "get\n", ""],
        ),
        (
            "get_*",
            &["get_", "get_x", "get_x/y", "get_\n"],
            &["get", "xget_", "get\u{a0}_x"],
        ),
        ("*_note", &["_note", "set_note"], &["set_notes"]),
        ("a*b*c", &["abc", "a1b2c", "abcbc"], &["ab", "acb"]),
        ("*", &["", "x", "x/y", "é\n"], &[]),
        ("**", &["", "x/y"], &[]),
        ("a.c", &["a.c"], &["abc"]),
        ("a?c*", &["a?c", "a?cd"], &["abc", "ac"]),
        ("a[bc]*", &["a[bc]d"], &["ab", "abc"]),
        ("a{b,c}*", &["a{b,c}"], &["ab"]),
        ("a\\*", &["a\\b"], &["a*", "ab"]),
        ("^a$*", &["^a$"], &["a"]),
        ("(?i)a*", &["(?i)a"], &["A", "a"]),
        ("é*", &["é", "éa"], &["e\u{301}"]),
    ];
    for (pattern, fits, others) in table {
        for name in *fits {
            assert!(allows(*pattern, name), "{pattern} {name:?}");
        }
        for name in *others {
            assert!(!allows(*pattern, name), "{pattern} {name:?}");
        }
    }
}

#[test]
fn literals_and_expressions() {
    assert!(allows(Pattern::literal("a*"), "a*"));
    assert!(!allows(Pattern::literal("a*"), "ab"));
    let regex = |text: &str| Pattern::regex(text).unwrap();
    assert!(allows(regex("get_(a|b)"), "get_b"));
    assert!(!allows(regex("get_(a|b)"), "get_c"));
    assert!(!allows(regex("a|b"), "ab"));
    assert!(!allows(regex("a|b"), "xb"));
    assert!(!allows(regex("a"), "a\n"));
    assert!(!allows(regex("(?m)^a$"), "b\na"));
    assert!(allows(regex("(?i)get"), "GET"));
    assert!(allows(regex("\\w+"), "größe"));
    assert!(!allows(regex("."), "\n"));
    assert_eq!(regex("a|b").to_string(), "a|b");
}

#[test]
fn expressions_that_cannot_be() {
    for text in [
        "a(",
        "a)|(?:b",
        "(?x) a # b",
        "(?=a)",
        r"(a)\1",
        "[",
        "*",
        "a{2,1}",
    ] {
        assert!(Pattern::regex(text).is_err(), "{text}");
    }
    let large = Pattern::regex(r"(\w{200}){200}").unwrap_err().to_string();
    assert!(large.contains("1048576 bytes"), "{large}");
    assert!(Pattern::regex_within(r"\w{20}", 1 << 10).is_err());
    assert!(Pattern::regex_within(r"\w{20}", 1 << 22).is_ok());
    let syntax = Pattern::regex("get_(").unwrap_err().to_string();
    assert_eq!(
        syntax,
        "`get_(` is not a regular expression: unclosed group"
    );
}

#[test]
fn each_kind_has_its_own_names() {
    let name = "demo://x";
    let targets = [
        Target::Tool(name),
        Target::Resource(name),
        Target::Template(name),
        Target::Prompt(name),
        Target::Method(name),
    ];
    type With = fn(Rule, &str) -> Rule;
    let lists: [With; 5] = [
        |rule, name| rule.tools([name]),
        |rule, name| rule.resources([name]),
        |rule, name| rule.templates([name]),
        |rule, name| rule.prompts([name]),
        |rule, name| rule.methods([name]),
    ];
    for (place, with) in lists.iter().enumerate() {
        for pattern in [name, "demo*x", "demo:**"] {
            let pattern = if place == 1 || place == 2 {
                pattern.replace("demo*", "demo:**")
            } else {
                pattern.to_owned()
            };
            let rules = Rules::new([with(Rule::allow("rule"), &pattern)]).unwrap();
            for (other, target) in targets.iter().enumerate() {
                let allowed = Asking::keyless().decide(&rules, *target).allows();
                assert_eq!(allowed, place == other, "{pattern} {target:?}");
            }
            for feature in Feature::ALL {
                let target = Target::Feature(feature);
                assert!(!Asking::keyless().decide(&rules, target).allows());
            }
        }
    }
    for feature in Feature::ALL {
        let rules = Rules::new([Rule::allow("rule").features([feature])]).unwrap();
        for other in Feature::ALL {
            let allowed = Asking::keyless()
                .decide(&rules, Target::Feature(other))
                .allows();
            assert_eq!(allowed, feature == other);
        }
        for target in targets {
            assert!(!Asking::keyless().decide(&rules, target).allows());
        }
    }
}

#[test]
fn a_rule_that_names_nothing_is_about_everything() {
    let rules = Rules::new([Rule::allow("all")]).unwrap();
    for target in [
        Target::Tool("x"),
        Target::Resource("file:///a/../b"),
        Target::Template("file:///{x}"),
        Target::Prompt("x"),
        Target::Method("vendor/x"),
        Target::Feature(Feature::Sampling),
    ] {
        assert!(
            Asking::keyless().decide(&rules, target).allows(),
            "{target:?}"
        );
        let none = Asking::keyless().decide(&Rules::none(), target);
        assert!(none.conceals() && none.rule().is_none());
        assert_eq!(none.reason(), "no_rule");
    }
}

#[test]
fn a_rule_with_annotations_is_about_tools() {
    let rules = Rules::new([
        Rule::allow("all"),
        Rule::deny("writes").annotation(Hint::ReadOnly, false),
    ]);
    let rules = rules.unwrap();
    let asking = Asking::keyless().annotated(annotations("{}"));
    assert!(!asking.decide(&rules, Target::Tool("x")).allows());
    assert!(
        asking
            .decide(&rules, Target::Resource("file:///x"))
            .allows()
    );
    assert!(asking.decide(&rules, Target::Prompt("x")).allows());
}

#[test]
fn deny_beats_allow_wherever_it_stands() {
    let allow = || Rule::allow("allow").tools(["a*"]);
    let deny = || Rule::deny("deny").tools(["*b"]);
    for rules in [vec![allow(), deny()], vec![deny(), allow()]] {
        let rules = Rules::new(rules).unwrap();
        let asking = Asking::keyless();
        let decision = |name| asking.decide(&rules, Target::Tool(name));
        assert!(decision("a").allows());
        assert_eq!(decision("a").rule().map(|name| &**name), Some("allow"));
        assert!(!decision("ab").allows());
        assert_eq!(decision("ab").rule().map(|name| &**name), Some("deny"));
        assert_eq!(decision("ab").reason(), "denied");
        assert!(decision("c").rule().is_none());
    }
}

#[test]
fn the_first_rule_that_decides_is_named() {
    let rules = Rules::new([
        Rule::allow("other").tools(["b"]),
        Rule::allow("pattern").tools(["a*"]),
        Rule::allow("literal").tools(["ab"]),
        Rule::allow("everything"),
        Rule::deny("second").tools(["*z"]),
        Rule::deny("third").tools(["az"]),
    ]);
    let rules = rules.unwrap();
    for (name, rule) in [
        ("ab", "pattern"),
        ("b", "other"),
        ("c", "everything"),
        ("az", "second"),
    ] {
        let decision = Asking::keyless().decide(&rules, Target::Tool(name));
        assert_eq!(decision.rule().map(|name| &**name), Some(rule), "{name}");
    }
}

#[test]
fn families_are_shown_where_something_may_be_allowed() {
    let asking = Asking::keyless();
    let shown = |rules: Vec<Rule>| {
        let rules = Rules::new(rules).unwrap();
        Family::ALL.map(|family| rules.shows(&asking.asker(), family))
    };
    assert_eq!(shown(vec![]), [false; 3]);
    assert_eq!(shown(vec![Rule::allow("all")]), [true; 3]);
    assert_eq!(
        shown(vec![Rule::allow("t").tools(["x"])]),
        [true, false, false]
    );
    assert_eq!(
        shown(vec![Rule::allow("t").templates(["x"])]),
        [false, true, false]
    );
    assert_eq!(
        shown(vec![Rule::allow("t").features([Feature::Roots])]),
        [false; 3]
    );
    assert_eq!(shown(vec![Rule::allow("t").plans(["key"])]), [false; 3]);
    let annotated = || Rule::allow("t").annotation(Hint::ReadOnly, true);
    assert_eq!(shown(vec![annotated()]), [true, false, false]);
    assert_eq!(
        shown(vec![Rule::allow("t").tools(["x"]).needs_scopes(["s"])]),
        [true, false, false]
    );
    assert_eq!(
        shown(vec![Rule::allow("t").prompts(["x"]).only_for(Purpose::Use)]),
        [false, false, true]
    );
    let all = || Rule::allow("all");
    assert_eq!(shown(vec![all(), Rule::deny("d")]), [false; 3]);
    assert_eq!(
        shown(vec![all(), Rule::deny("d").tools(["*"])]),
        [false, true, true]
    );
    assert_eq!(shown(vec![all(), Rule::deny("d").tools(["x*"])]), [true; 3]);
    assert_eq!(
        shown(vec![all(), Rule::deny("d").resources(["**"])]),
        [true; 3]
    );
    assert_eq!(
        shown(vec![
            all(),
            Rule::deny("d").resources(["**"]).templates(["**"])
        ]),
        [true, false, true]
    );
    assert_eq!(
        shown(vec![all(), Rule::deny("d").only_for(Purpose::List)]),
        [true; 3]
    );
    assert_eq!(
        shown(vec![all(), Rule::deny("d").plans(["key"])]),
        [true; 3]
    );
    assert_eq!(
        shown(vec![
            all(),
            Rule::deny("d").annotation(Hint::ReadOnly, true)
        ]),
        [true; 3]
    );
}
