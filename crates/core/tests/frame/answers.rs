//! What comes out of a JSON answer, under filters and before watches.

use std::sync::{Arc, Mutex};

use http::{Response, StatusCode};
use http_body_util::BodyExt as _;
use tollbar_core::{Body, Exchange, Kind, Message, Refusal, Watch};

use crate::support::{ask, chunks, get, json, post, stream, text, typed};

const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
const TOOLS: &str = r#"{ "jsonrpc": "2.0", "id": 1, "result": { "tools": [ {"name":"a"}, {"name":"b"},{"name":"c"} ], "x": 1.50 } }"#;

/// Keeps only the tools of these names.
fn only(names: &'static [&'static str]) -> impl Fn(&Exchange) + Clone + Send {
    move |exchange: &Exchange| {
        let filter = move |_: &Exchange, message: &mut Message<'_>| {
            let tools = message.result().and_then(|result| result.get("tools"));
            if let Some(tools) = tools {
                message.retain(&tools, |tool| {
                    tool.get("name")
                        .and_then(|name| name.as_str())
                        .is_some_and(|name| names.contains(&&*name))
                });
            }
            Ok(())
        };
        exchange.filter(Arc::new(filter)).unwrap();
    }
}

#[tokio::test]
async fn a_filter_splices_and_all_other_bytes_stay() {
    let cases: &[(&[&str], &str)] = &[
        (
            &["a", "b", "c"],
            r#"[ {"name":"a"}, {"name":"b"},{"name":"c"} ]"#,
        ),
        (&["a", "c"], r#"[ {"name":"a"},{"name":"c"} ]"#),
        (&["b"], r#"[ {"name":"b"} ]"#),
        (&["c"], r#"[ {"name":"c"} ]"#),
        (&["a"], r#"[ {"name":"a"} ]"#),
        (&[], "[  ]"),
    ];
    for (names, left) in cases {
        let (response, _) = ask(post(LIST), only(names), || json(TOOLS)).await;
        let expected = format!(
            r#"{{ "jsonrpc": "2.0", "id": 1, "result": {{ "tools": {left}, "x": 1.50 }} }}"#
        );
        if names.len() < 3 {
            assert_eq!(
                response.headers()["content-length"],
                expected.len().to_string()
            );
        }
        assert_eq!(text(response).await, expected);
    }
}

#[tokio::test]
async fn filters_run_inner_to_outer_and_each_sees_what_the_one_before_left() {
    let order = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&order);
    let hook = move |exchange: &Exchange| {
        for name in ["outer", "inner"] {
            let log = Arc::clone(&log);
            let filter = move |_: &Exchange, message: &mut Message<'_>| {
                log.lock()
                    .unwrap()
                    .push((name, message.parsed().raw().len()));
                let result = message.result().unwrap();
                message.replace(result.span(), r#""""#);
                Ok(())
            };
            exchange.filter(Arc::new(filter)).unwrap();
        }
    };
    let (response, _) = ask(post(LIST), hook, || json(TOOLS)).await;
    assert_eq!(
        text(response).await,
        r#"{ "jsonrpc": "2.0", "id": 1, "result": "" }"#
    );
    let order = order.lock().unwrap();
    assert_eq!(order[0], ("inner", TOOLS.len()));
    assert_eq!(order[1].0, "outer");
    assert!(order[1].1 < TOOLS.len());
}

#[tokio::test]
async fn what_a_filter_cannot_read_is_not_passed() {
    let hostile: &[(&'static str, &'static str)] = &[
        ("application/json", "{not json"),
        (
            "application/json",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}} {}",
        ),
        (
            "application/json",
            "\u{feff}{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
        ),
        (
            "application/json",
            r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[]},"result":{}}"#,
        ),
        ("text/html", TOOLS),
        ("application/json; charset=utf-16", TOOLS),
        ("application/json; x=1; Charset=latin1", TOOLS),
        ("application/json+x", TOOLS),
    ];
    for (content_type, body) in hostile {
        let (response, _) = ask(post(LIST), only(&["a"]), || typed(content_type, body)).await;
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY, "{body}");
        let error: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!(error["error"]["code"], -32603);
        assert_eq!(error["id"], 1);
    }
    let encoded = || {
        let mut response = json(TOOLS);
        response
            .headers_mut()
            .insert("content-encoding", "gzip".parse().unwrap());
        response
    };
    let (response, _) = ask(post(LIST), only(&["a"]), encoded).await;
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn utf8_may_be_said() {
    for content_type in [
        "application/json; charset=utf-8",
        "Application/JSON;charset=\"UTF-8\"",
        "application/json; x=1",
    ] {
        let (response, _) = ask(post(LIST), only(&["a", "b", "c"]), || {
            typed(content_type, TOOLS)
        })
        .await;
        assert_eq!(text(response).await, TOOLS, "{content_type}");
    }
}

