//! The authorization server of a test, and the plan that asks it.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tollbar_core::{Exchange, Kind, Refusal};
use tollbar_oauth2::{AuthorizationServer, AuthorizationServerBuilder, Jwt, JwtBuilder};
use tollbar_plan::{Admission, Credential, Plan as _};

use crate::signer::Signer;

pub(crate) const ISSUER: &str = "https://login.example";
pub(crate) const AUDIENCE: &str = "https://gw.example/mcp";

/// An endpoint with keys.
#[derive(Clone)]
pub(crate) struct Authority(Arc<Inner>);

struct Inner {
    port: u16,
    answer: Mutex<(u16, String)>,
    asked: AtomicUsize,
}

impl Authority {
    /// With the keys of these signers.
    pub(crate) async fn new(signers: &[&Signer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = Self(Arc::new(Inner {
            port: listener.local_addr().unwrap().port(),
            answer: Mutex::default(),
            asked: AtomicUsize::new(0),
        }));
        authority.has(signers);
        tokio::spawn(authority.clone().serve(listener));
        authority
    }

    async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let authority = self.clone();
            let service = service_fn(move |_: Request<Incoming>| {
                authority.0.asked.fetch_add(1, Ordering::Relaxed);
                let (status, body) = authority.0.answer.lock().unwrap().clone();
                let answer = Response::builder().status(status);
                let answer = answer.body(Full::new(Bytes::from(body))).unwrap();
                async { Ok::<_, Infallible>(answer) }
            });
            let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async {
                let _ = serving.await;
            });
        }
    }

    pub(crate) fn has(&self, signers: &[&Signer]) {
        let keys: Vec<_> = signers.iter().map(|signer| signer.public()).collect();
        self.has_keys(&keys);
    }

    pub(crate) fn has_keys(&self, keys: &[Value]) {
        self.says(200, &json!({"keys": keys}).to_string());
    }

    pub(crate) fn says(&self, status: u16, body: &str) {
        *self.0.answer.lock().unwrap() = (status, body.to_owned());
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::Relaxed)
    }

    pub(crate) fn server(&self) -> AuthorizationServerBuilder {
        let url = format!("http://127.0.0.1:{}/keys", self.0.port);
        AuthorizationServer::builder(ISSUER).jwks_uri(url.parse().unwrap())
    }

    pub(crate) fn builder(&self) -> JwtBuilder {
        Jwt::builder(self.server().build().unwrap()).audience(AUDIENCE)
    }

    pub(crate) fn plan(&self) -> Jwt {
        self.builder().build().unwrap()
    }
}

/// A server and its plan, for tests that need one key only.
pub(crate) async fn plan_of(signer: &Signer) -> Jwt {
    Authority::new(&[signer]).await.plan()
}

/// Seconds since 1970, so many from now.
pub(crate) fn seconds(from_now: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap() + from_now
}

/// The claims of a good token.
pub(crate) fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ann",
        "client_id": "inspector",
        "exp": seconds(600),
        "iat": seconds(0),
        "jti": "1",
        "scope": "mcp tools",
    })
}

/// Good claims but for one; `null` takes it off.
pub(crate) fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    if claims[name].is_null() {
        claims.as_object_mut().unwrap().remove(name);
    }
    claims
}

/// What the plan says. Waits, but not for ever.
pub(crate) async fn judge(plan: &Jwt, token: &str) -> Result<Admission, Refusal> {
    let exchange = Exchange::new();
    let judging = plan.identify(Credential::Token(token), &exchange);
    let Ok(judged) = tokio::time::timeout(Duration::from_secs(20), judging).await else {
        panic!("it takes too long");
    };
    if let Err(refusal) = &judged {
        // Nothing of the token comes back, nor where the keys are.
        let message = refusal.message();
        assert!(!message.contains("127.0.0.1"), "{message}");
        let part = token.get(..token.len().min(12)).unwrap_or("-");
        assert!(part.len() < 12 || !message.contains(part), "{message}");
    }
    judged
}

/// The reason of the refusal, or `admitted`.
pub(crate) async fn reason(plan: &Jwt, token: &str) -> &'static str {
    let Err(refusal) = judge(plan, token).await else {
        return "admitted";
    };
    let kind = match refusal.reason() {
        "token_scope" => Kind::InsufficientScope,
        "authorization_server_unavailable" => Kind::Unavailable,
        _ => Kind::Unauthenticated,
    };
    assert_eq!(refusal.kind(), kind, "{refusal:?}");
    let made_up = [
        "token_malformed",
        "token_wrong_algorithm",
        "token_wrong_issuer",
        "token_unknown_key",
        "token_bad_signature",
    ];
    let is_made_up = made_up.contains(&refusal.reason());
    // Of a type nobody knows but from the token itself, before or behind the signature.
    let is_either = refusal.reason() == "token_wrong_type";
    assert!(
        is_either || refusal.is_attempt() == is_made_up,
        "{refusal:?}"
    );
    refusal.reason()
}
