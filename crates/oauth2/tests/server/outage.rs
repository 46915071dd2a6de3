//! How often a server is asked that fails.

use std::time::{Duration, Instant};

use tollbar_oauth2::AuthorizationServerBuilder;

use crate::{
    asking::{Asking, INACTIVE, UNAVAILABLE, ann},
    scripted::{
        APPENDED, INTROSPECT, OAUTH, Reply, Scripted, active, inactive, reply, status, usual,
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
    assert_eq!(server.asked(INTROSPECT).len(), 3);
    for trials in 1..=2 {
        tokio::time::sleep(PAUSE).await;
        for _ in 0..50 {
            assert_eq!(asking.ask().await, UNAVAILABLE);
        }
        assert_eq!(server.asked(INTROSPECT).len(), 3 + trials);
    }
    // It comes back, and the first who asks sees it.
    server.turn(usual(&server.origin, |_| active()));
    tokio::time::sleep(PAUSE).await;
    for _ in 0..5 {
        assert_eq!(asking.ask().await, ann());
    }
    assert_eq!(server.asked(INTROSPECT).len(), 3 + 2 + 5);
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
    assert_eq!(server.asked(INTROSPECT).len(), 1);
}

#[tokio::test]
async fn tokens_that_the_server_cannot_read_cut_nobody_off() {
    for answer in [
        status(400),
        reply(400, r#"{"error":"invalid_request"}"#),
        status(413),
        status(414),
        status(422),
    ] {
        let (server, asking) = failing(answer, same).await;
        for _ in 0..10 {
            assert_eq!(asking.ask().await, UNAVAILABLE);
        }
        assert_eq!(server.asked(INTROSPECT).len(), 10);
        server.turn(usual(&server.origin, |_| active()));
        assert_eq!(asking.ask().await, ann());
    }
    // While a client that is not known is everybody's trouble.
    let (server, asking) = failing(reply(400, r#"{"error":"invalid_client"}"#), same).await;
    for _ in 0..10 {
        assert_eq!(asking.ask().await, UNAVAILABLE);
    }
    assert_eq!(server.asked(INTROSPECT).len(), 3);
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
        assert_eq!(server.asked(INTROSPECT).len(), 1);
    }
    // A wait that cannot be read is none.
    for asked in ["soon", "-1", "1e9", "Fri, 31 Dec 2049 23:59:59 GMT"] {
        let server = Scripted::answering(status(429).with_header("retry-after", asked)).await;
        let asking = Asking::new(server.builder().build().unwrap());
        for _ in 0..5 {
            assert_eq!(asking.ask().await, UNAVAILABLE);
        }
        assert_eq!(server.asked(INTROSPECT).len(), 3);
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
    assert_eq!(server.asked(INTROSPECT).len(), 3);
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
