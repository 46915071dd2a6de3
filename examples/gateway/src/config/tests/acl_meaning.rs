//! Access rules: what is probably not meant, and what makes a policy another one.

use super::{
    acl::{rule, settle, with},
    lines, toml,
};

/// `(lines of the rule, what is said of it)`.
#[test]
fn what_nobody_can_meet_is_worth_a_warning() {
    let claims = "file:12:1: nobody meets `claims`: no plan of this proxy tells claims of a \
                  consumer: that takes a plan of type `oauth2` or `jwt`";
    for (text, warning) in [
        ("claims = { a = [\"b\", 3, true] }", Some(claims)),
        (
            "clients = [\"a\"]",
            Some(
                "file:12:1: nobody meets `clients`: no plan of this proxy tells the client id of a \
                 consumer: that takes a plan of type `oauth2` or `jwt`",
            ),
        ),
        (
            "keys = [\"a\"]\nplans = [\"keyless\"]",
            Some(
                "file:12:1: nobody meets `keys`: no plan in `plans` tells a key of a consumer: that \
                 takes a plan of type `key`",
            ),
        ),
        (
            "needs_scopes = [\"a\"]\nplans = [{ regex = \"key.*\" }]",
            Some(
                "file:12:1: nobody meets `needs_scopes`: no plan in `plans` tells scopes of a \
                 consumer: that takes a plan of type `key`, `certificate`, `oauth2` or `jwt`",
            ),
        ),
        (
            "keys = [\"a\"]\nsubjects = [\"b\"]\nscopes_any = [\"c\"]",
            None,
        ),
        ("keys = [\"a\"]\nplans = [\"part*\"]", None),
    ] {
        let verdict = toml(&rule(text));
        assert!(verdict.settings.is_some(), "{verdict}");
        assert_eq!(lines(&verdict), Vec::from_iter(warning), "{text}");
    }
}

/// `(rules, a part of what is said, how often)`: the first is on line 12.
#[test]
fn rules_that_are_broader_than_they_look_are_worth_a_warning() {
    const ALLOWS: &str = "it allows everything to everybody";
    const DENIES: &str = "this rule denies everything to everybody";
    const SHOWS: &str = "is shown, and cannot be called";
    let rule = |lines: &[&str]| -> String {
        let rules = lines
            .iter()
            .map(|line| format!("[[proxy.acl.rule]]\n{line}\n"));
        rules.collect()
    };
    let deny = "effect = \"deny\"";
    for (lines, said) in [
        (vec!["name = \"a\""], Some(ALLOWS)),
        (vec!["for = [\"use\"]"], Some(ALLOWS)),
        (vec!["plans = [\"*\"]"], None),
        (vec!["tools = [\"a\"]"], None),
        // The rest, beside what is denied.
        (
            vec!["name = \"a\"", "effect = \"deny\"\ntools = [\"a\"]"],
            None,
        ),
        (vec![deny, "tools = [\"a\"]"], Some(DENIES)),
        (
            vec!["effect = \"deny\"\nfor = [\"use\"]", "tools = [\"a\"]"],
            None,
        ),
        (vec!["tools = [\"a\"]\nfor = [\"list\"]"], Some(SHOWS)),
        (vec!["for = [\"list\"]"], Some(SHOWS)),
        (
            vec!["tools = [\"a\"]\nfor = [\"list\"]", "prompts = [\"a\"]"],
            Some(SHOWS),
        ),
        (
            vec!["tools = [\"*\"]\nfor = [\"list\"]", "tools = [\"a\"]"],
            None,
        ),
        (
            vec![
                "effect = \"deny\"\nfor = [\"list\"]\ntools = [\"a\"]",
                "tools = [\"*\"]",
            ],
            None,
        ),
    ] {
        let verdict = toml(&with(&rule(&lines)));
        assert!(verdict.settings.is_some(), "{verdict}");
        let found = super::lines(&verdict);
        assert_eq!(found.len(), said.map_or(0, |_| 1), "{lines:?}: {found:?}");
        if let Some(words) = said {
            assert!(
                found[0].starts_with("file:11:1: ") && found[0].contains(words),
                "{found:?}"
            );
        }
    }
}

