//! The stack behind a key plan, and the credentials for it.

use std::{convert::Infallible, sync::OnceLock};

use futures_util::FutureExt as _;
use http::{HeaderValue, Request, Response, header};
use tollbar::{
    acl::Access,
    analytics::{Analytics, AnalyticsLayer},
    core::{
        Body, Forwarding, GuardLayer, Guarded,
        frame::{Frame, FrameLayer},
        origin::Origins,
    },
    plan::{
        FailedAttempts, PlanLayer, Plans, SessionLayer, SessionSecret, Sessions, Tasks,
        key::{KeyPlan, Keys, MemoryStore, NewKey, Pepper},
    },
};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::cors::Cors;

use super::{
    answer::Memory,
    layers::{Framed, Stack, cors, origins},
};

/// Who asks by key, and what is asked.
pub(crate) type Keyed = Guarded<Framed, Plans>;

/// The same, with sessions.
pub(crate) type Sealed = Guarded<Frame<Guarded<Memory, Sessions>>, Plans>;
/// The stack of `Gateway`, but for the upstream at its end: what happened, from where, who asks,
/// what is asked, and in which session.
pub(crate) type Whole = Analytics<Cors<Guarded<Inside, ((Forwarding, Origins), Plans)>>>;
type Within = (Option<Sessions>, (Option<Tasks>, Option<Access>));
type Inside = Frame<Guarded<Memory, Within>>;

/// A store with a thousand keys, and one of them.
struct Issued {
    plans: PlanLayer,
    sessions: SessionLayer,
    authorization: HeaderValue,
    session: HeaderValue,
}

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1.0"}}}"#;

fn issued() -> &'static Issued {
    static ISSUED: OnceLock<Issued> = OnceLock::new();
    ISSUED.get_or_init(|| {
        let (store, pepper) = (MemoryStore::new(), Pepper::generate().unwrap());
        let keys = Keys::new(store.clone(), pepper.clone());
        let create = |number: usize| {
            let new = NewKey::new(format!("key {number}"))
                .proxy("bench")
                .owner("ann");
            keys.create(new).now_or_never().unwrap().unwrap().0
        };
        let mut made: Vec<_> = (0..1000).map(create).collect();
        let key = made.pop().unwrap();
        let plans = PlanLayer::new()
            .with(KeyPlan::new(store, pepper).proxy("bench"))
            .attempts(FailedAttempts::new());
        let sessions = SessionLayer::new(SessionSecret::generate().unwrap()).proxy("bench");
        let authorization = format!("Bearer {}", key.expose()).parse().unwrap();
        let session = begin(&plans, &sessions, &authorization);
        Issued {
            plans,
            sessions,
            authorization,
            session,
        }
    })
}

/// Begins a session, as a client would.
fn begin(plans: &PlanLayer, sessions: &SessionLayer, authorization: &HeaderValue) -> HeaderValue {
    let server = service_fn(|_: Request<Body>| async {
        let result = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}}"#;
        let response = Response::builder()
            .header("content-type", "application/json")
            .header("mcp-session-id", "5f2b8f0c-59a4-4a5e-9f1e-3f0b7c1d2e4a");
        Ok::<_, Infallible>(response.body(Body::from(result)).unwrap())
    });
    let stack = plans.layer(FrameLayer::new().layer(sessions.layer(server)));
    let request = Request::post("/mcp")
        .header("content-type", "application/json")
        .header(header::AUTHORIZATION, authorization);
    let answer = stack.oneshot(request.body(Body::from(INITIALIZE)).unwrap());
    let Ok(response) = answer.now_or_never().unwrap();
    response.headers()["mcp-session-id"].clone()
}

/// The plan that lets the measured request in.
pub(crate) fn plans() -> PlanLayer {
    issued().plans.clone()
}

impl Stack for Keyed {
    fn around(server: Memory) -> Self {
        issued().plans.layer(Framed::around(server))
    }

    fn admit(request: &mut Request<Body>) {
        let authorization = issued().authorization.clone();
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, authorization);
    }
}

impl Stack for Sealed {
    fn around(server: Memory) -> Self {
        let issued = issued();
        let inner = FrameLayer::new().layer(issued.sessions.layer(server));
        issued.plans.layer(inner)
    }

    fn admit(request: &mut Request<Body>) {
        Keyed::admit(request);
        let session = issued().session.clone();
        request.headers_mut().insert("mcp-session-id", session);
    }
}

impl Stack for Whole {
    fn around(server: Memory) -> Self {
        let issued = issued();
        let tasks = Some(issued.sessions.tasks().guard());
        let session = GuardLayer::new((Some(issued.sessions.guard()), (tasks, None)));
        let inner = FrameLayer::new().layer(session.layer(server));
        let gate = ((Forwarding::default(), origins()), issued.plans.guard());
        let inner = cors().layer(GuardLayer::new(gate).layer(inner));
        AnalyticsLayer::new(drop).proxy("bench").layer(inner)
    }

    fn admit(request: &mut Request<Body>) {
        Sealed::admit(request);
    }
}
