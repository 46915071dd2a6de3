//! Tools that ask the client, in both eras.

use serde_json::{Value, json};

use super::client::{Client, LEGACY, server, text};

const ROAD: &str = "north road";

#[tokio::test]
async fn a_modern_client_orders_in_three_calls() {
    let mut client = Client::modern(&server(), json!({ "elicitation": {} }));
    let first = order(&mut client, ROAD, json!({})).await["result"].clone();
    assert_eq!(first["resultType"], "input_required");
    assert_eq!(
        first["inputRequests"]["order"]["method"],
        "elicitation/create"
    );
    let filled_in = json!({ "order": accept(&json!({ "name": "Ada", "days": 30 })) });
    let second = order(&mut client, ROAD, json!({ "inputResponses": filled_in })).await;
    let state = second["result"]["requestState"].as_str().unwrap();
    let sure = json!({ "confirmation": accept(&json!({ "sure": true })) });
    let retry = json!({ "inputResponses": sure, "requestState": state });
    let third = order(&mut client, ROAD, retry.clone()).await;
    assert_eq!(
        text(&third["result"]),
        "a pass of 30 days for Ada on the north road"
    );

    let elsewhere = order(&mut client, "south road", retry).await;
    assert_eq!(elsewhere["error"]["code"], -32602);
    let changed = json!({ "inputResponses": sure, "requestState": format!("{state}x") });
    let changed = order(&mut client, ROAD, changed).await;
    assert_eq!(changed["error"]["code"], -32602);
}

#[tokio::test]
async fn a_modern_client_is_asked_again_until_the_answer_is_there() {
    let mut client = Client::modern(&server(), json!({ "elicitation": {} }));
    for answers in [json!({}), json!({ "other": {} }), json!({ "order": 7 })] {
        let again = order(&mut client, ROAD, json!({ "inputResponses": answers })).await;
        assert_eq!(again["result"]["resultType"], "input_required");
    }
    let declined = json!({ "inputResponses": { "order": { "action": "decline" } } });
    let declined = order(&mut client, ROAD, declined).await;
    assert_eq!(text(&declined["result"]), "no pass was ordered");
    let malformed = json!({ "inputResponses": { "order": accept(&json!({ "name": "Ada" })) } });
    let malformed = order(&mut client, ROAD, malformed).await;
    assert_eq!(malformed["error"]["code"], -32602);
}

#[tokio::test]
async fn a_modern_model_summarizes() {
    let mut client = Client::modern(&server(), json!({ "sampling": {} }));
    let said = json!({
        "role": "assistant",
        "model": "parrot",
        "content": { "type": "text", "text": "short" },
    });
    let params = json!({
        "name": "summarize",
        "arguments": { "text": "long" },
        "inputResponses": { "summary": said },
    });
    let answer = client.ask("tools/call", params).await;
    assert_eq!(text(&answer["result"]), "parrot says: short");
}

#[tokio::test]
async fn clients_that_cannot_be_asked_are_told_so() {
    let server = server();
    let [mut legacy, mut modern] = Client::both(&server).await;
    for (tool, arguments, capability) in [
        ("summarize", json!({ "text": "x" }), "sampling"),
        ("order_pass", json!({ "road": ROAD }), "elicitation"),
    ] {
        let result = legacy.call(tool, arguments.clone()).await;
        assert_eq!(result["isError"], true);
        let params = json!({ "name": tool, "arguments": arguments });
        let mut refused = modern.send("tools/call", params, &[]).await;
        assert_eq!(refused.status, 400);
        let error = refused.last().await["error"].clone();
        assert_eq!(error["code"], -32021);
        assert!(error["data"]["requiredCapabilities"][capability].is_object());
    }
}

#[tokio::test]
async fn a_legacy_client_is_asked_on_the_stream_of_the_call() {
    let server = server();
    let capabilities = json!({ "elicitation": {}, "sampling": {} });
    let mut client = Client::legacy(&server, LEGACY, capabilities).await;
    let call = json!({ "name": "order_pass", "arguments": { "road": ROAD } });
    let mut stream = client.send("tools/call", call.clone(), &[]).await;
    for content in [
        json!({ "name": "Ada", "days": 30 }),
        json!({ "sure": true }),
    ] {
        let question = stream.next().await.unwrap().message;
        assert_eq!(question["method"], "elicitation/create");
        let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": accept(&content) });
        assert_eq!(client.post(&answer, &[]).await.status, 202);
    }
    let result = stream.last().await["result"].clone();
    assert_eq!(text(&result), "a pass of 30 days for Ada on the north road");

    let mut stream = client.send("tools/call", call, &[]).await;
    let question = stream.next().await.unwrap().message;
    let error = json!({ "code": -1, "message": "not now" });
    let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "error": error });
    client.post(&answer, &[]).await;
    let result = stream.last().await["result"].clone();
    assert_eq!(text(&result), "the client refused: not now");
    assert_eq!(result["isError"], true);
}

async fn order(client: &mut Client, road: &str, retry: Value) -> Value {
    let mut params = json!({ "name": "order_pass", "arguments": { "road": road } });
    for (name, value) in retry.as_object().unwrap() {
        params[name] = value.clone();
    }
    client.ask("tools/call", params).await
}

fn accept(content: &Value) -> Value {
    json!({ "action": "accept", "content": content })
}
