//! How often a server is asked that fails.

use std::time::{Duration, Instant};

use tollbar_oauth2::AuthorizationServerBuilder;

use crate::{
    asking::{Asking, INACTIVE, Told, UNAVAILABLE, UNSAID, ann},
    scripted::{
        APPENDED, OAUTH, Reply, Scripted, active, for_tokens, inactive, reply, status, usual,
    },
};

/// Long enough for a slow machine to ask often within it.
const PAUSE: Duration = Duration::from_millis(800);

async fn failing(
    answer: Reply,
    set: impl FnOnce(AuthorizationServerBuilder) -> AuthorizationServerBuilder,
) -> (Scripted, Asking) {
    let server = Scripted::answering(answer).await;
    let builder = set(server.builder().retry(PAUSE, PAUSE));
    (server, Asking::new(builder.build().unwrap()))
}

fn same(builder: AuthorizationServerBuilder) -> AuthorizationServerBuilder {
    builder
}

#[tokio::test]
async fn in_an_outage_the_server_is_asked_three_times_and_then_once_in_each_while() {
    let (server, asking) = failing(status(500), same).await;
    for _ in 0..50 {
        assert_eq!(asking.ask().await, UNAVAILABLE);
    }
    assert_eq!((server.questions(), server.probes()), (3, 1));
    for trials in 1..=2 {
        tokio::time::sleep(PAUSE).await;
        for _ in 0..50 {
            assert_eq!(asking.ask().await, UNAVAILABLE);
        }
        assert_eq!((server.questions(), server.probes()), (3, 1 + trials));
    }
    // It comes back, and the first who asks sees it.
    server.turn(usual(&server.origin, |_| active()));
    tokio::time::sleep(PAUSE).await;
    for _ in 0..5 {
        assert_eq!(asking.ask().await, ann());
    }
    assert_eq!((server.questions(), server.probes()), (3 + 5, 1 + 2 + 1));
}

#[tokio::test]
async fn while_one_tries_nobody_else_does() {
    let (server, asking) = failing(status(500), same).await;
    for _ in 0..3 {
        asking.ask().await;
    }
    let slow = Duration::from_millis(200);
    server.turn(usual(&server.origin, move |_| active().after(slow)));
    tokio::time::sleep(PAUSE).await;
    let asked: Vec<_> = (0..20).map(|_| asking.ask()).collect();
    let told = futures(asked).await;
    assert_eq!(told.iter().filter(|told| **told == ann()).count(), 1);
    assert_eq!(told.iter().filter(|told| **told == UNAVAILABLE).count(), 19);
    assert_eq!(asking.ask().await, ann());
}

/// All at once.
async fn futures<F: Future>(all: Vec<F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.into_iter().map(Box::pin).collect();
    let mut told = Vec::new();
    std::future::poll_fn(|context| {
        all.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(one) => {
                told.push(one);
                false
            }
            std::task::Poll::Pending => true,
        });
        if all.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    told
}

#[tokio::test]
async fn failures_between_answers_do_not_add_up() {
    let server = Scripted::start(|origin| {
        let mut asked = 0;
        usual(origin, move |_| {
            asked += 1;
            if asked % 3 == 0 {
                inactive()
            } else {
                status(503)
            }
        })
    })
    .await;
    let asking = Asking::new(server.builder().build().unwrap());
    for _ in 0..5 {
        assert_eq!(asking.ask().await, UNAVAILABLE);
        assert_eq!(asking.ask().await, UNAVAILABLE);
        assert_eq!(asking.ask().await, INACTIVE);
    }
}

#[tokio::test]
async fn so_many_failures_open_it_as_are_set() {
    let (server, asking) = failing(status(500), |builder| builder.failures(1)).await;
    for _ in 0..10 {
        assert_eq!(asking.ask().await, UNAVAILABLE);
    }
    assert_eq!((server.questions(), server.probes()), (1, 1));
}

