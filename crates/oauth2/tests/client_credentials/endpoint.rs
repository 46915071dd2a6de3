//! The authorization server's side of a test.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tollbar_core::{Authorize as _, Exchange};
use tollbar_oauth2::{ClientCredentials, ClientCredentialsBuilder};
use url::Url;

pub(crate) const TOKEN: &str =
    r#"{"access_token":"issued-token","token_type":"Bearer","expires_in":3600}"#;

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A token endpoint that answers the same to everybody.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Endpoint {
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn builder(&self) -> ClientCredentialsBuilder {
        builder(&self.url)
    }
}

pub(crate) fn builder(url: &Url) -> ClientCredentialsBuilder {
    tollbar_test_log::ready();
    ClientCredentials::builder(url.clone(), "gateway", "s3cret")
}

/// An endpoint that answers 200 with this content.
pub(crate) async fn issuing(content: &str) -> Endpoint {
    answering(json(200, content)).await
}

pub(crate) fn json(status: u16, content: &str) -> Response<String> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json;charset=UTF-8")
        .body(content.to_owned())
        .unwrap()
}

/// An endpoint with this answer.
pub(crate) async fn answering(answer: Response<String>) -> Endpoint {
    slow(answer, Duration::ZERO).await
}

/// An endpoint that takes its time.
pub(crate) async fn slow(answer: Response<String>, delay: Duration) -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
    let by_server = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, answer.clone(), delay, Arc::clone(&by_server)));
        }
    });
    let url = format!("http://{address}/oauth2/token").parse().unwrap();
    Endpoint { url, asked }
}

/// Serves one connection.
pub(crate) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    answer: Response<String>,
    delay: Duration,
    asked: Arc<Mutex<Vec<Asked>>>,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let (answer, asked) = (answer.clone(), Arc::clone(&asked));
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            asked.lock().unwrap().push(Asked {
                line: format!("{} {}", head.method, head.uri),
                headers: head.headers,
                body: String::from_utf8(body.to_vec()).unwrap(),
            });
            tokio::time::sleep(delay).await;
            Ok::<_, Infallible>(answer.map(Full::<bytes::Bytes>::from))
        }
    });
    // A client that leaves is an error of the connection, and what some tests do.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// The value, or the status and reason of the refusal. Waits, but not for ever.
pub(crate) async fn value(credentials: &ClientCredentials) -> Result<String, (u16, &'static str)> {
    let exchange = Exchange::new();
    let asking = credentials.authorize(&exchange);
    let Ok(answer) = tokio::time::timeout(Duration::from_secs(20), asking).await else {
        panic!("it takes too long");
    };
    match answer {
        Ok(value) => {
            assert!(value.is_sensitive());
            Ok(value.to_str().unwrap().to_owned())
        }
        Err(refusal) => {
            let reason = refusal.reason();
            assert!(!refusal.message().contains("127.0.0.1"));
            let response = refusal.into_response(&exchange);
            assert!(response.headers().contains_key("retry-after"));
            Err((response.status().as_u16(), reason))
        }
    }
}

pub(crate) const NONE: Result<String, (u16, &str)> = Err((503, "upstream_credential_unavailable"));
