//! What clients answer to the questions of servers.

use serde_json::{Value, json};

use crate::support::{Site, allowing, json_body, modern, post};

const ALL: [&str; 4] = [
    "feature:sampling",
    "feature:elicitation",
    "feature:roots",
    "feature:tasks",
];

/// A result, and the features that it needs.
fn results() -> Vec<(Value, &'static [&'static str])> {
    vec![
        (json!({}), &[]),
        (json!({"_meta": {"x": 1}}), &[]),
        (
            json!({"action": "accept", "content": {"a": 1}}),
            &["feature:elicitation"],
        ),
        (json!({"action": "decline"}), &["feature:elicitation"]),
        (json!({"roots": [{"uri": "file:///a"}]}), &["feature:roots"]),
        (
            json!({"role": "assistant", "content": {"type": "text", "text": "t"}, "model": "m"}),
            &["feature:sampling"],
        ),
        (json!({"content": []}), &["feature:sampling"]),
        (json!({"task": {"taskId": "t"}}), &["feature:tasks"]),
        (
            json!({"taskId": "t", "status": "working"}),
            &["feature:tasks"],
        ),
        (json!({"tasks": []}), &["feature:tasks"]),
        (
            json!({"action": "accept", "role": "assistant", "content": {}}),
            &["feature:elicitation", "feature:sampling"],
        ),
        (json!({"Action": "accept"}), &ALL),
        (json!({"roots": [], "ACTION": "accept"}), &ALL),
        (json!({"something": 1}), &ALL),
    ]
}

#[tokio::test]
async fn a_response_needs_the_features_that_its_shape_speaks_of() {
    for (result, needed) in results() {
        let response = json!({"jsonrpc": "2.0", "id": 1, "result": result}).to_string();
        let accepted = || http::Response::new(tollbar_core::Body::empty());
        let site = Site::new(allowing(needed));
        let (answer, exchange) = site.ask(post(response.clone()), accepted()).await;
        assert_eq!(answer.status(), 200, "{result}");
        assert!(exchange.verdicts()[0].allows());
        for missing in needed {
            let rest: Vec<_> = needed
                .iter()
                .copied()
                .filter(|name| name != missing)
                .collect();
            let site = Site::new(allowing(&rest));
            let (status, body, head) = site.refused(post(response.clone())).await;
            assert_eq!(
                (status, &body["error"]["code"]),
                (403, &json!(-32600)),
                "{result}"
            );
            assert!(!head.headers().contains_key("www-authenticate"));
        }
    }
    let site = Site::new(allowing(&[]));
    let error = json!({"jsonrpc": "2.0", "id": 1, "error": {"code": -1, "message": "no"}});
    let answer = http::Response::new(tollbar_core::Body::empty());
    let (answer, _) = site.ask(post(error.to_string()), answer).await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn so_does_each_answer_in_a_retry() {
    for (result, needed) in results() {
        let responses = json!({"empty": {}, "q": result});
        let params = json!({"name": "x", "inputResponses": responses, "requestState": "s"});
        let mut entries = vec!["tool:x"];
        entries.extend(needed);
        let site = Site::new(allowing(&entries));
        let got = site.passed(modern("tools/call", &params)).await;
        assert_eq!(got["params"]["inputResponses"], responses);
        for missing in needed {
            let rest: Vec<_> = entries
                .iter()
                .copied()
                .filter(|name| name != missing)
                .collect();
            let (status, body, _) = Site::new(allowing(&rest))
                .refused(modern("tools/call", &params))
                .await;
            assert_eq!(
                (status, &body["error"]["code"]),
                (200, &json!(-32602)),
                "{result}"
            );
            assert_eq!(body["error"]["message"], "Unexpected input response");
        }
        // The tool is asked again as well.
        let (_, body, _) = Site::new(allowing(needed))
            .refused(modern("tools/call", &params))
            .await;
        assert_eq!(body["error"]["message"], "Unknown tool: x");
    }
    for responses in [
        json!([]),
        json!(7),
        json!({"q": 7}),
        json!({"q": [{"roots": []}]}),
    ] {
        let params = json!({"name": "x", "inputResponses": responses});
        let site = Site::new(allowing(&["tool:x", "feature:roots"]));
        site.refused(modern("tools/call", &params)).await;
    }
}

#[tokio::test]
async fn the_answers_of_a_task_are_judged_as_well() {
    let params = json!({"taskId": "t", "inputResponses": {"q": {"action": "accept"}}});
    let site = Site::new(allowing(&["feature:tasks"]));
    let (status, _, _) = site.refused(modern("tasks/update", &params)).await;
    assert_eq!(status, 200);
    let site = Site::new(allowing(&["feature:tasks", "feature:elicitation"]));
    let answer = json_body(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
    let (response, _) = site.ask(modern("tasks/update", &params), answer).await;
    assert_eq!(response.status(), 200);
}
