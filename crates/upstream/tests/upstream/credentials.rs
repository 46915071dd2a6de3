//! The gateway's own credential, and what happens when the server refuses it.

use std::{
    future::{Future, ready},
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::stream;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Incoming;
use tollbar_core::{Authorize, Body, BoxError, Consumer, Exchange, Kind, Refusal};
use tollbar_upstream::{Builder, Upstream, UpstreamError};
use url::Url;

use crate::{
    client::{CALL, ask, call, listen, refusal, text},
    server::{fixed, http},
};

const CHALLENGE: &str = "Bearer resource_metadata=\"https://mcp.example/metadata\"";

/// Gives `Bearer 1`, then `Bearer 2` and so on, each time the last one was refused; no more than it
/// has.
#[derive(Clone)]
struct Numbered {
    current: Arc<AtomicUsize>,
    last: usize,
    asked: Arc<AtomicUsize>,
}

fn numbered(last: usize) -> Numbered {
    Numbered {
        current: Arc::new(AtomicUsize::new(1)),
        last,
        asked: Arc::default(),
    }
}

impl Authorize for Numbered {
    fn authorize<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> Pin<Box<dyn Future<Output = Result<HeaderValue, Refusal>> + Send + 'a>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let number = self.current.load(Ordering::SeqCst);
        let who = exchange.consumer().map_or("nobody", Consumer::plan);
        let value = format!("Bearer {who}-{number}").try_into().unwrap();
        Box::pin(ready(Ok(value)))
    }

    fn refused(&self, _: &Exchange, value: &HeaderValue) -> bool {
        let number = self.current.load(Ordering::SeqCst);
        assert!(value.to_str().unwrap().ends_with(&format!("-{number}")));
        let another = number < self.last;
        if another {
            self.current.store(number + 1, Ordering::SeqCst);
        }
        another
    }
}

/// Finds nothing.
struct Without;

impl Authorize for Without {
    fn authorize<'a>(
        &'a self,
        _: &'a Exchange,
    ) -> Pin<Box<dyn Future<Output = Result<HeaderValue, Refusal>> + Send + 'a>> {
        let refusal = Refusal::new(Kind::Unavailable, "no_token", "there is no token");
        Box::pin(ready(Err(refusal)))
    }
}

/// What each request has carried: method, credential, body.
type Carried = Arc<Mutex<Vec<(String, String, String)>>>;

/// A server that takes one credential only.
async fn taking(credential: &'static str) -> (Url, Carried) {
    let carried = Carried::default();
    let seen = Arc::clone(&carried);
    let url = http(move |request: Request<Incoming>| {
        let seen = Arc::clone(&seen);
        async move {
            let (head, body) = request.into_parts();
            let lines: Vec<_> = head.headers.get_all("authorization").iter().collect();
            let shown = match lines.as_slice() {
                [line] => line.to_str().unwrap().to_owned(),
                lines => format!("{} lines", lines.len()),
            };
            let body = body.collect().await.unwrap().to_bytes();
            let body = String::from_utf8(body.to_vec()).unwrap();
            let good = shown == credential;
            let entry = (head.method.to_string(), shown, body);
            seen.lock().unwrap().push(entry);
            if good {
                return Response::new(Body::from("{}"));
            }
            Response::builder()
                .status(401)
                .header("www-authenticate", CHALLENGE)
                .body(Body::from("who are you"))
                .unwrap()
        }
    })
    .await;
    (url, carried)
}

fn carried(by_server: &Carried) -> Vec<(String, String, String)> {
    by_server.lock().unwrap().clone()
}

fn post(credential: &str) -> (String, String, String) {
    ("POST".to_owned(), credential.to_owned(), CALL.to_owned())
}

#[tokio::test]
async fn what_is_found_for_an_exchange_goes_out_instead_of_the_clients() {
    let (url, seen) = taking("Bearer gold-1").await;
    let upstream = Upstream::builder(url).authorize(numbered(1));
    let upstream = upstream.build().unwrap();
    let mut request = call();
    let exchange = Exchange::of(request.extensions_mut());
    exchange.set_consumer(Consumer::new("gold")).unwrap();
    let headers = request.headers_mut();
    headers.insert("authorization", "Bearer of-the-client".parse().unwrap());
    headers.append("authorization", "Basic of-the-client".parse().unwrap());
    let response = ask(&upstream, request).await;
    assert_eq!(response.status(), 200);
    assert_eq!(carried(&seen), [post("Bearer gold-1")]);
}

