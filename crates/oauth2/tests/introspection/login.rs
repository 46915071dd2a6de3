//! The authorization server's side of a test, and the gateway's.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use tollbar_core::{Exchange, Refusal};
use tollbar_oauth2::{
    AuthorizationServer, AuthorizationServerBuilder, Introspection, IntrospectionBuilder,
};
use tollbar_plan::{Admission, Credential, Plan as _};

pub(crate) const PROXY: &str = "https://gw.example/mcp";
pub(crate) const TOKEN: &str = "2YotnFZFEjr1zCsicMWpAA";

/// An authorization server that says of each token what it is told to.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) issuer: String,
    state: Arc<Mutex<State>>,
    serving: Arc<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    said: HashMap<String, (u16, String)>,
    asked: Vec<String>,
    delay: Duration,
}

impl Login {
    /// It calls every token inactive, until it is told otherwise.
    pub(crate) async fn open() -> Self {
        tollbar_test_log::ready();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let state: Arc<Mutex<State>> = Arc::default();
        let by_server = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&by_server);
                let service = service_fn(move |request| answer(request, Arc::clone(&state)));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self {
            issuer,
            state,
            serving: Arc::new(serving),
        }
    }

    /// A server that says this of [`TOKEN`].
    pub(crate) async fn of(said: &Value) -> Self {
        let login = Self::open().await;
        login.say(TOKEN, said);
        login
    }

    /// What it says of a token from now on.
    pub(crate) fn say(&self, token: &str, said: &Value) {
        self.answer(token, 200, &said.to_string());
    }

    /// What it answers from now on to whoever asks about a token.
    pub(crate) fn answer(&self, token: &str, status: u16, content: &str) {
        let answer = (status, content.to_owned());
        let mut state = self.state.lock().unwrap();
        state.said.insert(token.to_owned(), answer);
    }

    pub(crate) fn revoke(&self, token: &str) {
        self.say(token, &json!({ "active": false }));
    }

    /// Lets it take its time from now on.
    pub(crate) fn delay(&self, delay: Duration) {
        self.state.lock().unwrap().delay = delay;
    }

    /// How often it was asked.
    pub(crate) fn calls(&self) -> usize {
        self.state.lock().unwrap().asked.len()
    }

    /// Nobody listens any more.
    pub(crate) fn close(&self) {
        self.serving.abort();
        // Connections that are open stay so, and would still be answered.
        self.state.lock().unwrap().said.clear();
        self.answer(TOKEN, 503, "closed");
    }

    pub(crate) fn server(&self) -> AuthorizationServerBuilder {
        let endpoint = format!("{}/introspect", self.issuer).parse().unwrap();
        AuthorizationServer::builder(&self.issuer)
            .client("gateway", "s3cret")
            .introspection_endpoint(endpoint)
            // The clocks of some tests run fast.
            .timeout(Duration::from_secs(3600))
    }

    pub(crate) fn bare(&self) -> IntrospectionBuilder {
        Introspection::builder(self.server().build().unwrap())
    }

    pub(crate) fn builder(&self) -> IntrospectionBuilder {
        self.bare().audience(PROXY)
    }

    pub(crate) fn plan(&self) -> Introspection {
        self.builder().build().unwrap()
    }
}

async fn answer(
    request: Request<Incoming>,
    state: Arc<Mutex<State>>,
) -> Result<Response<Full<bytes::Bytes>>, Infallible> {
    assert_eq!(request.uri().path(), "/introspect");
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let token = body.split('&').find_map(|pair| pair.strip_prefix("token="));
    let token = token.unwrap().to_owned();
    let (said, delay) = {
        let mut state = state.lock().unwrap();
        let said = state.said.get(&token).cloned();
        state.asked.push(token);
        (said, state.delay)
    };
    tokio::time::sleep(delay).await;
    let (status, content) = said.unwrap_or_else(|| (200, r#"{"active":false}"#.to_owned()));
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Full::from(content));
    Ok(response.unwrap())
}

/// What is said of a good token.
pub(crate) fn good() -> Value {
    json!({
        "active": true,
        "sub": "ann",
        "client_id": "editor",
        "aud": PROXY,
        "scope": "mcp tools:call",
        "token_type": "Bearer",
        "exp": at(3600),
        "tenant": "t7",
    })
}

/// What is said of a good token, with another member.
pub(crate) fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut said = good();
    said[name] = value.into();
    said
}

/// What is said of a good token, without a member.
pub(crate) fn without(name: &str) -> Value {
    let mut said = good();
    said.as_object_mut().unwrap().remove(name);
    said
}

/// Seconds since 1970, so many from now.
pub(crate) fn at(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap() + seconds
}

/// Shows [`TOKEN`] to a plan.
pub(crate) async fn show(plan: &Introspection) -> Result<Admission, Refusal> {
    show_this(plan, TOKEN).await
}

/// Shows a token to a plan.
pub(crate) async fn show_this(plan: &Introspection, token: &str) -> Result<Admission, Refusal> {
    let exchange = Exchange::new();
    plan.identify(Credential::Token(token), &exchange).await
}

/// Why a token is refused, with the status.
pub(crate) fn reason(judged: Result<Admission, Refusal>) -> (u16, &'static str) {
    match judged {
        Ok(_) => (200, "admitted"),
        Err(refusal) => (refusal.status().as_u16(), refusal.reason()),
    }
}

/// What comes of [`TOKEN`] when this is said of it.
pub(crate) async fn judged(said: &Value) -> (u16, &'static str) {
    reason(show(&Login::of(said).await.plan()).await)
}

pub(crate) const ADMITTED: (u16, &str) = (200, "admitted");
pub(crate) const INACTIVE: (u16, &str) = (401, "token_inactive");
pub(crate) const UNSAID: (u16, &str) = (503, "token_not_introspected");
pub(crate) const UNAVAILABLE: (u16, &str) = (503, "authorization_server_unavailable");

/// Lets time pass, and gives whoever wants something from the network the time for it.
pub(crate) async fn pass(seconds: u32) {
    for _ in 0..seconds {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(1)).await;
        tokio::time::resume();
        tokio::time::sleep(Duration::from_millis(8)).await;
    }
}
