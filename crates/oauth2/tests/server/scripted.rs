//! The authorization server's side of a test.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tollbar_oauth2::{AuthorizationServer, AuthorizationServerBuilder};

/// Where RFC 8414 looks for the metadata of an issuer with the path `/tenant`.
pub(crate) const OAUTH: &str = "/.well-known/oauth-authorization-server/tenant";
/// Where OpenID Connect Discovery looks for it.
pub(crate) const APPENDED: &str = "/tenant/.well-known/openid-configuration";
/// Where RFC 8414 section 5 looks for that of OpenID.
pub(crate) const INSERTED: &str = "/.well-known/openid-configuration/tenant";
pub(crate) const INTROSPECT: &str = "/tenant/introspect";
pub(crate) const KEYS: &str = "/tenant/keys";

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// What is answered: at once, or after a while.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) answer: Response<String>,
    pub(crate) delay: Duration,
}

type Script = dyn FnMut(&Asked) -> Reply + Send;

/// A server that answers by a script, and keeps what it was asked.
#[derive(Clone)]
pub(crate) struct Scripted {
    pub(crate) origin: String,
    state: Arc<Mutex<State>>,
}

struct State {
    script: Box<Script>,
    asked: Vec<Asked>,
    /// Under way now, and the most there ever were.
    busy: (usize, usize),
}

impl Scripted {
    /// Listens with this script, which is given the server's origin.
    pub(crate) async fn start<S>(script: impl FnOnce(&str) -> S) -> Self
    where
        S: FnMut(&Asked) -> Reply + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = Self::new(origin.clone(), script(&origin));
        let by_task = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(by_task.clone().serve(stream));
            }
        });
        server
    }

    pub(crate) fn new(
        origin: String,
        script: impl FnMut(&Asked) -> Reply + Send + 'static,
    ) -> Self {
        tollbar_test_log::ready();
        let state = State {
            script: Box::new(script),
            asked: Vec::new(),
            busy: (0, 0),
        };
        let state = Arc::new(Mutex::new(state));
        Self { origin, state }
    }

    /// A server that gives this answer about tokens of clients, and answers about others.
    pub(crate) async fn failing_on_tokens(answer: Reply) -> Self {
        Self::start(|origin| usual(origin, for_tokens(answer))).await
    }

    /// How often it was asked about tokens of clients.
    pub(crate) fn questions(&self) -> usize {
        let asked = self.asked(INTROSPECT);
        asked.iter().filter(|asked| !asked.is_probe()).count()
    }

    /// How often it was asked about a token that nobody has chosen.
    pub(crate) fn probes(&self) -> usize {
        self.asked(INTROSPECT).len() - self.questions()
    }

    /// A server with metadata where OpenID has it, and this answer about every token.
    pub(crate) async fn answering(answer: Reply) -> Self {
        Self::start(|origin| usual(origin, move |_| answer.clone())).await
    }

    pub(crate) fn issuer(&self) -> String {
        format!("{}/tenant", self.origin)
    }

    pub(crate) fn builder(&self) -> AuthorizationServerBuilder {
        AuthorizationServer::builder(self.issuer()).client("gateway", "s3cret")
    }

    /// Goes on by another script.
    pub(crate) fn turn(&self, script: impl FnMut(&Asked) -> Reply + Send + 'static) {
        self.lock().script = Box::new(script);
    }

    /// All that was asked at this path.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        let state = self.lock();
        let asked = state.asked.iter().filter(|asked| asked.path == path);
        asked.cloned().collect()
    }

    /// The paths of all that was asked.
    pub(crate) fn paths(&self) -> Vec<String> {
        let state = self.lock();
        state.asked.iter().map(|it| it.path.clone()).collect()
    }

    /// The most requests that were ever under way at once.
    pub(crate) fn most(&self) -> usize {
        self.lock().busy.1
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Serves one connection.
    pub(crate) async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let service = service_fn(move |request| self.clone().answer(request));
        // A client that leaves is an error of the connection, and what some tests do.
        let _ = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await;
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let asked = Asked {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        };
        let reply = {
            let mut state = self.lock();
            state.busy.0 += 1;
            state.busy.1 = state.busy.1.max(state.busy.0);
            let reply = (state.script)(&asked);
            state.asked.push(asked);
            reply
        };
        tokio::time::sleep(reply.delay).await;
        self.lock().busy.0 -= 1;
        Ok(reply.answer.map(Full::from))
    }
}

/// A script of a server with metadata where OpenID has it, and no keys.
pub(crate) fn usual<F>(
    origin: &str,
    mut introspect: F,
) -> impl FnMut(&Asked) -> Reply + Send + use<F>
where
    F: FnMut(&Asked) -> Reply + Send + 'static,
{
    let metadata = metadata(origin);
    move |asked| match &*asked.path {
        APPENDED => document(&metadata),
        INTROSPECT => introspect(asked),
        KEYS => document(&json!({"keys": []})),
        _ => status(404),
    }
}

/// The metadata of a server that MCP clients can use.
pub(crate) fn metadata(origin: &str) -> Value {
    json!({
        "issuer": format!("{origin}/tenant"),
        "authorization_endpoint": format!("{origin}/tenant/authorize"),
        "token_endpoint": format!("{origin}/tenant/token"),
        "registration_endpoint": format!("{origin}/tenant/register"),
        "introspection_endpoint": format!("{origin}{INTROSPECT}"),
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic"],
        "jwks_uri": format!("{origin}{KEYS}"),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

impl Asked {
    /// Whether this is about a token that the gateway has made up, and not about one of a test's.
    pub(crate) fn is_probe(&self) -> bool {
        !self.body.contains("t0ken")
    }
}

/// An answer about tokens of clients, when the server answers about others as it should.
pub(crate) fn for_tokens(answer: Reply) -> impl FnMut(&Asked) -> Reply + Send {
    move |asked| match asked.is_probe() {
        true => inactive(),
        false => answer.clone(),
    }
}

impl Reply {
    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        let value = value.parse().unwrap();
        self.answer.headers_mut().insert(name, value);
        self
    }
}

/// JSON with this status.
pub(crate) fn reply(status: u16, content: impl Into<String>) -> Reply {
    let answer = Response::builder()
        .status(status)
        .header("content-type", "application/json;charset=UTF-8")
        .body(content.into());
    Reply {
        answer: answer.unwrap(),
        delay: Duration::ZERO,
    }
}

pub(crate) fn document(content: &Value) -> Reply {
    reply(200, content.to_string())
}

/// A status without content.
pub(crate) fn status(status: u16) -> Reply {
    let answer = Response::builder().status(status).body(String::new());
    Reply {
        answer: answer.unwrap(),
        delay: Duration::ZERO,
    }
}

/// A token that is good for everything.
pub(crate) fn active() -> Reply {
    reply(200, ACTIVE)
}

pub(crate) const ACTIVE: &str =
    r#"{"active":true,"sub":"ann","client_id":"agent","token_type":"bearer"}"#;

pub(crate) fn inactive() -> Reply {
    reply(200, r#"{"active":false}"#)
}
