//! Each way to say no, in both eras.

use serde_json::{Value, json};
use tollbar_core::Consumer;

use crate::support::{Site, allowing, get, legacy, modern, post};

/// Method and parameters; status and code in the legacy and in the modern era; message and `data`.
type Row = (&'static str, Value, [(u16, i64); 2], &'static str, Value);

fn concealed() -> Vec<Row> {
    let params = [(200, -32602); 2];
    let method = [(200, -32601), (404, -32601)];
    let uri = json!({"uri": "file:///b"});
    vec![
        (
            "tools/call",
            json!({"name": "wipe"}),
            params,
            "Unknown tool: wipe",
            Value::Null,
        ),
        (
            "prompts/get",
            json!({"name": "p"}),
            params,
            "Unknown prompt: p",
            Value::Null,
        ),
        (
            "resources/read",
            json!({"uri": "file:///b"}),
            [(200, -32002), (200, -32602)],
            "Resource not found",
            uri,
        ),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/prompt", "name": "p"}, "argument": {"name": "a", "value": ""}}),
            params,
            "Unknown prompt: p",
            Value::Null,
        ),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/resource", "uri": "file:///b"}, "argument": {"name": "a", "value": ""}}),
            params,
            "Unknown resource: file:///b",
            Value::Null,
        ),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/resource", "uri": "file:///{b}"}, "argument": {"name": "b", "value": ""}}),
            params,
            "Unknown resource template: file:///{b}",
            Value::Null,
        ),
        (
            "tasks/get",
            json!({"taskId": "t"}),
            method,
            "Method not found",
            Value::Null,
        ),
        (
            "tasks/new",
            json!({}),
            method,
            "Method not found",
            Value::Null,
        ),
        ("x/y", json!({}), method, "Method not found", Value::Null),
        (
            "Tools/Call",
            json!({"name": "add"}),
            method,
            "Method not found",
            Value::Null,
        ),
    ]
}

#[tokio::test]
async fn what_is_denied_is_said_as_if_it_did_not_exist() {
    let site = Site::new(allowing(&["tool:add"]));
    for (method, params, expected, message, data) in concealed() {
        let requests = [legacy(method, &params), modern(method, &params)];
        for (request, (status, code)) in requests.into_iter().zip(expected) {
            let (got, body, head) = site.refused(request).await;
            assert_eq!(got, status, "{method} {params}");
            assert_eq!(body["id"], 1);
            assert_eq!(body["error"]["code"], code, "{method} {params}");
            assert_eq!(body["error"]["message"], message);
            assert_eq!(body["error"]["data"], data);
            assert!(!head.headers().contains_key("www-authenticate"));
        }
    }
    for method in ["resources/subscribe", "resources/unsubscribe"] {
        let (status, body, _) = site.refused(legacy(method, &json!({"uri": "a:b"}))).await;
        assert_eq!((status, &body["error"]["code"]), (200, &json!(-32002)));
    }
    let level = legacy("logging/setLevel", &json!({"level": "debug"}));
    let (status, body, _) = site.refused(level).await;
    assert_eq!((status, &body["error"]["code"]), (200, &json!(-32601)));
}

#[tokio::test]
async fn an_honest_gateway_says_why_and_by_which_rule() {
    let site = Site::new(allowing(&[]).honest());
    for (method, params, ..) in concealed() {
        for request in [legacy(method, &params), modern(method, &params)] {
            let (status, body, head) = site.refused(request).await;
            let error = &body["error"];
            assert_eq!((status, &error["code"]), (200, &json!(403)), "{method}");
            assert_eq!(error["message"], "Forbidden by gateway policy");
            let data = json!({"reason": "not_in_table", "rule": "the-rest"});
            assert_eq!(error["data"], data);
            assert!(!head.headers().contains_key("www-authenticate"));
        }
    }
}

#[tokio::test]
async fn a_method_that_nobody_knows_keeps_its_code_however_honest() {
    let layer =
        tollbar_acl::AclLayer::new(|_: &tollbar_acl::Question<'_>| tollbar_acl::Decision::deny());
    let site = Site::new(layer.honest());
    let (status, body, _) = site.refused(modern("x/y", &json!({}))).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!(-32601)));
    let (status, body, _) = site
        .refused(modern("tools/call", &json!({"name": "x"})))
        .await;
    assert_eq!((status, &body["error"]["code"]), (200, &json!(403)));
    assert_eq!(body["error"]["data"], json!({"reason": "denied"}));
}

