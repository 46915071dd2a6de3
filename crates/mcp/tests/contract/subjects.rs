//! Methods and their subjects.

use tollbar_mcp::{Id, Message, Method, Subject};

use crate::support::{META, answer, echoed, legacy, modern, nameless};

fn message(body: &str) -> Message {
    legacy(body).unwrap().message().unwrap().clone()
}

fn request(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#)
}

#[test]
fn methods_with_a_subject() {
    let rows: [(&str, Method, &str, Subject); 12] = [
        (
            "tools/call",
            Method::ToolsCall,
            r#"{"name":"a"}"#,
            Subject::Tool("a".into()),
        ),
        (
            "prompts/get",
            Method::PromptsGet,
            r#"{"name":"a"}"#,
            Subject::Prompt("a".into()),
        ),
        (
            "resources/read",
            Method::ResourcesRead,
            r#"{"uri":"a:b"}"#,
            Subject::Resource("a:b".into()),
        ),
        (
            "resources/subscribe",
            Method::ResourcesSubscribe,
            r#"{"uri":"a:b"}"#,
            Subject::Resource("a:b".into()),
        ),
        (
            "resources/unsubscribe",
            Method::ResourcesUnsubscribe,
            r#"{"uri":"a:b"}"#,
            Subject::Resource("a:b".into()),
        ),
        (
            "tasks/get",
            Method::TasksGet,
            r#"{"taskId":"t"}"#,
            Subject::Task("t".into()),
        ),
        (
            "tasks/result",
            Method::TasksResult,
            r#"{"taskId":"t"}"#,
            Subject::Task("t".into()),
        ),
        (
            "tasks/update",
            Method::TasksUpdate,
            r#"{"taskId":"t"}"#,
            Subject::Task("t".into()),
        ),
        (
            "tasks/cancel",
            Method::TasksCancel,
            r#"{"taskId":"t"}"#,
            Subject::Task("t".into()),
        ),
        (
            "completion/complete",
            Method::CompletionComplete,
            r#"{"argument":{"name":"x","value":""},"ref":{"type":"ref/prompt","name":"p"}}"#,
            Subject::Prompt("p".into()),
        ),
        (
            "completion/complete",
            Method::CompletionComplete,
            r#"{"ref":{"uri":"a:b","type":"ref/resource"}}"#,
            Subject::Resource("a:b".into()),
        ),
        (
            "completion/complete",
            Method::CompletionComplete,
            r#"{"ref":{"uri":"a:{b}","type":"ref/resource"}}"#,
            Subject::Template("a:{b}".into()),
        ),
    ];
    for (name, method, params, subject) in rows {
        let message = message(&request(name, params));
        assert_eq!(message.method(), Some(&method));
        assert_eq!(message.subject(), Some(&subject), "{name}");
    }
}

