//! Refusals that no configuration can bring about: those of hosts that arrange the layers themselves.

use std::{
    convert::Infallible,
    future::ready,
    io,
    sync::{Arc, Mutex},
};

use http::{HeaderName, Request as HttpRequest, Response, request::Parts};
use tollbar::{
    Server,
    acl::{AclLayer, Decision, Question, Rule, Rules},
    analytics::{AnalyticsLayer, JsonLines},
    core::{Body, Exchange, Guard, GuardLayer, Message, Pass, Refusal, frame::FrameLayer},
    plan::{
        Credential, Fit, Identify, Keyless, Plan, PlanLayer, Relay, SessionLayer, SessionSecret,
        Source,
        certificate::CertificatePlan,
        key::{KeyPlan, Keys, MemoryStore, NewKey, Pepper},
    },
};
use tollbar_tests::local::Local;
use tower::{Layer, Service, service_fn, util::BoxCloneSyncService};

use super::{
    book::{Book, Case},
    broken_store::BrokenStore,
    request::{CALL, Request},
    scene::lines_of,
};

type Stack = BoxCloneSyncService<HttpRequest<Body>, Response<Body>, Infallible>;

/// What was written into the log.
#[derive(Clone, Debug, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) async fn provoke(book: Arc<Book>) {
    let (store, pepper) = (MemoryStore::new(), Pepper::generate().unwrap());
    let keys = Keys::new(store.clone(), pepper.clone());
    let (key, _) = keys.create(NewKey::new("ci").all_proxies()).await.unwrap();
    let broken = PlanLayer::new().with(KeyPlan::new(BrokenStore, pepper.clone()));
    let claiming = PlanLayer::new().with(KeyPlan::new(store, pepper));
    let claiming = claiming.with(Relay::new(SessionSecret::generate().unwrap()));
    let call = || Request::post("/mcp", CALL);
    let frame = FrameLayer::new;
    let unavailable = "unavailable";
    for (reason, kind, stack, request) in [
        // The key file is in memory, and goes on being used when it cannot be read any more.
        (
            "key_store_unavailable",
            unavailable,
            stack(broken.layer(server())),
            call().bearer(key.expose()),
        ),
        // A layer of plans gives this plan nothing else. Another plan may ask it.
        (
            "certificate_missing",
            "unauthenticated",
            stack(PlanLayer::new().with(Delegating::new()).layer(server())),
            call().with("x-word", "a"),
        ),
        // A proxy without a plan is keyless.
        (
            "no_plan",
            unavailable,
            stack(PlanLayer::new().layer(server())),
            call(),
        ),
        // A proxy has one layer of plans, and one frame.
        (
            "judged_twice",
            unavailable,
            stack(keyless().layer(keyless().layer(server()))),
            call(),
        ),
        (
            "framed_twice",
            unavailable,
            stack(frame().layer(frame().layer(server()))),
            call(),
        ),
        // No such configuration is taken.
        (
            "authorization_claimed_twice",
            unavailable,
            stack(claiming.layer(server())),
            call(),
        ),
        // The gateway has its layers in order.
        (
            "session_unbound",
            unavailable,
            stack(sessions().layer(server())),
            call(),
        ),
        (
            "task_unbound",
            unavailable,
            stack(sessions().tasks().layer(server())),
            call(),
        ),
        (
            "acl_unbound",
            unavailable,
            stack(AclLayer::new(Rules::none()).layer(server())),
            call(),
        ),
        // A reload by which other headers matter ends what is under way: `grant_ended`.
        ("acl_replaced", unavailable, replaced(), call()),
        // What the gateway itself changes lies apart, and inside of its frame.
        (
            "filters_disagree",
            unavailable,
            stack(frame().layer(GuardLayer::new(Undecided).layer(server()))),
            call(),
        ),
        (
            "edits_disagree",
            unavailable,
            stack(GuardLayer::new(Editing).layer(server())),
            call(),
        ),
    ] {
        let written = Written::default();
        let lines = JsonLines::new(written.clone()).unwrap();
        let local = Local::serve(AnalyticsLayer::new(lines).layer(stack), Server::new());
        let told = request.send(&local.address.to_string()).await;
        let said = || String::from_utf8_lossy(&written.0.lock().unwrap()).into_owned();
        let line = lines_of(request.trace(), 1, said).await;
        book.note(&Case::new(reason, kind), &told, &line[0]);
    }
}

fn stack<S>(service: S) -> Stack
where
    S: Service<HttpRequest<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    BoxCloneSyncService::new(service)
}

/// An MCP server that answers.
fn server() -> Stack {
    stack(service_fn(|_: HttpRequest<Body>| ready(Ok(answer()))))
}

fn answer() -> Response<Body> {
    let result = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
    let response = Response::builder().header("content-type", "application/json");
    response.body(Body::from(result)).unwrap()
}

fn keyless() -> PlanLayer {
    PlanLayer::new().with(Keyless::new())
}

fn sessions() -> SessionLayer {
    SessionLayer::new(SessionSecret::generate().unwrap())
}

/// A server during whose work the rules are replaced by some that may look at any header.
fn replaced() -> Stack {
    let rules = Rules::new([Rule::allow("everything")]).unwrap();
    let rules = AclLayer::new(rules);
    let replaced = rules.clone();
    let server = service_fn(move |_: HttpRequest<Body>| {
        let any = |_: &Question<'_>| Decision::allow();
        replaced.replace(&AclLayer::new(any));
        ready(Ok::<_, Infallible>(answer()))
    });
    let framed = FrameLayer::new().layer(rules.layer(server));
    stack(keyless().layer(framed))
}

/// A plan that has another one judge, whatever is shown.
struct Delegating(CertificatePlan);

impl Delegating {
    fn new() -> Self {
        Self(CertificatePlan::new())
    }
}

impl Plan for Delegating {
    fn name(&self) -> &str {
        "delegating"
    }

    fn source(&self) -> Source {
        Source::Header(HeaderName::from_static("x-word"))
    }

    fn fit(&self, _: &Credential<'_>) -> Fit {
        Fit::Possible
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, exchange: &'a Exchange) -> Identify<'a> {
        self.0.identify(credential, exchange)
    }
}

/// Has a filter that wants two things of the same place.
#[derive(Clone)]
struct Undecided;

impl Guard for Undecided {
    async fn check(&self, _: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        let filter = |_: &Exchange, message: &mut Message<'_>| {
            if let Some(result) = message.result() {
                message.replace(result.span(), "1");
                message.replace(result.span(), "2");
            }
            Ok(())
        };
        exchange.filter(Arc::new(filter)).unwrap();
        Ok(Pass::new())
    }
}

/// Wants a change in a body that nobody has read.
#[derive(Clone)]
struct Editing;

impl Guard for Editing {
    async fn check(&self, _: &Parts, _: &Exchange) -> Result<Pass, Refusal> {
        Ok(Pass::new().with_edit(0..1, "2"))
    }
}
