//! Questions that cost too much.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use tollbar_dashboard::{Dimension, Order, Query, QueryError};

use crate::filled::{everything, filled, spread};

#[tokio::test]
async fn a_question_that_takes_too_long_is_cut_short() {
    let events = spread(20_000, 3_600, 1).await;
    let place = filled(&events);
    let query = place.query(|settings| settings.time = Duration::from_millis(1));
    let timed = |query: &Query| {
        let started = Instant::now();
        let answer = query.top(&everything(), Dimension::Client, Order::Count, 10);
        (started.elapsed(), answer)
    };
    let patient = place.query(|_| {});
    let whole = timed(&patient);
    whole.1.unwrap();
    // The quickest of some: others use this machine too.
    let cut = (0..10).map(|_| {
        let (took, answer) = timed(&query);
        let error = answer.unwrap_err();
        assert!(matches!(error, QueryError::TooSlow), "{error}");
        assert!(
            error.to_string().contains("ask for a shorter period"),
            "{error}"
        );
        took
    });
    let took = cut.min().unwrap();
    assert!(took < whole.0 / 2, "{took:?} of {:?}", whole.0);
    // The connection is as good as before: a quick question is answered, and leaves no transaction open.
    for _ in 0..10 {
        assert!(query.end().is_ok());
        let asked = query.top(&everything(), Dimension::Rule, Order::Count, 10);
        assert!(matches!(asked, Err(QueryError::TooSlow)));
    }
}

#[tokio::test]
async fn so_many_are_asked_at_a_time() {
    let events = spread(20_000, 3_600, 1).await;
    let place = filled(&events);
    let started = Instant::now();
    let patient = place.query(|_| {});
    patient
        .top(&everything(), Dimension::Client, Order::Count, 10)
        .unwrap();
    let once = started.elapsed();
    // Eight of them do not fit one after the other into the time that each has.
    let one = place.query(|settings| {
        settings.readers = 1;
        settings.time = once * 3;
    });
    let barrier = Arc::new(Barrier::new(8));
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let (query, barrier) = (one.clone(), Arc::clone(&barrier));
            thread::spawn(move || {
                barrier.wait();
                let mut outcomes = [0; 3];
                let deadline = Instant::now() + Duration::from_secs(2);
                while Instant::now() < deadline {
                    let by = Dimension::Client;
                    let asked = query.top(&everything(), by, Order::Count, 10);
                    outcomes[match asked {
                        Ok(_) => 0,
                        Err(QueryError::TooSlow) => 1,
                        Err(QueryError::Busy) => 2,
                        Err(error) => panic!("{error}"),
                    }] += 1;
                }
                outcomes
            })
        })
        .collect();
    let outcomes: Vec<[u32; 3]> = asking.into_iter().map(|it| it.join().unwrap()).collect();
    let sum = |place: usize| outcomes.iter().map(|outcome| outcome[place]).sum::<u32>();
    assert!(sum(0) > 0 && sum(2) > 0, "{outcomes:?}");
    // Nothing is held back for good.
    assert!(one.end().is_ok());
}