#[test]
fn methods_without_a_subject() {
    for (name, method) in [
        ("ping", Method::Ping),
        ("server/discover", Method::ServerDiscover),
        ("tools/list", Method::ToolsList),
        ("resources/list", Method::ResourcesList),
        ("resources/templates/list", Method::ResourceTemplatesList),
        ("prompts/list", Method::PromptsList),
        ("logging/setLevel", Method::LoggingSetLevel),
        ("tasks/list", Method::TasksList),
        ("x/y", Method::Other("x/y".into())),
    ] {
        let message = message(&request(name, r#"{"name":"a","uri":"a:b","taskId":"t"}"#));
        assert_eq!((message.method(), message.subject()), (Some(&method), None));
        assert_eq!(method.as_str(), name);
        assert_eq!(method.to_string(), name);
        assert_eq!(Method::parse(name), method);
    }
}

#[test]
fn notifications() {
    for (name, method) in [
        ("notifications/initialized", Method::NotificationInitialized),
        ("notifications/progress", Method::NotificationProgress),
        (
            "notifications/roots/list_changed",
            Method::NotificationRootsListChanged,
        ),
        ("notifications/x", Method::Other("notifications/x".into())),
    ] {
        let message = message(&format!(r#"{{"jsonrpc":"2.0","method":"{name}"}}"#));
        assert_eq!((message.method(), message.subject()), (Some(&method), None));
    }
    let told = |params: &str| {
        format!(r#"{{"jsonrpc":"2.0","method":"notifications/tasks/status","params":{params}}}"#)
    };
    let status = message(&told(r#"{"taskId":"t","status":"done"}"#));
    assert_eq!(status.subject(), Some(&Subject::Task("t".into())));
    assert_eq!(answer(legacy(told("{}"))), nameless(400, -32602));
}

#[test]
fn cancellations_name_their_request() {
    let told = |params: &str| {
        format!(r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{params}}}"#)
    };
    let cancels = |params: &str| message(&told(params)).cancels().cloned();
    assert_eq!(cancels(r#"{"requestId":7}"#), Some(Id::Number(7)));
    assert_eq!(
        cancels(r#"{"requestId":"\u0061"}"#),
        Some(Id::String(r#""\u0061""#.into()))
    );
    assert_eq!(cancels("{}"), None);
    for bad in ["null", "1.5", "[]", "-0"] {
        let result = legacy(told(&format!(r#"{{"requestId":{bad}}}"#)));
        assert_eq!(answer(result), nameless(400, -32602), "{bad}");
    }
}

#[test]
fn subscriptions_can_be_cut() {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{{ "notifications" : {{"toolsListChanged":true,"promptsListChanged":false,"resourceSubscriptions": ["a:b" , "c:\u0064"],"taskIds":["t"]}},{META}}}}}"#
    );
    let call = modern("subscriptions/listen", None, &body).unwrap();
    let Some(Subject::Subscriptions(filter)) = call.subject() else {
        panic!("{:?}", call.subject());
    };
    assert!(filter.tools_list_changed() && !filter.prompts_list_changed());
    assert!(!filter.resources_list_changed());
    let text = |list: &[Box<str>]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(text(filter.resources()), ["a:b", "c:d"]);
    assert_eq!(text(filter.tasks()), ["t"]);
    let raw: Vec<_> = filter
        .resource_spans()
        .iter()
        .map(|span| &body[span.clone()])
        .collect();
    assert_eq!(raw, [r#""a:b""#, r#""c:\u0064""#]);
    assert_eq!(
        &body[filter.resources_span().unwrap()],
        r#"["a:b" , "c:\u0064"]"#
    );
    assert_eq!(&body[filter.tasks_span().unwrap()], r#"["t"]"#);
    assert_eq!(&body[filter.task_spans()[0].clone()], r#""t""#);
    assert_eq!(
        (
            call.subject().unwrap().kind(),
            call.subject().unwrap().name()
        ),
        ("subscriptions", None)
    );
}

#[test]
fn subscriptions_that_are_not_understood() {
    for filter in [
        r#"{"toolsListChanged":1}"#,
        r#"{"promptsListChanged":null}"#,
        r#"{"resourcesListChanged":"true"}"#,
        r#"{"resourceSubscriptions":"a:b"}"#,
        r#"{"resourceSubscriptions":[1]}"#,
        r#"{"resourceSubscriptions":[["a:b"]]}"#,
        r#"{"taskIds":{"t":1}}"#,
        r#"{"taskIds":[null]}"#,
    ] {
        let body = request(
            "subscriptions/listen",
            &format!(r#"{{"notifications":{filter}}}"#),
        );
        assert_eq!(answer(legacy(body)), echoed(400, -32602), "{filter}");
    }
    let empty = message(&request("subscriptions/listen", r#"{"notifications":{}}"#));
    assert!(
        matches!(empty.subject(), Some(Subject::Subscriptions(_))),
        "an empty filter is legal"
    );
}

#[test]
fn parameters_may_stand_before_the_method() {
    let body = r#"{"params":{"arguments":{"x":[1, 2]},"name":"a"},"method":"tools/call","id":1,"jsonrpc":"2.0"}"#;
    let message = message(body);
    assert_eq!(message.subject(), Some(&Subject::Tool("a".into())));
    assert_eq!(&body[message.arguments().unwrap()], r#"{"x":[1, 2]}"#);
    assert_eq!(
        &body[message.params().unwrap()],
        r#"{"arguments":{"x":[1, 2]},"name":"a"}"#
    );
}

#[test]
fn metadata_capabilities_and_client() {
    let body = request("tools/list", &format!("{{{META}}}"));
    let call = modern("tools/list", None, &body).unwrap();
    let message = call.message().unwrap();
    assert_eq!(
        format!("\"_meta\":{}", &body[message.meta().unwrap()]),
        META
    );
    assert_eq!(&body[message.capabilities().unwrap()], "{}");
    assert_eq!(message.client().unwrap().name(), "c");
    for info in [r#""x""#, "{}", r#"{"name":1}"#] {
        let body = body.replace(r#"{"name":"c","version":"1"}"#, info);
        let call = modern("tools/list", None, body).unwrap();
        assert_eq!(
            call.message().unwrap().client(),
            None,
            "a label, never a reason to refuse"
        );
    }
}

#[test]
fn the_words_for_kinds() {
    let subjects = [
        (Subject::Tool("x".into()), "tool"),
        (Subject::Prompt("x".into()), "prompt"),
        (Subject::Resource("x".into()), "resource"),
        (Subject::Template("x".into()), "template"),
        (Subject::Task("x".into()), "task"),
    ];
    for (subject, kind) in subjects {
        assert_eq!((subject.kind(), subject.name()), (kind, Some("x")));
    }
}
