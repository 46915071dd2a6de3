//! Lists, and what is no list.

use http::Response;
use serde_json::json;
use tollbar_core::Body;

use crate::support::{Site, allowing, get, json_body, legacy, text, typed};

fn site() -> Site {
    Site::new(allowing(&[
        "tool:add",
        "tool:pay?pay",
        "prompt:p",
        "resource:file:///a",
        "resource:file:///plain",
        "template:file:///{x}",
    ]))
}

fn answer(result: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"result":{result}}}"#)
}

#[tokio::test]
async fn each_list_loses_what_is_denied_and_keeps_every_other_byte() {
    for (list, left) in [
        (
            r#"{ "tools" : [ {"name":"wipe"} , { "name" : "\u0061dd", "x":1.50 } , {"name":"pay"}, {"name":"wipe"} ] , "nextCursor" : "c\u002f1", "ttlMs": 1 }"#,
            r#"{ "tools" : [ { "name" : "\u0061dd", "x":1.50 } , {"name":"pay"} ] , "nextCursor" : "c\u002f1", "ttlMs": 1 }"#,
        ),
        (
            r#"{"prompts":[{"name":"q"},{"name":"p"}]}"#,
            r#"{"prompts":[{"name":"p"}]}"#,
        ),
        (
            r#"{"resources":[{"uri":"file:///a","name":"x"},{"uri":"file:///b","name":"x"}]}"#,
            r#"{"resources":[{"uri":"file:///a","name":"x"}]}"#,
        ),
        (
            r#"{"resourceTemplates":[{"uriTemplate":"file:///{x}"},{"uriTemplate":"file:///{y}"},{"uriTemplate":"file:///plain"},{"uriTemplate":"file:///other"}]}"#,
            r#"{"resourceTemplates":[{"uriTemplate":"file:///{x}"},{"uriTemplate":"file:///plain"}]}"#,
        ),
        (
            r#"{"tools":[{"name":"wipe"}],"nextCursor":""}"#,
            r#"{"tools":[],"nextCursor":""}"#,
        ),
    ] {
        assert_eq!(site().filtered(&answer(list)).await, answer(left));
        let heard = site().heard(&answer(list)).await;
        let heard = heard
            .strip_prefix("data: ")
            .and_then(|data| data.strip_suffix("\n\n"));
        assert_eq!(heard, Some(&*answer(left)));
    }
}

