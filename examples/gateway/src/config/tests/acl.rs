//! Access rules: what is wrong with them, and what is probably not meant.

use super::{PROXY, expect, lines, toml};
use crate::config::{AclSettings, Settings};

/// A proxy with a key plan called `partners` and a keyless one, and a policy of this text, which
/// begins on line 11.
pub(super) fn with(text: &str) -> String {
    format!(
        "{PROXY}[[proxy.plan]]\ntype = \"key\"\nname = \"partners\"\n[[proxy.plan]]\ntype = \
         \"keyless\"\n[proxy.acl]\n{text}\n"
    )
}

/// The same with one rule that has these lines, from line 12 on.
pub(super) fn rule(text: &str) -> String {
    with(&format!("[[proxy.acl.rule]]\n{text}"))
}

pub(super) fn settle(text: &str) -> Settings {
    let verdict = toml(text);
    assert_eq!(verdict.count().0, 0, "{verdict}");
    verdict.settings.unwrap()
}

fn policy(text: &str) -> Option<AclSettings> {
    settle(text).proxies.remove(0).acl
}

#[test]
fn all_that_a_rule_can_say_is_read() {
    let text = with(
        "mode = \"shadow\"\ndenials = \"honest\"\nscrub_links = true\nannotations_limit = 5\n\
         [[proxy.acl.rule]]\nname = \"all\"\neffect = \"allow\"\nplans = [\"partners\"]\n\
         subjects = [\"*@example.com\"]\nkeys = [\"field-agent\"]\nscopes_all = [\"a\"]\n\
         scopes_any = [\"b\"]\naddresses = [\"10.0.0.0/8\"]\nheaders = { x-team = [\"blue\"] }\n\
         tools = [\"get_*\", { regex = '^list_[a-z]+$' }, { literal = \"a*b\" }]\n\
         for = [\"list\", \"use\"]\nannotations = { readOnlyHint = true }\n\
         needs_scopes = [\"tools:write\"]\n\
         [[proxy.acl.rule]]\neffect = \"deny\"\nresources = [\"file:///docs/**\"]\n\
         templates = [\"file:///{path}\"]\nprompts = [\"greet\"]\nmethods = [\"acme/*\"]\n\
         features = [\"sampling\"]\nfor = [\"use\"]",
    );
    let acl = policy(&text).unwrap();
    assert_eq!(acl.describe(), "2 rules, shadow");
    assert_eq!(lines(&toml(&text)), Vec::<String>::new());
    assert!(policy(PROXY).is_none());
    assert_eq!(policy(&with("")).unwrap().describe(), "0 rules");
}

/// `(lines of the rule, the one problem)`.
#[test]
fn what_is_wrong_with_a_rule_is_told_with_its_place() {
    for (text, problem) in [
        (
            "tools = []",
            "file:12:1: `tools` is empty and would fit nothing: write what it is to fit; \
             without it the rule is about everything",
        ),
        (
            "claims = { a = [] }",
            "file:12:12: `a` is empty and would fit nothing: write what it is to fit; without \
             it the rule is about everything",
        ),
        (
            "annotations = {}",
            "file:12:1: `annotations` is empty and would fit nothing: write a hint, such as \
             `readOnlyHint = true`; without it the rule is about tools whatever the server says of \
             them",
        ),
        (
            "for = []",
            "file:12:1: `for` is empty and would fit nothing: write what it is to fit; without \
             it the rule is about everything",
        ),
        (
            "plans = [\"*\", \"partner\"]",
            "file:12:15: this proxy has no plan `partner`: did you mean `partners`?",
        ),
        (
            "plans = [\"gold\"]",
            "file:12:10: this proxy has no plan `gold`: it has `partners`, `keyless`",
        ),
        (
            "tools = [\"a\", { regex = \"a(b\" }]",
            "file:12:25: `proxy[0].acl.rule[0].tools[1].regex`: `a(b` is not a regular expression: \
             unclosed group: there is no look-around and no back reference; `\\` stands before a \
             character that is meant itself, and in TOML such a text stands in single quotes",
        ),
        (
            "tools = [{ regex = \"a\", literal = \"b\" }]",
            "file:12:10: this pattern does not say one thing: give `regex` or `literal`, or write \
             the name itself, such as `\"get_*\"`",
        ),
        (
            "tools = [\"\"]",
            "file:12:10: `proxy[0].acl.rule[0].tools[0]`: an empty text fits nothing: write a name, \
             or `*` for any",
        ),
        (
            "tools = [3]",
            "file:12:10: `proxy[0].acl.rule[0].tools[0]` cannot be an integer: write it like \
             `\"get_*\"`, or write it like `{ regex = \"^list_[a-z]+$\" }`",
        ),
        (
            "features = [\"samplin\"]",
            "file:12:13: `proxy[0].acl.rule[0].features[0]`: `samplin` is not known here: did you \
             mean `sampling`?",
        ),
        (
            "annotations = { readonlyHint = true }",
            "file:12:17: unknown key `readonlyHint` in `proxy[0].acl.rule[0].annotations`: did you \
             mean `readOnlyHint`?",
        ),
        (
            "effect = \"block\"",
            "file:12:10: `proxy[0].acl.rule[0].effect`: `block` is not known here: did you mean \
             `deny`?",
        ),
        (
            "effect = \"maybe\"",
            "file:12:10: `proxy[0].acl.rule[0].effect`: `maybe` is not known here: write one of \
             `allow`, `deny`",
        ),
        (
            "action = \"deny\"",
            "file:12:1: unknown key `action` in `proxy[0].acl.rule[0]`: did you mean `effect`?",
        ),
        (
            "annotations = { read_only = true }",
            "file:12:17: unknown key `read_only` in `proxy[0].acl.rule[0].annotations`: did you \
             mean `readOnlyHint`?",
        ),
        (
            "readonly = true",
            "file:12:1: unknown key `readonly` in `proxy[0].acl.rule[0]`: did you mean \
             `annotations = { readOnlyHint = true }`?",
        ),
        (
            "annotations = { title = true }",
            "file:12:17: unknown key `title` in `proxy[0].acl.rule[0].annotations`: say it by a \
             key that is known, since without it the rule is about more; known keys are \
             `destructiveHint`, `idempotentHint`, `openWorldHint`, `readOnlyHint`",
        ),
        (
            "tool = [\"a\"]",
            "file:12:1: unknown key `tool` in `proxy[0].acl.rule[0]`: did you mean `tools`?",
        ),
        (
            "scopes_all = [\"a b\"]",
            "file:12:15: `proxy[0].acl.rule[0].scopes_all[0]`: `a b` is not a scope: write one \
             scope without spaces, quotes and backslashes, such as `tools:read`",
        ),
        (
            "addresses = [\"10.0.0.1/8\"]",
            "file:12:14: `proxy[0].acl.rule[0].addresses[0]`: `10.0.0.1/8` has bits behind its \
             prefix: write `10.0.0.0/8`",
        ),
        (
            "headers = { \"x team\" = [\"a\"] }",
            "file:12:13: `x team` is not the name of a header: use letters, digits and `-`, such \
             as `x-team`",
        ),
        (
            "headers = { authorization = [\"a\"] }",
            "file:12:13: a plan of this proxy reads `authorization` and takes it off: no rule sees \
             it: say who is meant by `plans`, `keys`, `subjects` or scopes",
        ),
        (
            "headers = { x-token = [\"a\"] }",
            "file:12:13: `x-token` holds a secret, by its name, which must not stand in a \
             configuration: let a plan judge it: `[[proxy.plan]]`, and name that in `plans`",
        ),
        (
            "headers = { x-a = [\"a\\nb\"] }",
            "file:12:20: this is not the value of a header: leave out line ends and other control \
             characters",
        ),
        (
            "name = \"\"",
            "file:12:8: `proxy[0].acl.rule[0].name`: this is not a name for a rule: write 1 to 256 \
             bytes without control characters, such as `readers`",
        ),
    ] {
        expect(&rule(text), &[problem]);
    }
}