#[tokio::test]
async fn an_upstream_error_keeps_its_status_but_not_text_that_cannot_be_read() {
    let lost = || {
        let mut response = typed("text/plain", "no such session");
        *response.status_mut() = StatusCode::NOT_FOUND;
        response
    };
    let (response, _) = ask(post(LIST), only(&["a"]), lost).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(text(response).await, "");
    let (response, _) = ask(post(LIST), |_| {}, lost).await;
    assert_eq!(text(response).await, "no such session");
}

#[tokio::test]
async fn an_empty_202_passes_a_filter_whatever_its_type() {
    for content_type in ["text/plain", "application/json", "text/event-stream"] {
        let accepted = || {
            let mut response = typed(content_type, "");
            *response.status_mut() = StatusCode::ACCEPTED;
            response
        };
        let note = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        let (response, _) = ask(post(note), only(&[]), accepted).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        assert_eq!(text(response).await, "");
    }
}

#[tokio::test]
async fn a_filter_can_refuse() {
    let hook = |exchange: &Exchange| {
        let filter = |_: &Exchange, _: &mut Message<'_>| {
            Err(Refusal::new(Kind::Concealed, "hidden", "Unknown tool: x"))
        };
        exchange.filter(Arc::new(filter)).unwrap();
    };
    let (response, _) = ask(post(LIST), hook, || json(TOOLS)).await;
    assert_eq!(response.status(), 200);
    let error: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(error["error"]["message"], "Unknown tool: x");
}

#[tokio::test]
async fn in_a_batch_each_element_is_judged() {
    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"tools/list"},{"jsonrpc":"2.0","id":2,"method":"ping"}]"#;
    let answers = r#"[{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a"},{"name":"b"}]}},{"jsonrpc":"2.0","id":2,"result":{}}]"#;
    let (response, _) = ask(post(batch), only(&["b"]), || json(answers)).await;
    assert_eq!(
        text(response).await,
        r#"[{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"b"}]}},{"jsonrpc":"2.0","id":2,"result":{}}]"#,
    );
}

