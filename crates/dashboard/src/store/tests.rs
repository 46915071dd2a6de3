//! What a store does when it is full.

use std::sync::{Arc, Mutex};

use http::{Request, Response};
use tollbar_analytics::{AnalyticsLayer, Event, Store as _};
use tollbar_core::Body;
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::{ExchangeStore, StoreSettings, retention::ENDED};

async fn event() -> Arc<Event> {
    let seen = Arc::new(Mutex::new(None));
    let sink = Arc::clone(&seen);
    let layer = AnalyticsLayer::new(move |event| *sink.lock().unwrap() = Some(event));
    let service = layer.layer(service_fn(|_: Request<Body>| async {
        Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
    }));
    service.oneshot(Request::new(Body::empty())).await.unwrap();
    seen.lock().unwrap().take().unwrap()
}

#[tokio::test]
async fn a_file_that_cannot_grow_is_an_error_and_works_again_when_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let mut store = ExchangeStore::open(path, StoreSettings::default()).unwrap();
    let events = vec![event().await; 500];
    store.keep(&events).unwrap();
    let limit = |store: &ExchangeStore, pages: i64| {
        let pragma = &store.connection;
        pragma
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .unwrap();
    };
    limit(&store, 1);
    let error = store.keep(&events).unwrap_err();
    assert!(error.to_string().contains("full"), "{error}");
    limit(&store, 1 << 30);
    store.keep(&events).unwrap();
    let count = "SELECT (SELECT count(*) FROM exchanges), (SELECT sum(count) FROM counts WHERE cube = 0), (SELECT count(*) FROM lines)";
    let counts = store.connection.query_row(count, [], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, i64>(2)?,
        ))
    });
    assert_eq!(counts.unwrap(), (1_000, 1_000, 1_000));
}

#[test]
fn what_is_too_old_is_found_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = ExchangeStore::open(path, StoreSettings::default()).unwrap();
    let plan = format!("EXPLAIN QUERY PLAN {ENDED}");
    let mut plan = store.connection.prepare(&plan).unwrap();
    let steps = plan.query_map([1, 1], |row| row.get::<_, String>(3));
    let steps: Vec<String> = steps.unwrap().map(Result::unwrap).collect();
    // Nothing is sorted.
    assert_eq!(
        steps,
        ["SEARCH exchanges USING COVERING INDEX exchanges_end (<expr><?)"]
    );
}
