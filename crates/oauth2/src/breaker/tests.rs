//! How a breaker opens and closes.

use std::time::Duration;

use tokio::time::{Instant, advance};

use super::{Breaker, Failed, Permit};
use crate::backoff::Pace;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

fn breaker() -> Breaker {
    let pace = Pace {
        first: FIRST,
        longest: LONGEST,
    };
    Breaker::new(3, pace)
}

fn enter(breaker: &Breaker) -> Permit<'_> {
    breaker.enter(Instant::now()).unwrap()
}

fn fail(permit: Permit<'_>) -> Failed {
    permit.fail(Instant::now(), None)
}

/// Fails until it is open, and says for how long.
fn open(breaker: &Breaker) -> Duration {
    assert_eq!(fail(enter(breaker)), Failed::Counted(1));
    assert_eq!(fail(enter(breaker)), Failed::Counted(2));
    let Failed::Opened(3, wait) = fail(enter(breaker)) else {
        panic!("it is not open");
    };
    wait
}

#[tokio::test(start_paused = true)]
async fn some_failures_in_a_row_open_it() {
    let breaker = breaker();
    assert_eq!(fail(enter(&breaker)), Failed::Counted(1));
    assert_eq!(fail(enter(&breaker)), Failed::Counted(2));
    assert_eq!(enter(&breaker).succeed(), 2);
    assert_eq!(enter(&breaker).succeed(), 0);
    let wait = open(&breaker);
    assert!(wait > FIRST * 3 / 4 && wait <= FIRST, "{wait:?}");
    assert_eq!(breaker.enter(Instant::now()).unwrap_err(), wait);
    assert_eq!(breaker.left(Instant::now()), Some(wait));
}

#[tokio::test(start_paused = true)]
async fn after_the_wait_a_single_one_tries() {
    let breaker = breaker();
    advance(open(&breaker)).await;
    assert_eq!(breaker.left(Instant::now()), None);
    let trial = enter(&breaker);
    assert!(breaker.enter(Instant::now()).is_err());
    assert!(breaker.left(Instant::now()).is_some());
    assert_eq!(trial.succeed(), 3);
    let (one, two) = (enter(&breaker), enter(&breaker));
    assert_eq!((one.succeed(), two.succeed()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_trial_that_fails_doubles_the_wait_up_to_the_longest() {
    let breaker = breaker();
    let mut wait = open(&breaker);
    for expected in [2, 4, 8, 16, 30, 30] {
        advance(wait).await;
        let Failed::Opened(_, longer) = fail(enter(&breaker)) else {
            panic!("it is not open");
        };
        wait = longer;
        let whole = Duration::from_secs(expected);
        assert!(wait > whole * 3 / 4 && wait <= whole, "{wait:?}");
    }
    advance(wait).await;
    assert_eq!(enter(&breaker).succeed(), 9);
    assert!(open(&breaker) <= FIRST);
}

#[tokio::test(start_paused = true)]
async fn what_was_begun_before_it_opened_does_not_count() {
    let breaker = breaker();
    let early: Vec<_> = (0..2).map(|_| enter(&breaker)).collect();
    let wait = open(&breaker);
    let mut early = early.into_iter();
    assert_eq!(early.next().map(fail), Some(Failed::Late));
    assert_eq!(early.next().map(Permit::succeed), Some(0));
    assert_eq!(breaker.left(Instant::now()), Some(wait));
}

#[tokio::test(start_paused = true)]
async fn a_trial_that_is_given_up_leaves_its_place_to_the_next() {
    let breaker = breaker();
    advance(open(&breaker)).await;
    drop(enter(&breaker));
    assert_eq!(enter(&breaker).succeed(), 3);
    drop(enter(&breaker));
    assert_eq!(breaker.left(Instant::now()), None);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_a_wait_gets_it_within_bounds() {
    for (asked, expected) in [(7, 7), (86_400, 30)] {
        let breaker = breaker();
        let asked = Some(Duration::from_secs(asked));
        let failed = enter(&breaker).fail(Instant::now(), asked);
        assert_eq!(failed, Failed::Opened(1, Duration::from_secs(expected)));
    }
    let breaker = breaker();
    let none = enter(&breaker).fail(Instant::now(), Some(Duration::ZERO));
    assert!(matches!(none, Failed::Opened(1, wait) if wait > FIRST / 2));
}
