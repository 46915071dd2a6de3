//! Plans that tests are made with, and the service behind them.

use std::{
    convert::Infallible,
    future::ready,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{HeaderMap, HeaderName, Request, Response};
use tollbar_core::{Body, Consumer, Exchange, Kind, Refusal};
use tollbar_plan::{Admission, Credential, Fit, Identify, Plan, PlanLayer, Source};
use tower::{Layer as _, ServiceExt as _, service_fn};

/// A plan that knows one token, and counts how often it is asked.
#[derive(Clone)]
pub(crate) struct Word {
    pub(crate) name: &'static str,
    pub(crate) word: &'static str,
    pub(crate) source: Source,
    /// Words that begin so are certainly its own.
    pub(crate) prefix: &'static str,
    pub(crate) asked: Arc<AtomicUsize>,
}

impl Word {
    pub(crate) fn new(name: &'static str, word: &'static str) -> Self {
        Self {
            name,
            word,
            source: Source::Authorization,
            prefix: "-",
            asked: Arc::default(),
        }
    }

    pub(crate) fn in_header(mut self, name: &'static str) -> Self {
        self.source = Source::Header(HeaderName::from_static(name));
        self
    }

    pub(crate) fn with_prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Plan for Word {
    fn name(&self) -> &str {
        self.name
    }

    fn source(&self) -> Source {
        self.source.clone()
    }

    fn fit(&self, credential: &Credential<'_>) -> Fit {
        match credential {
            Credential::Token(token) if token.starts_with(self.prefix) => Fit::Certain,
            Credential::Token(_) => Fit::Possible,
            _ => Fit::No,
        }
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let Credential::Token(token) = credential else {
            panic!("a plan was given another credential than it asked for");
        };
        Box::pin(ready(match token == self.word {
            true => Ok(Admission::new(Consumer::new(self.name))),
            false => Err(Refusal::new(
                Kind::Unauthenticated,
                "wrong_word",
                "that is \"not\" the word",
            )),
        }))
    }
}

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The plan that admitted it.
    pub(crate) plan: Option<String>,
    pub(crate) reason: Option<&'static str>,
    /// What the service saw, when the request came so far.
    pub(crate) seen: Option<HeaderMap>,
}

impl Outcome {
    /// The lines of the challenge.
    pub(crate) fn challenges(&self) -> Vec<&str> {
        let lines = self.headers.get_all("www-authenticate").iter();
        lines.map(|line| line.to_str().unwrap()).collect()
    }
}

/// Sends a request through the layer.
pub(crate) async fn send(layer: &PlanLayer, mut request: Request<Body>) -> Outcome {
    let exchange = Exchange::of(request.extensions_mut());
    let seen = Arc::new(Mutex::new(None));
    let note = Arc::clone(&seen);
    let service = service_fn(move |request: Request<Body>| {
        *note.lock().unwrap() = Some(request.headers().clone());
        ready(Ok::<_, Infallible>(Response::new(Body::empty())))
    });
    let response = layer.layer(service).oneshot(request).await.unwrap();
    let seen = seen.lock().unwrap().take();
    Outcome {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        plan: exchange
            .consumer()
            .map(|consumer| consumer.plan().to_owned()),
        reason: exchange.refusal().map(Refusal::reason),
        seen,
    }
}

/// A POST with these headers.
pub(crate) fn with(headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::post("/mcp");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}
