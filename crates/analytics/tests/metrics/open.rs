//! That what has begun ends, whatever its end is.

use std::{
    convert::Infallible,
    future::{self, Future as _},
    pin::pin,
    task::{Context, Waker},
};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tollbar_analytics::Metrics;
use tollbar_core::{Body, BoxError, frame::FrameLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::server::{ask, call, layer, value};

#[tokio::test]
async fn what_is_open_counts_until_it_has_ended() {
    let metrics = Metrics::new();
    let layer = layer(&metrics);
    let open = |metrics: &Metrics| value(&metrics.encode(), "tollbar_open_exchanges", &["weather"]);
    let never = layer.layer(service_fn(|_: Request<Body>| {
        future::pending::<Result<Response<Body>, Infallible>>()
    }));
    let waiting = never.oneshot(Request::new(Body::empty()));
    let mut waiting = Box::pin(waiting);
    let waker = Waker::noop();
    let polled = waiting.as_mut().poll(&mut Context::from_waker(waker));
    assert!(polled.is_pending());
    assert_eq!(open(&metrics), Some(1.0));
    drop(waiting);
    assert_eq!(open(&metrics), Some(0.0));
    let text = metrics.encode();
    let labels = [
        r#"outcome="client_left""#,
        r#"status_class="none""#,
        r#"method="none""#,
    ];
    assert_eq!(
        value(&text, "tollbar_exchanges_total", &labels),
        Some(1.0),
        "{text}"
    );
    assert_eq!(
        value(&text, "tollbar_own_seconds_count", &["weather"]),
        Some(0.0),
        "{text}"
    );
}

fn ended(metrics: &Metrics, word: &str) -> f64 {
    let text = metrics.encode();
    assert_eq!(
        value(&text, "tollbar_open_exchanges", &["weather"]),
        Some(0.0),
        "{word}: {text}"
    );
    let outcome = format!("outcome=\"{word}\"");
    value(&text, "tollbar_exchanges_total", &[&outcome]).unwrap_or_default()
}

/// A body that breaks after its first bytes.
fn broken() -> Body {
    let frames = [
        Ok(http_body::Frame::data("data: ".into())),
        Err::<_, BoxError>("torn".into()),
    ];
    Body::new(http_body_util::StreamBody::new(futures_util::stream::iter(
        frames,
    )))
}

#[tokio::test]
async fn each_end_is_one() {
    let metrics = Metrics::new();
    let layer = layer(&metrics);
    let request = || {
        let array = json!([call("get"), { "jsonrpc": "2.0", "id": 2, "method": "ping" }]);
        let request = Request::post("/mcp").header("content-type", "application/json");
        request.body(Body::from(array.to_string())).unwrap()
    };

    // The client leaves before there is an answer, with an array whose messages are known.
    let never =
        service_fn(|_: Request<Body>| future::pending::<Result<Response<Body>, Infallible>>());
    {
        let mut waiting = pin!(
            layer
                .layer(FrameLayer::new().layer(never))
                .oneshot(request())
        );
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
    }
    let text = metrics.encode();
    let left = |method| value(&text, "tollbar_exchanges_total", &["client_left", method]);
    assert_eq!(
        (left("tools/call"), left("ping")),
        (Some(1.0), Some(1.0)),
        "{text}"
    );
    assert_eq!(
        value(&text, "tollbar_open_exchanges", &[]),
        Some(0.0),
        "{text}"
    );

    // It is never polled at all.
    drop(
        layer
            .layer(FrameLayer::new().layer(never))
            .oneshot(request()),
    );
    assert_eq!(
        value(&metrics.encode(), "tollbar_open_exchanges", &[]),
        Some(0.0)
    );

    // The answer is let go before it is read.
    let server = service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(Response::new(Body::from("answer")))
    });
    drop(
        layer
            .layer(server)
            .oneshot(Request::new(Body::empty()))
            .await,
    );
    let text = metrics.encode();
    let labels = ["client_left", r#"method="none""#, "2xx"];
    assert_eq!(
        value(&text, "tollbar_exchanges_total", &labels),
        Some(1.0),
        "{text}"
    );

    // It breaks off.
    let server =
        service_fn(|_: Request<Body>| async { Ok::<_, Infallible>(Response::new(broken())) });
    let response = layer
        .layer(server)
        .oneshot(Request::new(Body::empty()))
        .await
        .unwrap();
    response.into_body().collect().await.unwrap_err();
    assert_eq!(ended(&metrics, "upstream_broke"), 1.0);

    // The service behind fails.
    let fails =
        service_fn(|_: Request<Body>| async { Err::<Response<Body>, BoxError>("no".into()) });
    layer
        .layer(fails)
        .oneshot(Request::new(Body::empty()))
        .await
        .unwrap_err();

    // It panics: at once, and later.
    let panics = service_fn(|request: Request<Body>| {
        assert!(request.method() != "PANIC", "on purpose");
        async { panic!("on purpose") as Result<Response<Body>, Infallible> }
    });
    for method in ["PANIC", "POST"] {
        let layer = layer.clone();
        let request = Request::builder()
            .method(method)
            .body(Body::empty())
            .unwrap();
        let task = tokio::spawn(async move { layer.layer(panics).oneshot(request).await });
        assert!(task.await.unwrap_err().is_panic());
    }
    let text = metrics.encode();
    assert_eq!(
        value(&text, "tollbar_open_exchanges", &[]),
        Some(0.0),
        "{text}"
    );

    // An array that ends well, and one that has nothing in it.
    let mut two = call("get");
    two["id"] = 2.into();
    ask(&layer, &Value::from(vec![call("get"), two])).await;
    ask(&layer, &json!([])).await;
    let text = metrics.encode();
    assert_eq!(
        value(&text, "tollbar_open_exchanges", &[]),
        Some(0.0),
        "{text}"
    );
}
