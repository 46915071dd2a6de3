//! Sessions and tasks behind a relay: the server's own while nobody here knows who asks, sealed from
//! then on, and sealed for all where both meet.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use tollbar_core::{Body, frame::FrameLayer};
use tollbar_plan::{Keyless, PlanLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::{
    plans::Word,
    relay::relay,
    relayed::{
        ALL_TASKS, ANN, ANN_REFRESHED, BOB, CALL, Front, INITIALIZE, KEY, LIST, NOBODY, begin,
        plans, send, uses, verifying,
    },
    verified::Tokens,
};

/// A token that is of no use here but to the server.
const MALLORY: &[(&str, &str)] = &[("authorization", "Bearer of-mallory")];

const VERSION: &[(&str, &str)] = &[("mcp-protocol-version", "2025-11-25")];

#[tokio::test]
async fn an_unverified_consumer_has_the_servers_own_sessions() {
    let alone = || PlanLayer::new().with(relay());
    for (plans, who) in [
        (Front::sealed(alone()), NOBODY),
        (Front::sealed(alone()), ANN),
        (Front::unsealed(plans(None)), ANN),
        (Front::unsealed(verifying().plans), NOBODY),
    ] {
        assert_eq!(begin(&plans, who).await, "raw-1");
        for (method, body, headers) in uses("raw-1") {
            let outcome = send(&plans, who, method, body, &headers).await;
            assert_eq!(outcome.status, 200, "{method}");
            assert_eq!(outcome.seen_session(), Some("raw-1"));
            assert_eq!(outcome.session.as_deref(), Some("raw-1"));
        }
        // Whose stream an event was on is for the server to know, as all else.
        let again = send(&plans, who, "GET", "", &[("last-event-id", "7")]).await;
        assert_eq!((again.status, again.reason), (200, None));
        let lost = send(&plans, who, "POST", LIST, &[("mcp-session-id", "lost")]).await;
        assert_eq!((lost.status, lost.reason), (404, None));
    }
}

#[tokio::test]
async fn a_verified_consumers_session_is_sealed_and_outlives_its_token() {
    let plans = verifying();
    let sealed = begin(&plans, ANN).await;
    assert!(sealed.starts_with("v1."), "{sealed}");
    for who in [ANN, ANN_REFRESHED] {
        for (method, body, headers) in uses(&sealed) {
            let outcome = send(&plans, who, method, body, &headers).await;
            assert_eq!(outcome.status, 200, "{method} {:?}", outcome.reason);
            assert_eq!(outcome.seen_session(), Some("raw-1"));
            assert_eq!(outcome.session.as_deref(), Some(sealed.as_str()));
        }
    }
}

#[tokio::test]
async fn nobody_else_gets_into_a_sealed_session() {
    let plans = verifying();
    for (owner, others) in [(ANN, [BOB, KEY]), (BOB, [ANN, KEY]), (KEY, [ANN, BOB])] {
        let sealed = begin(&plans, owner).await;
        for (method, body, headers) in uses(&sealed) {
            for other in [NOBODY].into_iter().chain(others) {
                let outcome = send(&plans, other, method, body, &headers).await;
                let expected = (404, Some("session_unknown"));
                assert_eq!((outcome.status, outcome.reason), expected, "{method}");
                assert!(outcome.seen.is_none(), "it reached the server");
            }
        }
    }
}

#[tokio::test]
async fn a_verified_consumer_has_no_use_for_what_was_begun_without_a_token() {
    for plans in [verifying(), Front::unsealed(verifying().plans)] {
        let raw = begin(&plans, NOBODY).await;
        for who in [ANN, BOB, KEY] {
            for (method, body, headers) in uses(&raw) {
                let outcome = send(&plans, who, method, body, &headers).await;
                let expected = (404, Some("session_unknown"));
                assert_eq!((outcome.status, outcome.reason), expected, "{method}");
                assert!(outcome.seen.is_none(), "it reached the server");
            }
            // An honest client begins anew then, and may name what it has lost.
            let begun = send(&plans, who, "POST", INITIALIZE, &[("mcp-session-id", &raw)]).await;
            assert_eq!((begun.status, begun.seen_session()), (200, None));
            assert!(begun.session.unwrap().starts_with("v1."));
        }
    }
}

fn get(id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":5,"method":"tasks/get","params":{{"taskId":"{id}"}}}}"#)
}

#[tokio::test]
async fn tasks_follow_their_makers() {
    let plans = verifying();
    let ask = async |who, body: &str| send(&plans, who, "POST", body, VERSION).await;
    let sealed = ask(ANN, CALL).await.task();
    assert!(sealed.starts_with("t1."), "{sealed}");
    for who in [ANN, ANN_REFRESHED] {
        let outcome = ask(who, &get(&sealed)).await;
        assert_eq!(outcome.task(), sealed);
        assert!(outcome.seen.unwrap().1.contains(r#""raw-task""#));
    }
    let of_nobody = ask(NOBODY, CALL).await.task();
    assert_eq!(ask(NOBODY, &get(&of_nobody)).await.task(), of_nobody);
    for (who, id) in [
        (BOB, sealed.as_str()),
        (KEY, &sealed),
        (NOBODY, &sealed),
        (ANN, &of_nobody),
        (BOB, &of_nobody),
        (ANN, "raw-task"),
        (NOBODY, "raw-task"),
    ] {
        let outcome = ask(who, &get(id)).await;
        assert_eq!(outcome.reason, Some("task_unknown"), "{who:?} {id}");
        assert!(outcome.seen.is_none(), "it reached the server");
    }
    // The server would list everybody's.
    for who in [ANN, NOBODY] {
        assert!(ask(who, ALL_TASKS).await.seen.is_none());
    }
}

#[tokio::test]
async fn tasks_behind_a_relay_alone_are_the_servers_own() {
    let alone = Front::sealed(PlanLayer::new().with(relay()));
    let ask = async |who, body: &str| send(&alone, who, "POST", body, VERSION).await;
    for who in [NOBODY, ANN] {
        assert_eq!(ask(who, CALL).await.task(), "raw-task");
        assert_eq!(ask(who, &get("raw-task")).await.task(), "raw-task");
        // Whom the server knows may have them listed.
        assert!(ask(who, ALL_TASKS).await.seen.is_some());
    }
}

/// The server's own id, which everybody can read who sees a sealed one.
fn peeled(sealed: &str) -> String {
    let part = sealed.rsplit('.').nth(1).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn a_peeled_id_opens_nothing() {
    let beside_keys = Front::sealed(plans(None));
    let alone = PlanLayer::new().with(relay().verified_by(Tokens::default()));
    for (front, alice, mallories) in [
        (&beside_keys, KEY, &[NOBODY, MALLORY][..]),
        (&verifying(), ANN, &[NOBODY]),
        (&Front::sealed(alone), ANN, &[NOBODY]),
    ] {
        let session = peeled(&begin(front, alice).await);
        assert_eq!(session, "raw-1");
        let task = send(front, alice, "POST", CALL, VERSION).await.task();
        let task = peeled(&task);
        assert_eq!(task, "raw-task");
        for mallory in mallories {
            for (method, body, headers) in uses(&session) {
                let outcome = send(front, mallory, method, body, &headers).await;
                let expected = (404, Some("session_unknown"));
                assert_eq!((outcome.status, outcome.reason), expected, "{method}");
                assert!(outcome.seen.is_none(), "it reached the server");
            }
            // Nor does it go on with what begins another session.
            let id = [("mcp-session-id", session.as_str())];
            let begun = send(front, mallory, "POST", INITIALIZE, &id).await;
            assert_eq!((begun.status, begun.seen_session()), (200, None));
            let outcome = send(front, mallory, "POST", &get(&task), VERSION).await;
            assert_eq!(outcome.reason, Some("task_unknown"));
            assert!(outcome.seen.is_none(), "it reached the server");
            let again = [("last-event-id", "7")];
            let outcome = send(front, mallory, "GET", "", &again).await;
            assert_eq!(outcome.reason, Some("resumption_without_session"));
        }
    }
}

#[tokio::test]
async fn where_both_meet_an_unverified_session_is_sealed_to_the_plan_alone() {
    let front = Front::sealed(plans(None));
    let sealed = begin(&front, ANN).await;
    assert!(sealed.starts_with("v1."), "{sealed}");
    let task = send(&front, ANN, "POST", CALL, VERSION).await.task();
    // Whoever else of them names it, the server knows by the token.
    for who in [ANN, ANN_REFRESHED, MALLORY, NOBODY] {
        for (method, body, headers) in uses(&sealed) {
            let outcome = send(&front, who, method, body, &headers).await;
            assert_eq!(outcome.status, 200, "{method} {:?}", outcome.reason);
            assert_eq!(outcome.seen_session(), Some("raw-1"));
            assert_eq!(outcome.session.as_deref(), Some(sealed.as_str()));
        }
        let outcome = send(&front, who, "POST", &get(&task), VERSION).await;
        assert_eq!(outcome.task(), task);
    }
    for (method, body, headers) in uses(&sealed) {
        let outcome = send(&front, KEY, method, body, &headers).await;
        assert_eq!(outcome.reason, Some("session_unknown"), "{method}");
    }
    // A plan of another name, and one whose nobody is known to be nobody.
    let renamed = PlanLayer::new().with(relay().name("theirs"));
    let keyless = PlanLayer::new().with(Keyless::new().name("relay"));
    for plans in [renamed, keyless] {
        let front = Front {
            plans,
            seals_unverified: true,
        };
        for (method, body, headers) in uses(&sealed) {
            let outcome = send(&front, NOBODY, method, body, &headers).await;
            assert_eq!(outcome.reason, Some("session_unknown"), "{method}");
        }
    }
}

#[test]
fn plans_tell_whether_both_come_through() {
    let key = || Word::new("key", "sesame").in_header("x-api-key");
    let verified = || relay().verified_by(Tokens::default());
    for (plans, is_mixed) in [
        (PlanLayer::new(), false),
        (PlanLayer::new().with(key()), false),
        (PlanLayer::new().with(key()).with(Keyless::new()), false),
        (PlanLayer::new().with(relay()), false),
        (
            PlanLayer::new().with(relay()).with(relay().name("b")),
            false,
        ),
        (PlanLayer::new().with(verified()), true),
        (PlanLayer::new().with(relay()).with(verified()), true),
        (PlanLayer::new().with(key()).with(relay()), true),
        (PlanLayer::new().with(relay()).with(key()), true),
    ] {
        assert_eq!(plans.is_mixed(), is_mixed, "{plans:?}");
    }
}

/// Never says anything.
struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_the_right_of_the_token() {
    let tokens = Tokens::default();
    let plans = plans(Some(tokens.clone()));
    let server = service_fn(|_: Request<Body>| async {
        let response = Response::builder().header("content-type", "text/event-stream");
        Ok::<_, Infallible>(response.body(Body::new(Endless)).unwrap())
    });
    let stack = plans.layer(FrameLayer::new().layer(server));
    let open = async |who: &[(&str, &str)]| {
        let mut request = Request::get("/mcp");
        for (name, value) in who {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = stack.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    };
    let ends = async |body: Body| {
        let ended = tokio::time::timeout(Duration::from_secs(3600), body.collect()).await;
        ended.is_ok()
    };
    let (verified, unverified) = (open(ANN).await, open(NOBODY).await);
    tokens.revocation.revoke();
    assert!(ends(verified).await);
    assert!(!ends(unverified).await);
}
