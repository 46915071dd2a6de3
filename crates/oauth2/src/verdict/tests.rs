use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::time::Instant;

use super::*;
use crate::{claims::TokenFault, unavailable::Unavailable};

fn refused(lifetime: u64) -> Verdict {
    Verdict::refused(TokenFault::Inactive, Duration::from_secs(lifetime))
}

fn is_inactive(verdict: Option<Verdict>) -> bool {
    verdict.is_some_and(|it| matches!(it.finding, Finding::Refused(rejected) if rejected.fault == TokenFault::Inactive))
}

#[test]
fn a_digest_is_of_all_its_parts() {
    let digests = [
        TokenDigests::new(&["plan", "audience"]).of("token"),
        TokenDigests::new(&["plan", "audienc"]).of("etoken"),
        TokenDigests::new(&["planaudience"]).of("token"),
        TokenDigests::new(&["plan"]).of("token"),
        TokenDigests::new(&["plan", "audience", "token"]).of(""),
        TokenDigests::new(&["plan", "audience"]).of("Token"),
    ];
    for (index, digest) in digests.iter().enumerate() {
        assert!(!digests[..index].contains(digest), "{index}");
    }
    let again = TokenDigests::new(&["plan", "audience"]).of("token");
    assert_eq!(digests[0], again);
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_for_later_stands() {
    let (verdicts, token) = (Verdicts::new(1 << 20), [7; 32]);
    let early = Instant::now();
    tokio::time::advance(Duration::from_secs(1)).await;
    let late = Instant::now();
    verdicts.keep(token, refused(60), late);
    let fault = Verdict::refused(TokenFault::Bound, Duration::from_secs(60));
    let stands = verdicts.keep(token, fault.clone(), early);
    assert!(is_inactive(Some(stands)));
    assert!(is_inactive(verdicts.get(&token)));
    verdicts.keep(token, fault, late);
    assert!(!is_inactive(verdicts.get(&token)));
}

#[tokio::test(start_paused = true)]
async fn a_verdict_has_its_time() {
    let (verdicts, token) = (Verdicts::new(1 << 20), [7; 32]);
    verdicts.keep(token, refused(10), Instant::now());
    tokio::time::advance(Duration::from_millis(9_999)).await;
    assert!(is_inactive(verdicts.get(&token)));
    tokio::time::advance(Duration::from_millis(1)).await;
    assert!(verdicts.get(&token).is_none());
    // One without time takes the place of another one, and is not kept itself.
    verdicts.keep(token, refused(10), Instant::now());
    verdicts.keep(token, refused(0), Instant::now());
    assert!(verdicts.get(&token).is_none());
    verdicts.keep(token, refused(u64::MAX), Instant::now());
    assert!(is_inactive(verdicts.get(&token)));
}

#[tokio::test]
async fn the_cache_has_its_bound() {
    let verdicts = Verdicts::new(64 << 10);
    for number in 0..100_000_u32 {
        let mut token = [0; 32];
        token[..4].copy_from_slice(&number.to_be_bytes());
        verdicts.keep(token, refused(3600), Instant::now());
    }
    let (entries, bytes) = verdicts.load();
    assert!(entries > 0 && entries <= 128, "{entries}");
    assert!(bytes <= 64 << 10, "{bytes}");
}

#[tokio::test]
async fn a_revoked_verdict_is_not_handed_out() {
    let (verdicts, token) = (Verdicts::new(1 << 20), [7; 32]);
    let known = Known {
        consumer: tollbar_core::Consumer::new("login"),
        begins: None,
        expires: None,
        skew: Duration::ZERO,
        size: 0,
    };
    let revocation = Arc::new(Revocation::new());
    let minute = Duration::from_secs(60);
    let verdict = Verdict::admitted(known, Arc::clone(&revocation), minute);
    verdicts.keep(token, verdict, Instant::now());
    assert!(verdicts.get(&token).is_some());
    assert!(!revocation.is_shared());
    revocation.revoke();
    assert!(verdicts.get(&token).is_none());
}

/// Judges once for two who wait, of whom the first leaves; and anew when all have left.
#[tokio::test(start_paused = true)]
async fn judging_belongs_to_those_who_wait() {
    let (verdicts, token) = (Verdicts::new(1 << 20), [7; 32]);
    let begun = Arc::new(AtomicUsize::new(0));
    let ask = || {
        let (verdicts, begun) = (verdicts.clone(), Arc::clone(&begun));
        tokio::spawn(async move {
            let judge = || async move {
                begun.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(10)).await;
                Ok::<_, Unavailable>(refused(1))
            };
            is_inactive(verdicts.once(token, judge).await.ok())
        })
    };
    let (first, second) = (ask(), ask());
    tokio::time::sleep(Duration::from_secs(5)).await;
    first.abort();
    assert!(second.await.unwrap());
    assert_eq!(begun.load(Ordering::Relaxed), 1);
    let lonely = ask();
    tokio::time::sleep(Duration::from_secs(5)).await;
    lonely.abort();
    assert!(lonely.await.is_err());
    assert!(ask().await.unwrap());
    assert_eq!(begun.load(Ordering::Relaxed), 3);
}