/// `(list, pattern, a part of what is said)`.
#[test]
fn patterns_of_another_language_are_worth_a_warning() {
    for (list, pattern, said) in [
        ("tools", "^get_.*$", Some("a regular expression")),
        ("tools", "get_[a-z]*", Some("a regular expression")),
        ("tools", "{get,set}_a", Some("looks like a choice")),
        ("keys", "{a,b}", Some("looks like a choice")),
        ("tools", " get", Some("without the space, `get`")),
        ("subjects", "a ", Some("without the space, `a`")),
        ("resources", "docs/a.md", Some("has no scheme")),
        ("resources", "/docs/**", Some("has no scheme")),
        ("resources", "file:///{path}", Some("looks like a template")),
        ("templates", "file:///{a,b}", None),
        ("resources", "file:///docs/**", None),
        ("resources", "**/a.md", None),
        ("resources", "http*://x/a", None),
        ("resources", "http://[::1]/a-b", None),
        ("tools", "get_*", None),
        ("tools", "a[0]", None),
        ("tools", "{a}", None),
    ] {
        let verdict = toml(&rule(&format!("{list} = ['{pattern}']")));
        assert!(verdict.settings.is_some(), "{verdict}");
        let found = lines(&verdict);
        assert_eq!(found.len(), said.map_or(0, |_| 1), "{pattern}: {found:?}");
        if let Some(words) = said {
            assert!(found[0].starts_with("file:12:"), "{found:?}");
            assert!(found[0].contains(words), "{pattern}: {found:?}");
        }
        let literal = toml(&rule(&format!("{list} = [{{ literal = '{pattern}' }}]")));
        assert_eq!(lines(&literal), Vec::<String>::new(), "{pattern}");
    }
}

#[test]
fn a_policy_that_allows_nothing_is_worth_a_warning() {
    for (text, words) in [
        ("", "this policy has no rule"),
        (
            "[[proxy.acl.rule]]\neffect = \"deny\"\ntools = [\"a\"]",
            "all rules of this policy deny",
        ),
    ] {
        let verdict = toml(&with(text));
        assert!(verdict.settings.is_some(), "{verdict}");
        let found = lines(&verdict);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("file:10:8: ") && found[0].contains(words),
            "{found:?}"
        );
    }
}

#[test]
fn the_rules_of_a_proxy_are_no_part_of_what_makes_it_another_one() {
    let prints = |text: &str| {
        let proxy = settle(text).proxies.remove(0);
        (proxy.fingerprint, proxy.acl.unwrap().fingerprint)
    };
    let before = prints(&rule("tools = [\"a\"]"));
    assert_eq!(before, prints(&rule("tools = [ \"a\" ] # the same")));
    let changed = prints(&rule("tools = [\"b\"]"));
    assert!(before.0 == changed.0 && before.1 != changed.1);
    let shadow =
        prints(&rule("tools = [\"a\"]").replace("[proxy.acl]", "[proxy.acl]\nmode = \"shadow\""));
    assert!(before.0 == shadow.0 && before.1 != shadow.1);
    // How much is remembered cannot be changed in what runs.
    let limit =
        rule("tools = [\"a\"]").replace("[proxy.acl]", "[proxy.acl]\nannotations_limit = 5");
    assert!(before.0 != prints(&limit).0);
    let unruled = settle(&rule("").replace("[proxy.acl]\n[[proxy.acl.rule]]\n", ""));
    assert!(unruled.proxies[0].fingerprint != before.0);
    let tasks = rule("tools = [\"a\"]").replace("path =", "share_tasks = true\npath =");
    assert!(before.0 != prints(&tasks).0);
}
