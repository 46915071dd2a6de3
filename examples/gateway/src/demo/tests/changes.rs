//! Notes, and who hears of them.

use serde_json::{Value, json};

use super::client::{Client, server, text};
use crate::demo::audience::Subscriptions;

const WELCOME: &str = "demo://notes/welcome";

#[tokio::test]
async fn a_note_that_one_client_writes_is_read_by_the_other() {
    let server = server();
    let [mut legacy, mut modern] = Client::both(&server).await;
    for verb in ["created", "replaced"] {
        let result = write(&mut legacy, "shared", verb).await;
        assert_eq!(text(&result), format!("{verb} the note `shared`"));
        let params = json!({ "uri": "demo://notes/shared" });
        let read = modern.ask("resources/read", params).await;
        assert_eq!(read["result"]["contents"][0]["text"], verb);
    }
}

#[tokio::test]
async fn notes_have_bounds() {
    let mut client = Client::modern(&server(), json!({}));
    let long = "n".repeat(41);
    for name in ["", "UPPER", "a/b", "../x", long.as_str()] {
        let result = write(&mut client, name, "text").await;
        assert_eq!(result["isError"], true, "{name}");
    }
    let result = write(&mut client, "big", &"x".repeat(4097)).await;
    assert_eq!(result["isError"], true);
    for number in 1..50 {
        let result = write(&mut client, &format!("note-{number}"), "text").await;
        assert_eq!(result["isError"], false, "{number}");
    }
    let result = write(&mut client, "one-too-many", "text").await;
    assert_eq!(result["isError"], true);
    let result = write(&mut client, "note-1", "other").await;
    assert_eq!(result["isError"], false);
}

#[tokio::test]
async fn a_session_hears_of_what_it_subscribed_to() {
    let server = server();
    let [mut client, mut writer] = Client::both(&server).await;
    let mut stream = client.get(None).await;
    let subscribed = client
        .ask("resources/subscribe", json!({ "uri": WELCOME }))
        .await;
    assert_eq!(subscribed["result"], json!({}));
    write(&mut writer, "welcome", "first").await;
    write(&mut writer, "fresh", "not subscribed to, but new").await;
    client
        .ask("resources/unsubscribe", json!({ "uri": WELCOME }))
        .await;
    write(&mut writer, "welcome", "not subscribed to any more").await;
    write(&mut writer, "fresh-again", "the end").await;
    let updated = stream.next().await.unwrap().message;
    assert_eq!(updated["method"], "notifications/resources/updated");
    assert_eq!(updated["params"]["uri"], WELCOME);
    for _ in 0..2 {
        let changed = stream.next().await.unwrap().message;
        assert_eq!(changed["method"], "notifications/resources/list_changed");
    }
    let unknown = client
        .ask("resources/subscribe", json!({ "uri": "demo://nope" }))
        .await;
    assert_eq!(unknown["error"]["code"], -32002);
}

#[tokio::test]
async fn a_stream_hears_of_what_was_acknowledged() {
    let server = server();
    let mut client = Client::modern(&server, json!({}));
    let mut writer = Client::modern(&server, json!({}));
    let params = json!({ "notifications": {
        "resourcesListChanged": true,
        "toolsListChanged": true,
        "resourceSubscriptions": [WELCOME, "demo://nope"],
    } });
    let mut stream = client.send("subscriptions/listen", params, &[]).await;
    let first = stream.next().await.unwrap().message;
    assert_eq!(first["method"], "notifications/subscriptions/acknowledged");
    let honoured = json!({ "resourcesListChanged": true, "resourceSubscriptions": [WELCOME] });
    assert_eq!(first["params"]["notifications"], honoured);
    write(&mut writer, "welcome", "changed").await;
    write(&mut writer, "fresh", "new").await;
    let updated = stream.next().await.unwrap().message;
    assert_eq!(updated["params"]["uri"], WELCOME);
    assert_eq!(
        updated["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"],
        1
    );
    let changed = stream.next().await.unwrap().message;
    assert_eq!(changed["method"], "notifications/resources/list_changed");
}

#[tokio::test]
async fn eras_do_not_have_each_others_methods() {
    let server = server();
    let [mut legacy, mut modern] = Client::both(&server).await;
    let listen = json!({ "notifications": { "resourcesListChanged": true } });
    let refused = legacy.ask("subscriptions/listen", listen).await;
    assert_eq!(refused["error"]["code"], -32601);
    for method in ["resources/subscribe", "resources/unsubscribe"] {
        let mut refused = modern.send(method, json!({ "uri": WELCOME }), &[]).await;
        assert_eq!(refused.status, 404);
        assert_eq!(refused.last().await["error"]["code"], -32601);
    }
}

#[test]
fn subscriptions_of_a_session_are_bounded() {
    let subscriptions = Subscriptions::default();
    for number in 0..Subscriptions::MOST {
        assert!(subscriptions.add(&number.to_string()));
    }
    assert!(!subscriptions.add("one more"));
    assert!(subscriptions.add("7"));
}

async fn write(client: &mut Client, name: &str, text: &str) -> Value {
    client
        .call("write_note", json!({ "name": name, "text": text }))
        .await
}
