//! Features: what a client says it can do, and what a server asks of it.

use serde_json::{Value, json};

use crate::support::{Site, allowing, json_body, legacy, modern, modern_with, text};

const ALL: [&str; 4] = [
    "feature:sampling",
    "feature:elicitation",
    "feature:roots",
    "feature:tasks",
];

fn offered() -> Value {
    json!({
        "sampling": {"tools": {}}, "elicitation": {"form": {}}, "roots": {"listChanged": true},
        "tasks": {"list": {}}, "experimental": {},
        "extensions": {"io.modelcontextprotocol/tasks": {}, "com.example/x": {}},
    })
}

const IN_META: &str = "io.modelcontextprotocol/clientCapabilities";

#[tokio::test]
async fn denied_features_are_cut_out_of_what_a_client_offers() {
    let rest = json!({"experimental": {}, "extensions": {"com.example/x": {}}});
    let mut some = rest.clone();
    some["roots"] = offered()["roots"].clone();
    for (entries, expected) in [
        (&[][..], rest),
        (&["feature:roots"][..], some),
        (&ALL[..], offered()),
    ] {
        let site = Site::new(allowing(entries));
        let initialize = json!({"capabilities": offered(), "protocolVersion": "2025-11-25", "clientInfo": {"name": "c", "version": "1"}});
        let got = site.passed(legacy("initialize", &initialize)).await;
        assert_eq!(got["params"]["capabilities"], expected);
        assert_eq!(got["params"]["clientInfo"], initialize["clientInfo"]);
        for method in ["server/discover", "tools/list"] {
            let request = modern_with(method, &json!({}), &offered());
            let got = site.passed(request).await;
            assert_eq!(got["params"]["_meta"][IN_META], expected);
        }
    }
}

#[tokio::test]
async fn what_some_server_takes_for_a_feature_is_cut_out_too() {
    let site = Site::new(allowing(&[]));
    for name in ["Sampling", "\u{17F}ampling", "ROOTS"] {
        let mut capabilities = json!({"experimental": {}});
        capabilities[name] = json!({});
        let got = site
            .passed(modern_with("tools/list", &json!({}), &capabilities))
            .await;
        assert_eq!(got["params"]["_meta"][IN_META], json!({"experimental": {}}));
    }
}

#[tokio::test]
async fn a_log_level_is_cut_out_without_logging() {
    for (entries, stays) in [(&[][..], false), (&["feature:logging"][..], true)] {
        let site = Site::new(allowing(entries));
        let mut request = modern("tools/list", &json!({}));
        let body = request.body().as_bytes().cloned().unwrap();
        let mut body: Value = serde_json::from_slice(&body).unwrap();
        body["params"]["_meta"]["io.modelcontextprotocol/logLevel"] = json!("debug");
        *request.body_mut() = body.to_string().into();
        let got = site.passed(request).await;
        let meta = got["params"]["_meta"].as_object().unwrap();
        assert_eq!(meta.contains_key("io.modelcontextprotocol/logLevel"), stays);
        assert!(meta.contains_key(IN_META));
    }
}

fn asked(method: &str) -> String {
    json!({"jsonrpc": "2.0", "id": 9, "method": method, "params": {}}).to_string()
}

#[tokio::test]
async fn a_server_asks_a_client_only_what_was_granted() {
    for (method, entry) in [
        ("sampling/createMessage", "feature:sampling"),
        ("elicitation/create", "feature:elicitation"),
        ("roots/list", "feature:roots"),
        ("tasks/get", "feature:tasks"),
        ("vendor/ask", "method:vendor/ask"),
    ] {
        let data = asked(method);
        let granted = Site::new(allowing(&[entry])).heard(&data).await;
        assert_eq!(granted, format!("data: {data}\n\n"), "{method}");
        assert_eq!(Site::new(allowing(&[])).heard(&data).await, "", "{method}");
    }
    let ping = asked("ping");
    let heard = Site::new(allowing(&[])).heard(&ping).await;
    assert_eq!(heard, format!("data: {ping}\n\n"));
}

#[tokio::test]
async fn questions_in_results_are_refused_in_place() {
    for (method, entry) in [
        ("sampling/createMessage", "feature:sampling"),
        ("elicitation/create", "feature:elicitation"),
        ("roots/list", "feature:roots"),
        ("vendor/ask", "method:vendor/ask"),
    ] {
        let question = json!({"method": method, "params": {"secret": 1}});
        let requests = json!({"q": question});
        let input_required =
            json!({"resultType": "input_required", "inputRequests": requests, "requestState": "s"});
        let task = json!({"resultType": "complete", "taskId": "t", "status": "input_required", "inputRequests": requests});
        for result in [input_required, task] {
            let answer = json!({"jsonrpc": "2.0", "id": 1, "result": result}).to_string();
            let granted = Site::new(allowing(&[entry]));
            assert_eq!(granted.filtered(&answer).await, answer);
            let denied = Site::new(allowing(&["tool:x"]));
            let (response, exchange) = denied
                .ask(
                    modern("tools/call", &json!({"name": "x"})),
                    json_body(&answer),
                )
                .await;
            assert_eq!(response.status(), 200);
            let told: Value = serde_json::from_str(&text(response).await).unwrap();
            assert_eq!(
                (&told["id"], &told["error"]["code"]),
                (&json!(1), &json!(-32603))
            );
            assert_eq!(exchange.refusal().unwrap().reason(), "acl_feature");
            assert_eq!(exchange.hidden(), 1);
            let heard = denied.heard(&answer).await;
            assert!(
                heard.contains("-32603") && !heard.contains("secret"),
                "{heard}"
            );
        }
    }
    let site = Site::new(allowing(&[]));
    let task =
        r#"{"jsonrpc":"2.0","id":1,"result":{"taskId":"t","result":{"INPUTREQUESTS":{"q":1}}}}"#;
    assert!(!site.filtered(task).await.contains("INPUT"));
    for requests in [r#"{"q":{"Method":"roots/list"}}"#, r#"{"q":7}"#, "[]", "7"] {
        let answer =
            format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"inputRequests":{requests}}}}}"#);
        assert!(
            site.filtered(&answer).await.contains("-32603"),
            "{requests}"
        );
    }
    let nothing = r#"{"jsonrpc":"2.0","id":1,"result":{"inputRequests":{},"requestState":"s"}}"#;
    assert_eq!(site.filtered(nothing).await, nothing);
}

#[tokio::test]
async fn an_error_that_asks_for_a_url_is_refused_without_elicitation() {
    for code in ["-32042", "-32042.0", "-3.2042e4"] {
        let error = format!(
            r#"{{"jsonrpc":"2.0","id":1,"error":{{"code":{code},"message":"m","data":{{"elicitations":[{{"url":"https://e.example"}}]}}}}}}"#
        );
        let told = Site::new(allowing(&[])).filtered(&error).await;
        assert!(
            told.contains("-32603") && !told.contains("e.example"),
            "{told}"
        );
        let granted = Site::new(allowing(&["feature:elicitation"]));
        assert_eq!(granted.filtered(&error).await, error);
    }
    let other = r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"m"}}"#;
    assert_eq!(Site::new(allowing(&[])).filtered(other).await, other);
}
