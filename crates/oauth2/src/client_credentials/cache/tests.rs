//! When the endpoint is asked, by a clock that the tests turn.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use http::HeaderValue;
use tokio::{sync::Semaphore, task::JoinSet, time::advance};

use super::{Cache, Issue, Issued};
use crate::{backoff::Pace, client_credentials::failure::TokenFailure};

const PACE: Pace = Pace {
    first: Duration::from_secs(1),
    longest: Duration::from_secs(30),
};

/// Issues `Bearer 1`, `Bearer 2` and so on.
struct Numbers {
    calls: AtomicUsize,
    ended: AtomicUsize,
    recovered: AtomicU32,
    lifetime: Duration,
    /// How long each call takes.
    takes: Duration,
    /// A permit for each call that fails.
    failing: Semaphore,
}

impl Issue for Numbers {
    async fn issue(&self) -> Result<Issued, TokenFailure> {
        let number = self.calls.fetch_add(1, SeqCst) + 1;
        let fails = self.failing.try_acquire().map(|permit| permit.forget());
        tokio::time::sleep(self.takes).await;
        self.ended.fetch_add(1, SeqCst);
        if fails.is_ok() {
            return Err(TokenFailure::Status(500));
        }
        Ok(Issued {
            value: format!("Bearer {number}").try_into().unwrap(),
            lifetime: self.lifetime,
        })
    }

    fn failed(&self, _: &TokenFailure, _: Duration, _: Duration) {}

    fn recovered(&self, failures: u32) {
        self.recovered.store(failures, SeqCst);
    }
}

fn cache(lifetime: u64, takes: u64) -> Arc<Cache<Numbers>> {
    let numbers = Numbers {
        calls: AtomicUsize::new(0),
        ended: AtomicUsize::new(0),
        recovered: AtomicU32::new(0),
        lifetime: Duration::from_secs(lifetime),
        takes: Duration::from_secs(takes),
        failing: Semaphore::new(0),
    };
    Arc::new(Cache::new(numbers, Duration::from_secs(30), PACE))
}

impl Cache<Numbers> {
    fn calls(&self) -> usize {
        self.issuer.calls.load(SeqCst)
    }
}

/// Lets the tasks that are ready run, without a step of the clock.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// Moves the clock, and lets what was waiting for that run.
async fn pass(seconds: u64) {
    advance(Duration::from_secs(seconds)).await;
    settle().await;
}

async fn token(cache: &Arc<Cache<Numbers>>) -> HeaderValue {
    cache.get().await.unwrap()
}

