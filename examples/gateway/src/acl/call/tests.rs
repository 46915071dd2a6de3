//! Calls, read.

use tollbar::acl::Purpose;

use super::{Call, Thing};

fn used(thing: Thing) -> Call {
    Call::Asks(thing, Purpose::Use)
}

fn listed(thing: Thing) -> Call {
    Call::Asks(thing, Purpose::List)
}

#[test]
fn each_method_asks_about_what_it_is_about() {
    let feature = |name| used(Thing::Feature(name));
    for (text, call) in [
        ("tools/call:a:b", used(Thing::Tool("a:b".into()))),
        ("tools/list:a", listed(Thing::Tool("a".into()))),
        ("prompts/get:a", used(Thing::Prompt("a".into()))),
        ("prompts/list:a", listed(Thing::Prompt("a".into()))),
        (
            "resources/read:file:///a",
            used(Thing::Resource("file:///a".into())),
        ),
        (
            "resources/subscribe:demo:a",
            used(Thing::Resource("demo:a".into())),
        ),
        (
            "resources/list:demo:a",
            listed(Thing::Resource("demo:a".into())),
        ),
        (
            "resources/templates/list:file:///{x}",
            listed(Thing::Template("file:///{x}".into())),
        ),
        (
            "subscriptions/listen:demo:a",
            used(Thing::Resource("demo:a".into())),
        ),
        (
            "notifications/resources/updated:demo:a",
            used(Thing::Resource("demo:a".into())),
        ),
        (
            "completion/complete:ref/prompt:a",
            used(Thing::Prompt("a".into())),
        ),
        (
            "completion/complete:ref/resource:file:///{x}",
            used(Thing::Template("file:///{x}".into())),
        ),
        (
            "completion/complete:ref/resource:file:///x",
            used(Thing::Resource("file:///x".into())),
        ),
        ("logging/setLevel", feature("logging")),
        ("notifications/message", feature("logging")),
        ("notifications/roots/list_changed", feature("roots")),
        ("tasks/get:1", feature("tasks")),
        ("notifications/tasks/status", feature("tasks")),
        ("sampling/createMessage", feature("sampling")),
        ("elicitation/create", feature("elicitation")),
        ("feature:tasks", feature("tasks")),
        ("acme/reindex", used(Thing::Method("acme/reindex".into()))),
        ("acme/a:b", used(Thing::Method("acme/a:b".into()))),
    ] {
        assert_eq!(Call::read(text), Ok(call), "{text}");
    }
    for open in [
        "initialize",
        "ping",
        "server/discover",
        "notifications/cancelled",
        "tools/list",
        "resources/templates/list",
        "subscriptions/listen",
    ] {
        assert!(matches!(Call::read(open), Ok(Call::Open(_))), "{open}");
    }
}

#[test]
fn what_is_missing_is_said() {
    for (text, words) in [
        ("", "write a method"),
        ("tools/call", "write `tools/call:NAME`"),
        ("tools/call:", "write `tools/call:NAME`"),
        ("resources/read", "write `resources/read:URI`"),
        ("completion/complete:x", "ref/prompt:NAME"),
        ("completion/complete:ref/prompt:", "ref/prompt:NAME"),
        ("feature:dreams", "there are `sampling`"),
        ("echo", "did you mean `tools/call:echo`?"),
        ("tool:echo", "did you mean `tools/call:echo`?"),
        ("acme:reindex", "did you mean `tools/call:acme:reindex`?"),
        ("prompt:a", "did you mean `prompts/get:a`?"),
        (
            "resource:file:///a",
            "did you mean `resources/read:file:///a`?",
        ),
        ("file:///a", "did you mean `resources/read:file:///a`?"),
        ("tools/cal:x", "did you mean `tools/call:x`?"),
        ("tools/Call:x", "did you mean `tools/call:x`?"),
        ("tool/list", "did you mean `tools/list`?"),
        ("logging/setlevel", "did you mean `logging/setLevel`?"),
        ("pong", "did you mean `ping`?"),
    ] {
        let reason = Call::read(text).unwrap_err();
        assert!(reason.contains(words), "{text}: {reason}");
    }
}

#[test]
fn what_went_by_is_read_however_odd_its_name() {
    let method = |name: &str| used(Thing::Method(name.to_owned()));
    for name in [
        "echo",
        "acme:reindex",
        "tools/Call",
        "tool:a",
        "acme/reindex",
        "tools/call:a",
    ] {
        assert_eq!(Call::of_method(name), Some(method(name)), "{name}");
    }
    assert!(matches!(Call::of_method("tools/list"), Some(Call::Open(_))));
    assert_eq!(Call::of_method("tools/call"), None);
}