#[tokio::test]
async fn entries_without_a_clear_name_go() {
    for entry in [
        "{}",
        r#"{"name":7}"#,
        r#"{"name":null}"#,
        r#"{"Name":"add"}"#,
        r#"{"name":"add","NAME":"wipe"}"#,
        r#"{"name":"add","n\u0061\u006de ":"x","\u004eame":"wipe"}"#,
        r#""add""#,
        "7",
        r#"["add"]"#,
        r#"{"name":"add\u0000"}"#,
        r#"{"name":"add\n"}"#,
        r#"{"title":"add"}"#,
    ] {
        let list = answer(&format!(r#"{{"tools":[{entry},{{"name":"add"}}]}}"#));
        let left = answer(r#"{"tools":[{"name":"add"}]}"#);
        assert_eq!(site().filtered(&list).await, left, "{entry}");
    }
    let odd = r#"{"resources":[{"uri":"file:///a","URI":"file:///b"},{"uri":"file:///a "},{"uri":"file:///a"}]}"#;
    assert_eq!(
        site().filtered(&answer(odd)).await,
        answer(r#"{"resources":[{"uri":"file:///a"}]}"#)
    );
}

#[tokio::test]
async fn what_a_client_could_not_ask_for_is_not_listed() {
    let long = "x".repeat(1025);
    let (fits, name) = ("y".repeat(1024), format!("tool:{}", "y".repeat(1024)));
    let site = Site::new(allowing(&[&format!("tool:{long}"), &name]));
    let list = answer(&format!(
        r#"{{"tools":[{{"name":"{long}"}},{{"name":"{fits}"}}]}}"#
    ));
    let left = answer(&format!(r#"{{"tools":[{{"name":"{fits}"}}]}}"#));
    assert_eq!(site.filtered(&list).await, left);
}

#[tokio::test]
async fn what_cannot_be_read_in_one_way_is_refused() {
    for result in [
        r#"{"tools":{"name":"wipe"}}"#,
        r#"{"tools":"wipe"}"#,
        r#"{"tools":null}"#,
        r#"{"Tools":[{"name":"wipe"}]}"#,
        r#"{"tools":[],"TOOLS":[{"name":"wipe"}]}"#,
        r#"{"tool\u017f":[{"name":"wipe"}]}"#,
        r#"{"ResourceTemplates":[]}"#,
        r#"{"inputrequests":{}}"#,
        r#"{"CacheScope":"public"}"#,
    ] {
        let site = site();
        let (response, exchange) = site
            .ask(legacy("tools/list", &json!({})), json_body(&answer(result)))
            .await;
        assert_eq!(response.status(), 502, "{result}");
        let told = text(response).await;
        assert!(!told.contains("wipe"), "{told}");
        assert_eq!(exchange.refusal().unwrap().reason(), "acl_list_unreadable");
        assert!(!site.heard(&answer(result)).await.contains("wipe"));
    }
}

#[tokio::test]
async fn what_the_frame_cannot_read_is_refused() {
    let list = answer(r#"{"tools":[{"name":"wipe"}]}"#);
    let gzip = Response::builder()
        .header("content-type", "application/json")
        .header("content-encoding", "gzip")
        .body(Body::from(list.clone()))
        .unwrap();
    for response in [
        gzip,
        typed("text/plain", &list),
        typed("application/json;charset=utf-16", &list),
        json_body(&format!("{list}{list}")),
        json_body(&format!("\u{FEFF}{list}")),
        json_body(&list[..list.len() - 1]),
        json_body(r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[],"tools":[{"name":"wipe"}]}}"#),
    ] {
        let (response, exchange) = site().ask(legacy("tools/list", &json!({})), response).await;
        assert_eq!(response.status(), 502);
        assert!(!text(response).await.contains("wipe"));
        assert!(exchange.refusal().is_some());
    }
}

#[tokio::test]
async fn events_are_read_whatever_their_lines_look_like() {
    let list = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"add"},{"name":"wipe"}]}}"#;
    let (front, back) = list.split_at(24);
    for events in [
        format!("data: {list}\n\n"),
        format!("data:{list}\r\n\r\n"),
        format!("data: {list}\r\r"),
        format!("id: 7\rdata: {list}\revent: message\r\r"),
        format!("\u{FEFF}data: {list}\n\n"),
        format!("event: message\nid: 1\ndata: {front}\ndata: {back}\n\n"),
        format!(": c\r\ndata: {front}\rdata: {back}\n\r\n"),
    ] {
        let (response, exchange) = site().ask(get(), typed("text/event-stream", &events)).await;
        let heard = text(response).await;
        assert!(
            heard.contains("add") && !heard.contains("wipe"),
            "{heard:?}"
        );
        assert_eq!(exchange.hidden(), 1);
    }
}

#[tokio::test]
async fn a_long_list_is_filtered() {
    let tool = |index: usize| {
        let name = if index.is_multiple_of(2) {
            "add"
        } else {
            "wipe"
        };
        format!(r#"{{"name":"{name}","description":"{}"}}"#, "d".repeat(900))
    };
    let tools: Vec<_> = (0..1000).map(tool).collect();
    let list = answer(&format!(r#"{{"tools":[{}]}}"#, tools.join(",")));
    let kept: Vec<_> = tools.into_iter().step_by(2).collect();
    let left = answer(&format!(r#"{{"tools":[{}]}}"#, kept.join(",")));
    let (response, exchange) = site()
        .ask(legacy("tools/list", &json!({})), json_body(&list))
        .await;
    assert_eq!(text(response).await, left);
    assert_eq!(exchange.hidden(), 500);
}