#[tokio::test]
async fn a_missing_scope_is_asked_for_with_all_that_is_needed() {
    let entries = ["tool:pay?pay:do pay:see", "feature:tasks?tasks pay:see"];
    let mut site = Site::new(allowing(&entries));
    for request in [
        legacy("tools/call", &json!({"name": "pay"})),
        modern("tools/call", &json!({"name": "pay"})),
    ] {
        let (status, body, head) = site.refused(request).await;
        assert_eq!(status, 403);
        assert_eq!(
            head.headers()["www-authenticate"],
            r#"Bearer error="insufficient_scope", scope="pay:do pay:see""#
        );
        let data = json!({"reason": "insufficient_scope", "scopes": ["pay:do", "pay:see"]});
        assert_eq!(body["error"]["data"], data);
        assert_eq!(body["error"]["code"], 403);
    }
    let call = legacy("tools/call", &json!({"name": "pay", "task": {}}));
    let (_, body, _) = site.refused(call).await;
    let scopes = json!(["pay:do", "pay:see", "tasks"]);
    assert_eq!(body["error"]["data"]["scopes"], scopes);

    site.consumer = Some(Consumer::new("key").with_key_id("k_1"));
    let call = legacy("tools/call", &json!({"name": "pay"}));
    let (status, body, head) = site.refused(call).await;
    assert_eq!(status, 403);
    assert!(
        !head.headers().contains_key("www-authenticate"),
        "a key cannot ask"
    );
    assert_eq!(
        body["error"]["data"]["scopes"],
        json!(["pay:do", "pay:see"])
    );
}

#[tokio::test]
async fn a_denied_notification_gets_403_and_no_challenge() {
    let site = Site::new(allowing(&[]));
    for method in [
        "notifications/roots/list_changed",
        "notifications/other",
        "notifications/message",
    ] {
        let body = json!({"jsonrpc": "2.0", "method": method}).to_string();
        let (status, body, head) = site.refused(post(body)).await;
        assert_eq!((status, &body["error"]["code"]), (403, &json!(-32600)));
        assert_eq!(body["id"], Value::Null);
        assert!(!head.headers().contains_key("www-authenticate"));
    }
}

#[tokio::test]
async fn what_is_open_passes_without_a_question() {
    let site = Site::new(tollbar_acl::AclLayer::new(
        |question: &tollbar_acl::Question<'_>| -> tollbar_acl::Decision {
            panic!("asked about {:?}", question.target)
        },
    ));
    let initialize = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "c", "version": "1"}});
    for (method, params) in [
        ("initialize", initialize),
        ("ping", json!({})),
        ("tools/list", json!({})),
        ("resources/list", json!({})),
        ("resources/templates/list", json!({})),
        ("prompts/list", json!({"cursor": "c"})),
    ] {
        site.passed(legacy(method, &params)).await;
    }
    for method in ["server/discover", "tools/list", "prompts/list"] {
        site.passed(modern(method, &json!({}))).await;
    }
    let listen = json!({"notifications": {"toolsListChanged": true}});
    site.passed(modern("subscriptions/listen", &listen)).await;
    for method in [
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/progress",
    ] {
        site.passed(post(
            json!({"jsonrpc": "2.0", "method": method}).to_string(),
        ))
        .await;
    }
}

#[tokio::test]
async fn verdicts_are_on_the_exchange() {
    let site = Site::new(allowing(&["tool:add"]));
    let ask = async |request| {
        let answer = crate::support::json_body(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
        site.ask(request, answer).await.1
    };
    let allowed = ask(legacy("tools/call", &json!({"name": "add"}))).await;
    let [verdict] = allowed.verdicts() else {
        panic!()
    };
    assert!(verdict.allows() && verdict.is_enforced());
    assert_eq!(
        (verdict.rule(), verdict.reason()),
        (Some("allowed"), "allowed")
    );
    let denied = ask(legacy("tools/call", &json!({"name": "wipe"}))).await;
    let [verdict] = denied.verdicts() else {
        panic!()
    };
    assert!(!verdict.allows() && verdict.is_enforced());
    assert_eq!(
        (verdict.rule(), verdict.reason()),
        (Some("the-rest"), "not_in_table")
    );
    assert_eq!(denied.refusal().unwrap().reason(), "acl_denied");
    let open = ask(legacy("ping", &json!({}))).await;
    assert_eq!(open.verdicts()[0].reason(), "open");
    assert!(ask(get()).await.verdicts().is_empty());
}

#[tokio::test]
async fn without_a_consumer_or_a_frame_nothing_passes() {
    let mut site = Site::new(allowing(&["tool:add"]));
    site.consumer = None;
    for request in [legacy("ping", &json!({})), get()] {
        let (status, _, _) = site.refused(request).await;
        assert_eq!(status, 503);
    }
    use tower::{Layer as _, ServiceExt as _};
    let server = tower::service_fn(|_: http::Request<tollbar_core::Body>| async {
        let response = http::Response::new(tollbar_core::Body::empty());
        Ok::<_, std::convert::Infallible>(response)
    });
    let unframed = allowing(&["tool:add"]).layer(server);
    let response = unframed.oneshot(legacy("ping", &json!({}))).await.unwrap();
    assert_eq!(response.status(), 503);
}