/// The seconds of `Retry-After`.
async fn refused(cache: &Arc<Cache<Numbers>>) -> u64 {
    let refusal = cache.get().await.unwrap_err();
    assert_eq!(refusal.reason(), "upstream_credential_unavailable");
    let response = refusal.into_response(&tollbar_core::Exchange::new());
    assert_eq!(response.status(), 503);
    let after = response.headers()["retry-after"].to_str().unwrap();
    after.parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_thousand_requests_make_one_call() {
    let cache = cache(3600, 5);
    let mut requests = JoinSet::new();
    for _ in 0..1000 {
        let cache = Arc::clone(&cache);
        requests.spawn(async move { cache.get().await.unwrap() });
    }
    for value in requests.join_all().await {
        assert_eq!(value, "Bearer 1");
    }
    assert_eq!(cache.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_call_goes_on_when_the_request_that_started_it_is_gone() {
    let cache = cache(3600, 5);
    let leader = tokio::spawn({
        let cache = Arc::clone(&cache);
        async move { cache.get().await }
    });
    settle().await;
    let follower = tokio::spawn({
        let cache = Arc::clone(&cache);
        async move { cache.get().await }
    });
    settle().await;
    leader.abort();
    assert!(leader.await.unwrap_err().is_cancelled());
    assert_eq!(follower.await.unwrap().unwrap(), "Bearer 1");
    assert_eq!(cache.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_in_the_background_before_it_expires() {
    let cache = cache(100, 0);
    assert_eq!(token(&cache).await, "Bearer 1");
    pass(69).await;
    assert_eq!(token(&cache).await, "Bearer 1");
    settle().await;
    assert_eq!(cache.calls(), 1);
    pass(1).await;
    // The one that comes now does not wait for the next token, and starts a single call for it.
    for _ in 0..100 {
        assert_eq!(token(&cache).await, "Bearer 1");
    }
    settle().await;
    assert_eq!(cache.calls(), 2);
    assert_eq!(token(&cache).await, "Bearer 2");
}

#[tokio::test(start_paused = true)]
async fn a_short_token_is_renewed_at_half_of_its_life() {
    let cache = cache(20, 0);
    assert_eq!(token(&cache).await, "Bearer 1");
    pass(9).await;
    token(&cache).await;
    settle().await;
    assert_eq!(cache.calls(), 1);
    pass(1).await;
    token(&cache).await;
    settle().await;
    assert_eq!(cache.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_life_of_a_token_counts_from_the_moment_it_was_asked_for() {
    let cache = cache(100, 60);
    assert_eq!(token(&cache).await, "Bearer 1");
    pass(10).await;
    assert_eq!(token(&cache).await, "Bearer 1");
    settle().await;
    assert_eq!(cache.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_never_given_away() {
    let cache = cache(100, 0);
    assert_eq!(token(&cache).await, "Bearer 1");
    pass(100).await;
    assert_eq!(token(&cache).await, "Bearer 2");
}

#[tokio::test(start_paused = true)]
async fn an_old_token_stays_in_use_while_renewing_fails_and_no_longer() {
    let cache = cache(100, 0);
    assert_eq!(token(&cache).await, "Bearer 1");
    cache.issuer.failing.add_permits(1000);
    pass(70).await;
    for _ in 70..100 {
        assert_eq!(token(&cache).await, "Bearer 1");
        pass(1).await;
    }
    // 1, 2, 4, 8 and 16 seconds between them.
    assert_eq!(cache.calls(), 6);
    pass(30).await;
    assert!(refused(&cache).await <= 30);
}

#[tokio::test(start_paused = true)]
async fn failures_are_remembered_for_longer_and_longer() {
    let cache = cache(3600, 0);
    cache.issuer.failing.add_permits(8);
    for (at, longest) in [1, 2, 4, 8, 16, 30, 30, 30].into_iter().enumerate() {
        let after = refused(&cache).await;
        assert!(after <= longest && after * 10 >= longest * 8, "{after}");
        assert_eq!(cache.calls(), at + 1);
        // Nobody asks meanwhile.
        advance(Duration::from_millis(longest * 790)).await;
        assert!(refused(&cache).await <= longest / 5 + 1);
        assert_eq!(cache.calls(), at + 1);
        advance(Duration::from_millis(longest * 220)).await;
    }
    assert_eq!(token(&cache).await, "Bearer 9");
    assert_eq!(cache.issuer.recovered.load(SeqCst), 8);
    // What comes after a success counts from the beginning.
    pass(3600).await;
    cache.issuer.failing.add_permits(1);
    assert_eq!(refused(&cache).await, 1);
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_are_told_of_a_failure_at_once() {
    let cache = cache(3600, 5);
    cache.issuer.failing.add_permits(1);
    let mut requests = JoinSet::new();
    for _ in 0..100 {
        let cache = Arc::clone(&cache);
        requests.spawn(async move { refused(&cache).await });
    }
    assert_eq!(requests.join_all().await, [1; 100]);
    assert_eq!(cache.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_dropped_once() {
    let cache = cache(3600, 0);
    let first = token(&cache).await;
    assert!(cache.refused(&first));
    let second = token(&cache).await;
    assert_eq!(second, "Bearer 2");
    // Those that had carried the first one may try again, and do not drop the second.
    for _ in 0..100 {
        assert!(cache.refused(&first));
    }
    assert_eq!(token(&cache).await, second);
    assert_eq!(cache.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_refuses_every_token_does_not_wear_out_the_endpoint() {
    let cache = cache(3600, 0);
    for _ in 0..600 {
        let value = token(&cache).await;
        if cache.refused(&value) {
            token(&cache).await;
        }
        pass(1).await;
    }
    // After 0, 1, 3, 7, 15, 31 seconds and then each half a minute, or a little more often.
    assert!((20..=32).contains(&cache.calls()), "{}", cache.calls());
    // A token that was good for some time is replaced at once, and the next after a second.
    pass(120).await;
    for _ in 0..2 {
        let value = token(&cache).await;
        assert!(cache.refused(&value));
        pass(1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_to_be_had_when_asking_has_just_failed() {
    let cache = cache(3600, 0);
    let value = token(&cache).await;
    cache.issuer.failing.add_permits(1);
    assert!(cache.refused(&value));
    assert_eq!(refused(&cache).await, 1);
    assert!(!cache.refused(&value));
    pass(1).await;
    assert!(cache.refused(&value));
    assert_eq!(token(&cache).await, "Bearer 3");
}

#[test]
fn a_call_that_ends_with_its_runtime_does_not_block_the_next() {
    let cache = cache(3600, 5);
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap()
    };
    let first = runtime();
    first.block_on(async {
        let cache = Arc::clone(&cache);
        tokio::spawn(async move { cache.get().await });
        settle().await;
    });
    drop(first);
    assert_eq!((cache.calls(), cache.issuer.ended.load(SeqCst)), (1, 0));
    let value = runtime().block_on(token(&cache));
    assert_eq!(value, "Bearer 2");
}
