//! Many requests with one token.

use std::time::Duration;

use tokio::{task::JoinSet, time::timeout};

use crate::login::{ADMITTED, INACTIVE, Login, TOKEN, UNAVAILABLE, good, reason, show, show_this};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_requests_with_one_cold_token_make_one_call() {
    for said in [Some(good()), None] {
        let login = Login::open().await;
        if let Some(said) = &said {
            login.say(TOKEN, said);
        }
        login.delay(Duration::from_millis(100));
        let plan = login.plan();
        let mut requests = JoinSet::new();
        for _ in 0..1000 {
            let plan = plan.clone();
            requests.spawn(async move { reason(show(&plan).await) });
        }
        let expected = if said.is_some() { ADMITTED } else { INACTIVE };
        let answers = requests.join_all().await;
        assert_eq!(answers.len(), 1000);
        assert!(answers.iter().all(|answer| *answer == expected));
        assert_eq!(login.calls(), 1);
    }
}

/// Without a pause in which all could gather, over and over.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_fast_server_is_asked_once_as_well() {
    let login = Login::open().await;
    let plan = login.plan();
    for round in 0..50 {
        let token = format!("token-{round}");
        login.say(&token, &good());
        let mut requests = JoinSet::new();
        for _ in 0..40 {
            let (plan, token) = (plan.clone(), token.clone());
            requests.spawn(async move { reason(show_this(&plan, &token).await) });
        }
        let answers = requests.join_all().await;
        assert!(answers.iter().all(|answer| *answer == ADMITTED));
        assert_eq!(login.calls(), round + 1);
    }
}

#[tokio::test]
async fn a_failure_is_told_to_all_who_wait_and_to_nobody_else() {
    let login = Login::open().await;
    login.answer(TOKEN, 500, "{}");
    login.delay(Duration::from_millis(100));
    let plan = login.plan();
    let mut requests = JoinSet::new();
    for _ in 0..100 {
        let plan = plan.clone();
        requests.spawn(async move { reason(show(&plan).await) });
    }
    let answers = requests.join_all().await;
    assert!(answers.iter().all(|answer| *answer == UNAVAILABLE));
    assert_eq!(login.calls(), 1);
    login.say(TOKEN, &good());
    assert_eq!(reason(show(&plan).await), ADMITTED);
}

#[tokio::test]
async fn whoever_leaves_takes_nothing_from_the_others() {
    let login = Login::of(&good()).await;
    login.delay(Duration::from_millis(300));
    let plan = login.plan();
    let first = tokio::spawn({
        let plan = plan.clone();
        async move { reason(show(&plan).await) }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let second = tokio::spawn({
        let plan = plan.clone();
        async move { reason(show(&plan).await) }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    assert_eq!(second.await.unwrap(), ADMITTED);
    assert_eq!(login.calls(), 1);
}

/// A client that is less patient than the server is slow gets in all the same, when it comes again.
#[tokio::test]
async fn an_answer_is_kept_when_everybody_has_left() {
    let login = Login::of(&good()).await;
    login.delay(Duration::from_millis(200));
    let plan = login.plan();
    let patience = Duration::from_millis(50);
    timeout(patience, show(&plan)).await.unwrap_err();
    tokio::time::sleep(Duration::from_millis(400)).await;
    let again = timeout(patience, show(&plan)).await;
    assert_eq!(reason(again.unwrap()), ADMITTED);
    assert_eq!(login.calls(), 1);
}

/// Whoever leaves before its turn has come is not asked for.
#[tokio::test]
async fn a_place_in_the_line_is_freed_by_leaving() {
    let login = Login::open().await;
    login.delay(Duration::from_millis(200));
    let server = login.server().in_flight(1).build().unwrap();
    let plan = tollbar_oauth2::Introspection::builder(server)
        .any_audience()
        .build()
        .unwrap();
    let mut impatient = JoinSet::new();
    for number in 0..50 {
        let plan = plan.clone();
        impatient.spawn(async move {
            let token = format!("token-{number}");
            timeout(Duration::from_millis(50), show_this(&plan, &token))
                .await
                .is_err()
        });
    }
    assert!(impatient.join_all().await.into_iter().all(|left| left));
    assert_eq!(reason(show(&plan).await), INACTIVE);
    // That of the first one, which was under way, and the last one's.
    assert_eq!(login.calls(), 2);
}

#[tokio::test]
async fn a_plan_that_goes_while_it_judges_still_answers() {
    let login = Login::of(&good()).await;
    login.delay(Duration::from_millis(100));
    let plan = login.plan();
    let asking = tokio::spawn({
        let plan = plan.clone();
        async move { reason(show(&plan).await) }
    });
    tokio::time::sleep(Duration::from_millis(30)).await;
    drop(plan);
    assert_eq!(asking.await.unwrap(), ADMITTED);
}