#[tokio::test]
async fn tokens_that_the_server_cannot_read_cut_nobody_off() {
    for answer in [
        status(400),
        reply(400, r#"{"error":"invalid_request"}"#),
        status(403),
        status(413),
        status(414),
        status(422),
    ] {
        let server = Scripted::failing_on_tokens(answer).await;
        let asking = Asking::new(server.builder().retry(PAUSE, PAUSE).build().unwrap());
        for _ in 0..10 {
            assert_eq!(asking.ask().await, UNSAID);
        }
        assert_eq!(server.questions(), 10);
        assert!((1..=3).contains(&server.probes()), "{}", server.probes());
        server.turn(usual(&server.origin, |_| active()));
        assert_eq!(asking.ask().await, ann());
    }
    // While a client that is not known is everybody's trouble.
    for answer in [
        reply(400, r#"{"error":"invalid_client"}"#),
        reply(403, r#"{"error":"insufficient_scope"}"#),
        status(403),
    ] {
        let (server, asking) = failing(answer, same).await;
        for _ in 0..10 {
            assert_eq!(asking.ask().await, UNAVAILABLE);
        }
        assert_eq!(server.questions(), 3);
    }
}

/// Some servers say of a token that they have not issued that it is a bad request: also of one of the
/// gateway's own.
#[tokio::test]
async fn a_server_that_refuses_what_it_has_not_issued_is_not_left_alone() {
    for refused in [status(400), status(413), status(422)] {
        let server = Scripted::start(|origin| {
            let refused = refused.clone();
            usual(origin, move |asked| match asked.body.contains("good") {
                true => active(),
                false => refused.clone(),
            })
        })
        .await;
        let asking = Asking::new(server.builder().build().unwrap());
        for _ in 0..10 {
            assert_eq!(asking.ask().await, UNAVAILABLE);
        }
        assert_eq!(asking.ask_about("good-t0ken").await.0, ann(), "{refused:?}");
    }
}

/// Whoever knows tokens on which the server fails must not be able to cut off all others.
#[tokio::test]
async fn tokens_on_which_the_server_fails_cut_nobody_off() {
    for answer in [
        status(500),
        status(503).with_header("retry-after", "20"),
        status(401),
        reply(403, r#"{"error":"access_denied"}"#),
        reply(200, "{".repeat(1000)),
        reply(200, "<html>"),
        active().with_header("content-type", "text/html"),
        status(302).with_header("location", "https://other.example/"),
        active().after(Duration::from_secs(30)),
    ] {
        let is_slow = answer.delay > Duration::ZERO;
        let server = Scripted::start(|origin| {
            let mut answer = for_tokens(answer.clone());
            usual(origin, move |asked| match asked.body.contains("good") {
                true => active(),
                false => answer(asked),
            })
        })
        .await;
        let builder = server.builder().timeout(Duration::from_millis(250));
        let asking = Asking::new(builder.build().unwrap());
        let mut good = 0;
        let odd = if is_slow { 6 } else { 30 };
        for _ in 0..odd {
            let Told::Out(503, _) = asking.ask().await else {
                panic!("{answer:?} is no failure");
            };
            good += 1;
            let (told, _) = asking.ask_about(&format!("good-t0ken-{good}")).await;
            assert_eq!(told, ann(), "{answer:?}");
        }
        // Also when nothing else is asked meanwhile.
        for _ in 0..odd {
            asking.ask().await;
        }
        let (told, _) = asking.ask_about("last-good-t0ken").await;
        assert_eq!(told, ann(), "{answer:?}");
    }
}

/// It is not asked about such a token again and again, and says when to come.
#[tokio::test]
async fn a_token_on_which_the_server_fails_is_left_alone_for_a_while() {
    let server = Scripted::failing_on_tokens(status(400)).await;
    let asking = Asking::new(server.builder().build().unwrap());
    for _ in 0..20 {
        let told = asking.ask_about("odd-t0ken").await;
        assert_eq!(told, (UNSAID, Some(5)));
    }
    assert_eq!((server.questions(), server.probes()), (1, 1));
}

#[tokio::test]
async fn a_server_that_asks_for_a_wait_gets_it() {
    for (code, asked, longest, expected) in [
        (429, "2", 30, 2),
        (503, " 7 ", 30, 7),
        (429, "86400", 9, 9),
        (429, "0", 30, 1),
    ] {
        let server = Scripted::answering(status(code).with_header("retry-after", asked)).await;
        let (first, longest) = (Duration::from_secs(1), Duration::from_secs(longest));
        let asking = Asking::new(server.builder().retry(first, longest).build().unwrap());
        for _ in 0..5 {
            let (told, after) = asking.ask_about("opaque-t0ken").await;
            assert_eq!(
                (told, after),
                (UNAVAILABLE, Some(expected)),
                "{code} {asked}"
            );
        }
        assert_eq!((server.questions(), server.probes()), (1, 1));
    }
    // A wait that cannot be read is none.
    for asked in ["soon", "-1", "1e9", "Fri, 31 Dec 2049 23:59:59 GMT"] {
        let server = Scripted::answering(status(429).with_header("retry-after", asked)).await;
        let asking = Asking::new(server.builder().build().unwrap());
        for _ in 0..5 {
            assert_eq!(asking.ask().await, UNAVAILABLE);
        }
        assert_eq!((server.questions(), server.probes()), (3, 1));
    }
}

#[tokio::test]
async fn a_slow_server_is_waited_for_three_times() {
    let limit = Duration::from_millis(200);
    let slow = active().after(Duration::from_secs(30));
    let (server, asking) = failing(slow, |builder| builder.timeout(limit)).await;
    let begun = Instant::now();
    for _ in 0..3 {
        assert_eq!(asking.ask().await, UNAVAILABLE);
    }
    assert!(begun.elapsed() >= limit * 3);
    let begun = Instant::now();
    for _ in 0..20 {
        assert_eq!(asking.ask().await, UNAVAILABLE);
    }
    assert!(begun.elapsed() < limit);
    assert_eq!((server.questions(), server.probes()), (3, 1));
}

#[tokio::test]
async fn metadata_that_cannot_be_found_is_looked_for_three_times() {
    let server = Scripted::start(|_| |_: &_| status(500)).await;
    let asking = Asking::new(server.builder().retry(PAUSE, PAUSE).build().unwrap());
    for _ in 0..20 {
        assert_eq!(asking.ask().await, UNAVAILABLE);
    }
    assert_eq!(server.asked(OAUTH).len(), 3);
    assert_eq!(server.asked(APPENDED).len(), 3);
    server.turn(usual(&server.origin, |_| active()));
    tokio::time::sleep(PAUSE).await;
    assert_eq!(asking.ask().await, ann());
}

#[tokio::test]
async fn a_server_that_asks_for_a_wait_is_not_looked_for_elsewhere() {
    let server = Scripted::start(|_| |_: &_| status(429).with_header("retry-after", "7")).await;
    let asking = Asking::new(server.builder().build().unwrap());
    for _ in 0..5 {
        let (told, after) = asking.ask_about("opaque-t0ken").await;
        assert_eq!((told, after), (UNAVAILABLE, Some(7)));
    }
    assert_eq!(server.paths(), [OAUTH]);
}