/// What the library says of rules has its place too: `(lines of the rule, place, words)`.
#[test]
fn what_the_library_refuses_is_told_with_its_place() {
    for (text, place, words) in [
        (
            "methods = [\"x\", \"tools/call\"]",
            "file:12:17: ",
            "`tools/call`",
        ),
        ("methods = [\"tools/*\"]", "file:12:12: ", "`tools/*`"),
        ("methods = [\"initialize\"]", "file:12:12: ", "`initialize`"),
        (
            "tools = [\"a\"]\neffect = \"deny\"\nneeds_scopes = [\"a\"]",
            "file:14:1: ",
            "needs_scopes",
        ),
        ("tools = [\"a\\nb\"]", "file:12:1: ", "control characters"),
        (
            "prompts = [\"a\"]\nannotations = { readOnlyHint = true }",
            "file:13:1: ",
            "only tools have them",
        ),
        (
            "resources = [\"file:///x\", \"file:///a/../b*\"]",
            "file:12:27: ",
            "`file:///b*`",
        ),
    ] {
        let verdict = toml(&rule(text));
        let found = verdict.errors();
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].starts_with(place), "{text}: {found:?}");
        assert!(found[0].contains(words), "{text}: {found:?}");
        assert!(verdict.settings.is_none(), "{text}");
    }
}

#[test]
fn every_rule_is_judged_and_each_has_a_name_of_its_own() {
    expect(
        &with(
            "[[proxy.acl.rule]]\nname = \"rule 2\"\n[[proxy.acl.rule]]\nplans = [\"x\"]\n\
             [[proxy.acl.rule]]\nname = \"rule 2\"\ntools = []",
        ),
        &[
            "file:13:1: this rule is called `rule 2`, like rule 1 of this proxy: give each a `name` \
             of its own",
            "file:14:10: this proxy has no plan `x`: it has `partners`, `keyless`",
            "file:16:8: this rule is called `rule 2`, like rule 2 of this proxy: give each a `name` \
             of its own",
            "file:17:1: `tools` is empty and would fit nothing: write what it is to fit; \
             without it the rule is about everything",
        ],
    );
}

#[test]
fn nobody_is_let_in_without_a_credential_by_a_plan_that_is_not_there() {
    let text = format!(
        "{PROXY}[[proxy.plan]]\ntype = \"key\"\n[proxy.acl]\n[[proxy.acl.rule]]\nplans = \
         [\"keyless\"]\n"
    );
    expect(
        &text,
        &[
            "file:9:10: this proxy has no plan `keyless`: it has `key`; nobody comes in without a \
           credential",
        ],
    );
}

#[test]
fn a_key_in_a_rule_is_not_shown() {
    let key = tollbar::plan::key::Key::generate().unwrap();
    let verdict = toml(&rule(&format!("keys = [\"{}\"]", key.expose())));
    assert!(verdict.settings.is_none());
    let shown = verdict.to_string();
    assert!(
        !shown.contains(key.expose()) && shown.contains("this is a key"),
        "{shown}"
    );
}