#[tokio::test]
async fn a_watch_sees_and_delays_nothing() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let hook = move |exchange: &Exchange| {
        let log = Arc::clone(&log);
        exchange.watch(Arc::new(move |_: &Exchange, message: &Message<'_>| {
            log.lock().unwrap().push(message.parsed().raw().to_owned());
        }));
    };
    let (response, _) = ask(post(LIST), hook.clone(), || json(TOOLS)).await;
    assert_eq!(text(response).await, TOOLS);
    assert_eq!(*seen.lock().unwrap(), [TOOLS]);

    // A declared length: a server that has all bytes never asks for the end.
    let (response, _) = ask(post(LIST), hook, || json(TOOLS)).await;
    let mut body = response.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, TOOLS);
    drop(body);
    assert_eq!(seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_watch_that_cannot_look_says_so_and_the_answer_passes() {
    for (content_type, body) in [("application/json", "{broken"), ("text/plain", "hello")] {
        let exchange_seen = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&exchange_seen);
        let hook = move |exchange: &Exchange| {
            *slot.lock().unwrap() = Some(exchange.clone());
            exchange.watch(Arc::new(|_: &Exchange, _: &Message<'_>| panic!("seen")));
        };
        let (response, _) = ask(post(LIST), hook, || typed(content_type, body)).await;
        assert_eq!(text(response).await, body);
        let exchange = exchange_seen.lock().unwrap().take().unwrap();
        assert!(exchange.was_uninspected());
    }
}

/// Wants to see short messages only.
struct Short(Arc<Mutex<usize>>);

impl Watch for Short {
    fn see(&self, _: &Exchange, _: &Message<'_>) {
        *self.0.lock().unwrap() += 1;
    }

    fn limit(&self) -> usize {
        // Of an event it is the whole event.
        TOOLS.len() + "data: \n\n".len()
    }
}

#[tokio::test]
async fn what_is_longer_than_any_watch_wants_to_see_is_not_held() {
    let long = TOOLS.replace("1.50", "1.500000000000");
    for (document, is_seen) in [(TOOLS.to_owned(), true), (long, false)] {
        let event = format!("data: {document}\n\n");
        let of = |content: &str, mut response: Response<Body>| {
            let headers = response.headers_mut();
            headers.insert("content-type", content.parse().unwrap());
            response
        };
        let known = Response::new(Body::from(document.clone()));
        let unknown = chunks(vec![document.clone().into()]);
        let answers = [
            of("application/json", known),
            of("application/json", unknown),
            of("text/event-stream", chunks(vec![event.into()])),
        ];
        for (number, answer) in answers.into_iter().enumerate() {
            let count = Arc::new(Mutex::new(0));
            let seen = Arc::new(Mutex::new(None));
            let hook = {
                let (count, seen) = (Arc::clone(&count), Arc::clone(&seen));
                move |exchange: &Exchange| {
                    *seen.lock().unwrap() = Some(exchange.clone());
                    exchange.watch(Arc::new(Short(Arc::clone(&count))));
                }
            };
            let answer = Arc::new(Mutex::new(Some(answer)));
            let (response, _) = ask(post(LIST), hook, move || {
                answer.lock().unwrap().take().unwrap()
            })
            .await;
            assert!(text(response).await.contains(&document));
            let exchange = seen.lock().unwrap().take().unwrap();
            assert_eq!(*count.lock().unwrap() == 1, is_seen, "{number}");
            assert_eq!(exchange.was_uninspected(), !is_seen, "{number}");
        }
    }
}

#[tokio::test]
async fn what_is_only_accepted_has_nothing_to_look_at() {
    let seen = Arc::new(Mutex::new(None));
    let slot = Arc::clone(&seen);
    let hook = move |exchange: &Exchange| {
        *slot.lock().unwrap() = Some(exchange.clone());
        exchange.watch(Arc::new(|_: &Exchange, _: &Message<'_>| panic!("seen")));
    };
    let notification = post(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    let accepted = || {
        // Chunked, as Node.js sends it: nobody knows yet that nothing comes.
        let (_, mut response) = stream();
        response.headers_mut().clear();
        *response.status_mut() = StatusCode::ACCEPTED;
        response
    };
    let (response, _) = ask(notification, hook, accepted).await;
    assert_eq!(text(response).await, "");
    let exchange = seen.lock().unwrap().take().unwrap();
    assert!(!exchange.was_uninspected());
}

#[tokio::test]
async fn a_hook_outside_a_frame_is_an_error_and_one_too_late_too() {
    let outside = Exchange::new();
    assert!(
        outside
            .filter(Arc::new(|_: &Exchange, _: &mut Message<'_>| Ok(())))
            .is_err()
    );
    let slot = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&slot);
    let (_, _) = ask(
        get(),
        move |exchange: &Exchange| *kept.lock().unwrap() = Some(exchange.clone()),
        || chunks(vec![]),
    )
    .await;
    let late = slot.lock().unwrap().take().unwrap();
    assert!(
        late.filter(Arc::new(|_: &Exchange, _: &mut Message<'_>| Ok(())))
            .is_err()
    );
}

#[tokio::test]
async fn an_answer_without_hooks_passes_as_it_is() {
    let odd = || {
        Response::builder()
            .status(418)
            .header("content-type", "application/x-teapot")
            .header("content-encoding", "gzip")
            .body(Body::from("\u{1f}\u{8b} short and stout"))
            .unwrap()
    };
    let (response, _) = ask(post(LIST), |_| {}, odd).await;
    assert_eq!(response.status(), 418);
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(text(response).await, "\u{1f}\u{8b} short and stout");
}

#[tokio::test]
async fn what_a_server_says_to_a_notification_goes_no_further() {
    let note = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    let accepted = || {
        let mut response = typed("text/plain", "Accepted: hidden_tool");
        *response.status_mut() = StatusCode::ACCEPTED;
        response
    };
    let (response, _) = ask(post(note), only(&[]), accepted).await;
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    assert!(!response.headers().contains_key("content-type"));
    assert_eq!(text(response).await, "");
    // Who waits for an answer gets none that nobody could read.
    let (response, _) = ask(post(LIST), only(&[]), accepted).await;
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn a_message_that_some_client_takes_for_another_does_not_pass() {
    for key in ["Result", "RE\\u017fULT", "ID", "Params", "Method", "Error"] {
        let body = TOOLS.replacen('{', &format!(r#"{{ "{key}": {{"tools":[]}},"#), 1);
        let answer = move || json("").map(|_| Body::from(body.clone()));
        let (response, _) = ask(post(LIST), only(&["a"]), answer).await;
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY, "{key}");
    }
}
