//! Very many tokens.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};

use crate::login::{ADMITTED, INACTIVE, Login, good, reason, show, show_this};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_random_tokens_does_not_drive_out_those_in_use() {
    const TOKENS: usize = 20_000;
    let login = Login::of(&good()).await;
    // Some 200 verdicts.
    let builder = login.builder().cache_size(100 << 10);
    let plan = builder
        .negative_ttl(Duration::from_secs(600))
        .build()
        .unwrap();
    for _ in 0..20 {
        assert_eq!(reason(show(&plan).await), ADMITTED);
    }
    let flood = stream::iter(0..TOKENS).for_each_concurrent(32, async |number| {
        let token = format!("made-up-{number}");
        assert_eq!(reason(show_this(&plan, &token).await), INACTIVE);
        if number % 50 == 0 {
            assert_eq!(reason(show(&plan).await), ADMITTED);
        }
    });
    flood.await;
    assert_eq!(reason(show(&plan).await), ADMITTED);
    // Once for each of the flood; for the one in use a few times, if at all, when it was driven out.
    let for_the_good_one = login.calls() - TOKENS;
    assert!(for_the_good_one <= 4, "{for_the_good_one}");
    let shown = format!("{plan:?}");
    let entries = shown
        .split("entries: ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap();
    let entries: usize = entries.trim_end_matches(',').parse().unwrap();
    assert!(entries <= 300, "{shown}");
}
