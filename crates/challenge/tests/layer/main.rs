//! What the layer serves, and what it says to those who were refused.

mod cost;
mod metadata;
mod refused;

use std::convert::Infallible;

use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header::WWW_AUTHENTICATE,
    request::Parts,
};
use http_body_util::BodyExt as _;
use tollbar_challenge::{ChallengeLayer, ProtectedResource};
use tollbar_core::{Body, Exchange, Guard, GuardLayer, Kind, Pass, Refusal};
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

const PATH: &str = "/.well-known/oauth-protected-resource";

fn resource(url: &str) -> ProtectedResource {
    ProtectedResource::new(url.parse().unwrap(), "https://idp.example").unwrap()
}

/// Refuses everything, in the way that it was told.
#[derive(Clone)]
struct Refuser(Option<Refusal>);

impl Refuser {
    fn new(kind: Kind, lines: &[&'static str]) -> Self {
        let refusal = Refusal::new(kind, "no", "no");
        let refusal = lines.iter().fold(refusal, |refusal, line| {
            refusal.with_header(WWW_AUTHENTICATE, HeaderValue::from_static(line))
        });
        Self(Some(refusal))
    }
}

impl Guard for Refuser {
    async fn check(&self, _: &Parts, _: &Exchange) -> Result<Pass, Refusal> {
        self.0.clone().map_or_else(|| Ok(Pass::new()), Err)
    }
}

/// A server that answers with a status of its own and its own challenges.
fn server(
    status: u16,
    lines: &'static [&'static str],
) -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send>
+ Clone
+ Send {
    service_fn(move |_: Request<Body>| async move {
        let mut response = Response::new(Body::from("of the server"));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        for line in lines {
            let line = HeaderValue::from_static(line);
            response.headers_mut().append(WWW_AUTHENTICATE, line);
        }
        Ok(response)
    })
}

/// A request through the layer, a guard and that server.
async fn ask(
    layer: &ChallengeLayer,
    guard: &Refuser,
    method: Method,
    path: &str,
) -> Response<Body> {
    let stack = layer.layer(GuardLayer::new(guard.clone()).layer(server(200, &[])));
    let request = Request::builder().method(method).uri(path);
    stack
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

fn challenges(headers: &HeaderMap) -> Vec<&str> {
    let lines = headers.get_all(WWW_AUTHENTICATE).iter();
    lines.map(|line| line.to_str().unwrap()).collect()
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}
