//! What a policy is told of who asks.

use std::sync::{Arc, Mutex};

use http::HeaderName;
use serde_json::json;
use tollbar_acl::{AclLayer, Decision, Headers, Policy, Question, Target};

use crate::support::{Site, json_body, legacy, text};

const TENANT: HeaderName = HeaderName::from_static("x-tenant");

/// Lets each tenant have its own tool.
struct Tenants(Headers);

impl Policy for Tenants {
    fn decide(&self, question: &Question<'_>) -> Decision {
        let tenant = question.asker.headers.get(TENANT);
        let other = question.asker.headers.contains_key("x-other");
        match question.target {
            Target::Tool("other") if other => Decision::allow(),
            Target::Tool(name) if tenant.is_some_and(|tenant| tenant == name) => Decision::allow(),
            _ => Decision::deny(),
        }
    }

    fn headers(&self) -> Headers {
        self.0.clone()
    }
}

const LIST: &str =
    r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a"},{"name":"b"},{"name":"other"}]}}"#;

async fn listed(headers: Headers) -> String {
    let site = Site::new(AclLayer::new(Tenants(headers)));
    let mut request = legacy("tools/list", &json!({}));
    request.headers_mut().insert(TENANT, "b".parse().unwrap());
    request
        .headers_mut()
        .insert("x-other", "1".parse().unwrap());
    let (response, _) = site.ask(request, json_body(LIST)).await;
    text(response).await
}

#[tokio::test]
async fn the_headers_that_a_policy_names_are_kept_for_the_answer() {
    let all = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"b"},{"name":"other"}]}}"#;
    assert_eq!(listed(Headers::All).await, all);
    let one = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"b"}]}}"#;
    assert_eq!(listed(Headers::These([TENANT].into())).await, one);
    let none = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}"#;
    assert_eq!(listed(Headers::These([].into())).await, none);
}

#[tokio::test]
async fn arguments_are_there_where_they_are_asked_for() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let site = Site::new(AclLayer::new(move |question: &Question<'_>| {
        let amount = question
            .arguments
            .and_then(|arguments| arguments.get("amount"));
        let amount = amount.and_then(|amount| amount.as_i64());
        noted.lock().unwrap().push(amount);
        match amount {
            Some(0..100) => Decision::allow(),
            _ => Decision::deny(),
        }
    }));
    let pay = |amount| {
        legacy(
            "tools/call",
            &json!({"name": "pay", "arguments": {"amount": amount}}),
        )
    };
    site.passed(pay(7)).await;
    site.refused(pay(700)).await;
    site.refused(legacy("tools/call", &json!({"name": "pay"})))
        .await;
    assert_eq!(*seen.lock().unwrap(), [Some(7), Some(700), None]);
}