#[tokio::test]
async fn a_refused_value_is_replaced_and_the_request_sent_once_more() {
    let (url, seen) = taking("Bearer nobody-2").await;
    let upstream = Upstream::builder(url).authorize(numbered(9));
    let upstream = upstream.build().unwrap();
    let mut request = call();
    let exchange = Exchange::of(request.extensions_mut());
    let response = ask(&upstream, request).await;
    assert_eq!(response.status(), 200);
    assert_eq!(exchange.answered().unwrap().status, 200);
    let twice = [post("Bearer nobody-1"), post("Bearer nobody-2")];
    assert_eq!(carried(&seen), twice);
}

#[tokio::test]
async fn requests_without_a_body_are_sent_once_more_too() {
    let (url, seen) = taking("Bearer nobody-2").await;
    let upstream = Upstream::builder(url).authorize(numbered(9));
    let response = ask(&upstream.build().unwrap(), listen()).await;
    assert_eq!(response.status(), 200);
    let methods: Vec<_> = carried(&seen).into_iter().map(|seen| seen.0).collect();
    assert_eq!(methods, ["GET", "GET"]);
}

#[tokio::test]
async fn a_second_refusal_ends_as_502_without_the_challenge() {
    let (url, seen) = taking("never").await;
    let authorize = numbered(9);
    let upstream = Upstream::builder(url).authorize(authorize.clone());
    let upstream = upstream.build().unwrap();
    let mut request = call();
    let exchange = Exchange::of(request.extensions_mut());
    let response = ask(&upstream, request).await;
    assert_eq!(response.status(), 502);
    assert!(!response.headers().contains_key("www-authenticate"));
    assert!(!text(response).await.contains("metadata"));
    let reason = exchange.refusal().unwrap().reason();
    assert_eq!(reason, "upstream_refused_credential");
    assert_eq!(exchange.answered().unwrap().status, 401);
    assert_eq!(carried(&seen).len(), 2);
    assert_eq!(authorize.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn without_another_value_the_request_is_sent_once() {
    let (url, seen) = taking("never").await;
    let upstream = Upstream::builder(url).authorize(numbered(1));
    let (status, reason, _) = refusal(&upstream.build().unwrap(), call()).await;
    assert_eq!(
        (status, reason.as_str()),
        (502, "upstream_refused_credential")
    );
    assert_eq!(carried(&seen), [post("Bearer nobody-1")]);
}

#[tokio::test]
async fn a_body_in_pieces_is_not_sent_again_but_the_value_is_dropped() {
    let (url, seen) = taking("Bearer nobody-2").await;
    let upstream = Upstream::builder(url).authorize(numbered(9));
    let upstream = upstream.build().unwrap();
    let pieces = [CALL[..5].to_owned(), CALL[5..].to_owned()];
    let pieces = pieces.map(|piece| Ok::<_, BoxError>(http_body::Frame::data(piece.into())));
    let request = call().map(|_| Body::new(StreamBody::new(stream::iter(pieces))));
    let (status, reason, _) = refusal(&upstream, request).await;
    assert_eq!(
        (status, reason.as_str()),
        (502, "upstream_refused_credential")
    );
    assert_eq!(carried(&seen), [post("Bearer nobody-1")]);
    assert_eq!(ask(&upstream, call()).await.status(), 200);
}

#[tokio::test]
async fn without_a_value_nothing_is_sent() {
    let (url, seen) = taking("Bearer nobody-1").await;
    let upstream = Upstream::builder(url).authorize(Arc::new(Without));
    let (status, reason, _) = refusal(&upstream.build().unwrap(), call()).await;
    assert_eq!((status, reason.as_str()), (503, "no_token"));
    assert!(carried(&seen).is_empty());
}

#[tokio::test]
async fn a_fixed_credential_that_is_refused_is_no_matter_of_the_client() {
    let (url, seen) = taking("Bearer good").await;
    let bad = Upstream::builder(url.clone()).bearer("bad").unwrap();
    let (status, reason, _) = refusal(&bad.build().unwrap(), call()).await;
    assert_eq!(
        (status, reason.as_str()),
        (502, "upstream_refused_credential")
    );
    let good = Upstream::builder(url.clone()).bearer("good").unwrap();
    let good = good.build().unwrap();
    assert_eq!(ask(&good, call()).await.status(), 200);
    assert_eq!(carried(&seen).len(), 2);

    // The challenge is for the client where its own credential goes on, and nowhere else.
    let theirs = Upstream::builder(url.clone()).forward_authorization(true);
    let response = ask(&theirs.build().unwrap(), call()).await;
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["www-authenticate"], CHALLENGE);
    let nobodys = Upstream::builder(url.clone()).build().unwrap();
    let (status, reason, _) = refusal(&nobodys, call()).await;
    assert_eq!(
        (status, reason.as_str()),
        (502, "upstream_wants_credential")
    );
    let response = ask(&nobodys, call()).await;
    assert!(!response.headers().contains_key("www-authenticate"));
}

#[tokio::test]
async fn a_right_that_is_too_small_passes() {
    let (url, _) = fixed("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\n{}").await;
    let authorize = numbered(9);
    let upstream = Upstream::builder(url).authorize(authorize.clone());
    assert_eq!(ask(&upstream.build().unwrap(), call()).await.status(), 403);
    assert_eq!(authorize.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn user_and_password_go_out_as_the_rfc_has_them() {
    // RFC 7617 sections 2 and 2.1.
    for (user, password, expected) in [
        (
            "Aladdin",
            "open sesame",
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        ),
        ("test", "123\u{a3}", "Basic dGVzdDoxMjPCow=="),
        ("", "a:b", "Basic OmE6Yg=="),
    ] {
        let (url, seen) = fixed("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
        let upstream = Upstream::builder(url).basic(user, password).unwrap();
        let upstream = upstream.build().unwrap();
        assert_eq!(ask(&upstream, call()).await.status(), 200);
        let line = format!("authorization: {expected}\r\n");
        assert!(seen.requests()[0].contains(&line), "{:?}", seen.requests());
        assert!(!format!("{upstream:?}").contains("Basic"));
    }
}

#[test]
fn what_cannot_be_sent_is_an_error_that_shows_no_secret() {
    let builder = || Upstream::builder("https://mcp.example/mcp".parse().unwrap());
    for token in [
        "",
        " ",
        "s3cret\n",
        "s3cret more",
        "s3cret\u{fc}",
        "s3cret\0",
    ] {
        let error = builder().bearer(token).unwrap_err();
        assert!(matches!(error, UpstreamError::BearerToken), "{token:?}");
        assert!(!error.to_string().contains("s3cret"));
    }
    let error = builder().basic("a:b", "s3cret").unwrap_err();
    assert!(matches!(error, UpstreamError::BasicUser));
    for (user, password) in [("ann", "s3cret\n"), ("ann\t", "s3cret"), ("ann", "\u{85}")] {
        let error = builder().basic(user, password).unwrap_err();
        assert!(matches!(error, UpstreamError::BasicControl));
        assert!(!error.to_string().contains("s3cret"));
    }
}

#[test]
fn there_is_one_authorization_at_most() {
    let url: Url = "https://mcp.example/mcp".parse().unwrap();
    let bearer = |builder: Builder| builder.bearer("token").unwrap();
    let basic = |builder: Builder| builder.basic("ann", "token").unwrap();
    let found = |builder: Builder| builder.authorize(Without);
    let forwarded = |builder: Builder| builder.forward_authorization(true);
    let ways: [fn(Builder) -> Builder; 4] = [bearer, basic, found, forwarded];
    for (at, first) in ways.iter().enumerate() {
        assert!(first(Upstream::builder(url.clone())).build().is_ok());
        for second in &ways[at + 1..] {
            let error = second(first(Upstream::builder(url.clone()))).build();
            assert!(matches!(error, Err(UpstreamError::TwoAuthorizations)));
        }
    }
}
