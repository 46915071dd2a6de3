//! What rules deny: in requests, and in the answers of a server.

use std::sync::Arc;

use serde_json::json;

use super::{
    book::{Book, Case},
    request::{CALL, Request},
    scene::{PATIENT, Scene},
};
use crate::hostile_relay::{scene::ok, server::Server};

const RULES: &str = r#"
[[proxy.acl.rule]]
name = "readers"
tools = ["echo", "write_note", "ask"]

[[proxy.acl.rule]]
name = "nothing is written"
effect = "deny"
tools = ["write_note"]

[[proxy.acl.rule]]
name = "no log"
effect = "deny"
features = ["logging"]

[[proxy.acl.rule]]
name = "no questions"
effect = "deny"
features = ["sampling"]

[[proxy.acl.rule]]
name = "forecasts"
tools = ["weather"]
needs_scopes = ["weather:read"]
"#;

pub(super) async fn provoke(book: Arc<Book>) {
    let server = Server::start().await;
    let json = "content-type: application/json\r\n";
    let list = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":{"name":"a"}}}"#;
    server.at("/listing", ok(json, list));
    let event = format!("data: {list}\n\n");
    server.at(
        "/streaming",
        ok("content-type: text/event-stream\r\n", &event),
    );
    let asking = r#"{"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"a":{"method":"sampling/createMessage","params":{}}}}}"#;
    server.at("/asking", ok(json, asking));
    let origin = server.origin();
    let others = ["listing", "streaming", "asking"].map(|name| {
        format!(
            "[[proxy]]\nname = \"{name}\"\npath = \"/{name}\"\nupstream.url = \"{origin}/{name}\"\n{RULES}"
        )
    });
    let listener = format!("{PATIENT}{}", others.concat());
    let ruled = format!("ruled\n{RULES}");
    let honest = format!("honest\n[proxy.acl]\ndenials = \"honest\"\n{RULES}");
    let scene = Scene::start(&book, listener, &[], &[&ruled, &honest]).await;
    requests(&scene).await;
    arrays(&scene).await;
    answers(&scene).await;
}

async fn requests(scene: &Scene) {
    let named = |target: &str, name: &str| {
        Request::post(target, CALL.replace("echo", name)).set("accept", "application/json")
    };
    let asking = |message: &str| Request::post("/ruled", message);
    let denied = || Case::new("acl_denied", "concealed");
    let write = "nothing is written";
    let scope = Case::new("acl_scope", "insufficient_scope").rule("forecasts");
    let feature = || Case::new("acl_feature", "concealed").rule("no log");
    let modern = json!({"name": "write_note"});
    let level = r#"{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"info"}}"#;
    let resource =
        r#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"demo://a"}}"#;
    for (case, request) in [
        // A rule denies it, or none allows it.
        (denied().rule(write), named("/ruled", "write_note")),
        (
            denied().rule(write),
            Request::modern("/ruled", "tools/call", modern),
        ),
        (denied(), named("/ruled", "nobody-knows")),
        (denied().told(200, -32002), asking(resource)),
        (
            denied().told(200, -32601),
            asking(r#"{"jsonrpc":"2.0","id":1,"method":"acme/do"}"#),
        ),
        (
            denied().told(404, -32601),
            Request::modern("/ruled", "acme/do", json!({})),
        ),
        (
            Case::new("acl_denied", "forbidden").told(403, -32600),
            asking(r#"{"jsonrpc":"2.0","method":"acme/note"}"#),
        ),
        (
            Case::new("acl_denied", "forbidden")
                .told(200, 403)
                .rule(write),
            named("/honest", "write_note"),
        ),
        (feature(), asking(level)),
        (scope, named("/ruled", "weather")),
    ] {
        scene.refuses(case, request).await;
    }
}

/// No message of an array is run when one is denied, and each is told why it is not.
async fn arrays(scene: &Scene) {
    let call = |(id, name)| {
        let id = format!("\"id\":{id}");
        CALL.replace("\"id\":1", &id).replace("echo", name)
    };
    let [allowed, denied, scoped] = [(1, "echo"), (2, "write_note"), (3, "weather")].map(call);
    let array = Request::post("/ruled", format!("[{allowed},{denied},{scoped}]"));
    let told = |code| Case::new("acl_denied", "concealed").told(200, code);
    let scope = Case::new("acl_scope", "insufficient_scope").told(200, 403);
    let each = [
        told(-32600),
        told(-32602).rule("nothing is written"),
        scope.rule("forecasts"),
    ];
    scene.refuses_each(&each, array).await;
}

async fn answers(scene: &Scene) {
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let unreadable = || Case::new("acl_list_unreadable", "bad_upstream");
    let list = |proxy: &str| Request::post(&format!("/{proxy}"), list);
    scene.refuses(unreadable(), list("listing")).await;
    // The head has left before anybody could know.
    let late = unreadable().told(200, -32603);
    scene.refuses(late, list("streaming")).await;
    let ask = Request::modern("/asking", "tools/call", json!({"name": "ask"}));
    let feature = Case::new("acl_feature", "concealed").told(200, -32603);
    let feature = feature.rule("no questions");
    scene.refuses(feature, ask).await;
}
