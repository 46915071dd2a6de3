//! What the commands say besides: what is missing in a question, and rules about what is not there.

use super::{Case, demo, said};
use crate::support::{nobody, run};

const RULES: &str = "[proxy.acl]\n[[proxy.acl.rule]]\nname = \"readers\"\ntools = [\"get_*\"]\n";

#[test]
fn annotations_that_decide_are_asked_for() {
    const HINT: &str = "\nhint      the rules ask for annotations: try";
    let hints = "[proxy.acl]\n[[proxy.acl.rule]]\nannotations = { readOnlyHint = true }\n";
    let case = Case::new(&nobody(), hints);
    let explain = |more: &[&str]| {
        let call = ["explain", "--as", "anonymous", "--call"];
        case.acl(&[&call[..], more].concat())
    };
    let (code, text, _) = explain(&["tools/call:a"]);
    assert_eq!(code, Some(1));
    assert!(text.contains(HINT), "{text}");
    let (code, text, _) = explain(&["tools/call:a", "--annotations", "readOnlyHint=true"]);
    assert_eq!(code, Some(0));
    assert!(!text.contains(HINT), "{text}");
    assert!(!explain(&["prompts/get:a"]).1.contains(HINT));
    case.rule(RULES);
    assert!(!explain(&["tools/call:a"]).1.contains(HINT));
}

#[test]
fn the_configuration_is_named_behind_the_command() {
    let (code, _, error) = said(run(&[
        "--config",
        "x.toml",
        "acl",
        "list",
        "--as",
        "anonymous",
    ]));
    assert_eq!(code, Some(2));
    assert!(error.contains("put `--config` behind `acl`"), "{error}");
}

/// In `acl list`, and in a check that asks the servers.
#[tokio::test]
async fn rules_about_what_is_not_there_are_named() {
    let demo = demo();
    let case = Case::new(
        demo.url(),
        "[proxy.acl]\n[[proxy.acl.rule]]\nname = \"some\"\ntools = [\"ecko\", \"add\", \"get_*\"]\n\
         keys = [\"cii\", \"c*\"]\n[[proxy.acl.rule]]\nname = \"stop\"\neffect = \"deny\"\n\
         prompts = [{ literal = \"nothing-like-it\" }]\n",
    );
    case.key(&["--name", "ci", "--proxy", "demo"]);
    let names = [
        "the rule `stop` denies the prompt `nothing-like-it`, which the server does not list\n",
        "the rule `some` allows the tool `ecko`, which the server does not list: did you mean \
         `echo`?\n",
    ];
    let key = "the rule `some` is about the key `cii`, which fits none in the key file: did you \
               mean `ci`?";
    let (code, _, listed) = case.acl(&["list", "--as", "key=ci"]);
    assert_eq!(code, Some(0), "{listed}");
    let file = case.configuration();
    let (code, table, checked) = said(run(&["config", "check", &file]));
    assert_eq!(code, Some(0), "{checked}");
    assert!(table.contains("WARN: 3 warnings"), "{table}");
    for said in [&listed, &checked] {
        let places: Vec<_> = names.iter().map(|name| said.find(name)).collect();
        assert!(places[0].is_some() && places[0] < places[1], "{said}");
        assert!(said.contains(key), "{said}");
        assert_eq!(said.matches("the rule `").count(), 3, "{said}");
    }
    let offline = ["config", "check", &file, "--offline"];
    let (_, _, said) = said(run(&offline));
    assert!(!said.contains("the rule `"), "{said}");
}
