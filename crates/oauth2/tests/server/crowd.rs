//! Many who ask at once.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use crate::{
    asking::{Asking, UNAVAILABLE, ann},
    scripted::{APPENDED, INTROSPECT, OAUTH, Scripted, active, status, usual},
};

#[tokio::test]
async fn no_more_than_the_limit_ask_at_once_and_the_others_wait() {
    let delay = Duration::from_millis(50);
    let server = Scripted::answering(active().after(delay)).await;
    let asking = Asking::new(server.builder().in_flight(4).build().unwrap());
    let asking = Arc::new(asking);
    let mut all = JoinSet::new();
    for _ in 0..40 {
        let asking = Arc::clone(&asking);
        all.spawn(async move { asking.ask().await });
    }
    assert!(all.join_all().await.iter().all(|told| *told == ann()));
    assert_eq!(server.asked(INTROSPECT).len(), 40);
    assert_eq!(server.most(), 4);
    // All of them found the metadata together.
    assert_eq!(
        (server.asked(OAUTH).len(), server.asked(APPENDED).len()),
        (1, 1)
    );
}

#[tokio::test]
async fn who_waits_too_long_is_refused_and_nobody_else_is() {
    let (limit, delay) = (Duration::from_millis(900), Duration::from_millis(600));
    let server = Scripted::answering(active().after(delay)).await;
    let builder = server.builder().in_flight(2).timeout(limit);
    let asking = Arc::new(Asking::new(builder.build().unwrap()));
    // The metadata is known from here on.
    assert_eq!(asking.ask().await, ann());
    let mut all = JoinSet::new();
    for _ in 0..10 {
        let asking = Arc::clone(&asking);
        all.spawn(async move { asking.ask().await });
    }
    let told = all.join_all().await;
    // Two at once, two after them; for the next two it is too late.
    assert_eq!(told.iter().filter(|told| **told == ann()).count(), 4);
    assert_eq!(told.iter().filter(|told| **told == UNAVAILABLE).count(), 6);
    assert_eq!(server.asked(INTROSPECT).len(), 5);
    // A crowd is no failure of the server.
    assert_eq!(asking.ask().await, ann());
}

#[tokio::test]
async fn when_the_server_fails_those_in_line_do_not_ask_it() {
    let server = Scripted::start(|origin| {
        let delay = Duration::from_millis(50);
        usual(origin, move |_| status(500).after(delay))
    })
    .await;
    let builder = server.builder().in_flight(2);
    let asking = Arc::new(Asking::new(builder.build().unwrap()));
    let mut all = JoinSet::new();
    for _ in 0..100 {
        let asking = Arc::clone(&asking);
        all.spawn(async move { asking.ask().await });
    }
    let told = all.join_all().await;
    assert!(told.iter().all(|told| *told == UNAVAILABLE));
    // The third failure opens the breaker, when the gateway's own token has failed as well; one more is
    // under way each time.
    assert!(server.questions() <= 6, "{}", server.questions());
    assert!((1..=2).contains(&server.probes()));
}
