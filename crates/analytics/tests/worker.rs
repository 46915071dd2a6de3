//! The queue and the thread behind it: nothing is lost in silence, whatever a store does.

use std::{
    error::Error,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::channel,
    },
    thread,
    time::{Duration, Instant},
};

use http::{Request, Response};
use tollbar_analytics::{AnalyticsLayer, Bounds, Event, PartlyKept, Sink as _, Store, Worker};
use tollbar_core::Body;
use tower::{Layer as _, ServiceExt as _, service_fn};

const SOON: Duration = Duration::from_secs(20);

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// Some event.
async fn event() -> Arc<Event> {
    let last = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&last);
    let layer = AnalyticsLayer::new(move |event: Arc<Event>| *seen.lock().unwrap() = Some(event));
    let service = layer.layer(service_fn(|_: Request<Body>| async {
        Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
    }));
    service.oneshot(Request::new(Body::empty())).await.unwrap();
    last.lock().unwrap().take().unwrap()
}

/// Does at each call what the function says.
struct Says<F>(F);

impl<F: FnMut(usize) -> Outcome + Send + 'static> Store for Says<F> {
    fn keep(&mut self, events: &[Arc<Event>]) -> Outcome {
        self.0(events.len())
    }
}

#[tokio::test]
async fn a_store_that_panics_has_failed_and_is_asked_again() {
    let mut calls = 0;
    let store = Says(move |_| {
        calls += 1;
        assert_ne!(calls, 1, "the first one");
        Ok(())
    });
    let worker = Worker::start("test", Bounds::default(), store).unwrap();
    worker.record(event().await);
    assert!(worker.flush(SOON));
    assert_eq!((worker.kept(), worker.dropped()), (0, 1));
    assert!(worker.failing().unwrap().contains("panicked"));
    worker.record(event().await);
    assert!(worker.flush(SOON));
    assert_eq!((worker.kept(), worker.dropped()), (1, 1));
    assert_eq!(worker.failing(), None);
}

/// A store that cannot make room for the next ones has kept these all the same.
#[tokio::test]
async fn what_goes_wrong_after_all_is_kept_is_told_and_loses_nothing() {
    let mut calls = 0;
    let store = Says(move |events| {
        calls += 1;
        match calls {
            1 => Err(PartlyKept::new(events, "no room for more").into()),
            2 => Err("the disk is full".into()),
            _ => Ok(()),
        }
    });
    let worker = Worker::start("test", Bounds::default(), store).unwrap();
    let mut states = Vec::new();
    for _ in 0..3 {
        worker.record(event().await);
        assert!(worker.flush(SOON));
        let why = worker.failing().map(String::from);
        states.push((worker.kept(), worker.dropped(), why));
    }
    let why = |text: &str| Some(text.to_owned());
    let expected = [
        (1, 0, why("no room for more")),
        (1, 1, why("the disk is full")),
        (2, 1, why("no room for more")),
    ];
    assert_eq!(states, expected);
}

/// Many threads at full speed, a short queue, and a store that does all that stores do.
#[tokio::test]
async fn what_was_sent_was_kept_or_is_counted_as_lost() {
    let really = Arc::new(AtomicUsize::new(0));
    let kept = Arc::clone(&really);
    let mut calls = 0;
    let store = Says(move |events| {
        calls += 1;
        let (kept_now, result) = match calls % 5 {
            0 => (0, Err("no".into())),
            1 => (1, Err(PartlyKept::new(1, "not all").into())),
            2 => panic!("on purpose"),
            _ => (events, Ok(())),
        };
        kept.fetch_add(kept_now, Ordering::Relaxed);
        result
    });
    let mut bounds = Bounds::default();
    (bounds.events, bounds.batch) = (64, 16);
    bounds.gathering = Duration::ZERO;
    let worker = Worker::start("test", bounds, store).unwrap();
    let event = event().await;
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for number in 0..5_000 {
                    worker.record(Arc::clone(&event));
                    if number % 64 == 0 {
                        thread::sleep(Duration::from_micros(200));
                    }
                }
            });
        }
    });
    assert!(worker.flush(SOON));
    assert_eq!(worker.kept() + worker.dropped(), 20_000);
    assert_eq!(worker.kept(), really.load(Ordering::Relaxed) as u64);
    assert!(worker.kept() > 100 && worker.dropped() > 100);
}

#[tokio::test]
async fn a_store_that_hangs_holds_up_no_flush_longer_than_it_was_told() {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let store = Says(move |_| {
        let _ = wait.lock().unwrap().recv();
        Ok(())
    });
    let mut bounds = Bounds::default();
    bounds.events = 4;
    let worker = Worker::start("test", bounds, store).unwrap();
    let event = event().await;
    let start = Instant::now();
    for _ in 0..100 {
        worker.record(Arc::clone(&event));
    }
    assert!(!worker.flush(Duration::from_millis(100)));
    assert!(start.elapsed() < Duration::from_secs(5));
    drop(go);
    // As long as it takes.
    assert!(worker.flush(Duration::MAX));
    assert_eq!(worker.kept() + worker.dropped(), 100);
    // What fits into the queue, twice at most: it may have been emptied once before the store was asked.
    assert!((1..=8).contains(&worker.kept()), "{}", worker.kept());
}

#[tokio::test]
async fn bytes_are_those_that_are_being_kept_too() {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let store = Says(move |_| {
        let _ = wait.lock().unwrap().recv();
        Ok(())
    });
    let event = event().await;
    let mut bounds = Bounds::default();
    bounds.bytes = 10 * event.weight();
    bounds.gathering = Duration::ZERO;
    let worker = Worker::start("test", bounds, store).unwrap();
    for _ in 0..5 {
        worker.record(Arc::clone(&event));
        // So that the store has some of them.
        thread::sleep(Duration::from_millis(20));
    }
    for _ in 0..100 {
        worker.record(Arc::clone(&event));
    }
    assert_eq!(worker.dropped(), 95);
    drop(go);
    assert!(worker.flush(SOON));
    assert_eq!(worker.kept(), 10);
    // Room comes back.
    worker.record(event);
    assert!(worker.flush(SOON));
    assert_eq!((worker.kept(), worker.dropped()), (11, 95));
}

#[tokio::test]
async fn a_flush_does_not_wait_for_more_to_be_gathered() {
    let mut bounds = Bounds::default();
    bounds.gathering = Duration::from_secs(3600);
    let worker = Worker::start("test", bounds, Says(|_| Ok(()))).unwrap();
    let event = event().await;
    for round in 1..100 {
        worker.record(Arc::clone(&event));
        // Before it has begun to gather, while it does, and after.
        if round % 3 == 0 {
            thread::sleep(Duration::from_millis(2));
        }
        assert!(worker.flush(SOON));
        assert_eq!(worker.kept(), round);
    }
}

/// Tidies up as it is told, and keeps nothing while it is told so.
struct Tidy {
    tidied: Arc<AtomicUsize>,
    can_keep: Arc<AtomicBool>,
    can_tidy: Arc<AtomicBool>,
}

impl Store for Tidy {
    fn keep(&mut self, _: &[Arc<Event>]) -> Outcome {
        thread::sleep(Duration::from_millis(1));
        let can_keep = self.can_keep.load(Ordering::Relaxed);
        can_keep.then_some(()).ok_or_else(|| "no room".into())
    }

    fn tidy(&mut self) -> Outcome {
        self.tidied.fetch_add(1, Ordering::Relaxed);
        let can_tidy = self.can_tidy.load(Ordering::Relaxed);
        can_tidy.then_some(()).ok_or_else(|| "no broom".into())
    }
}

/// Waits until this is so.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < SOON, "never: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

#[tokio::test]
async fn a_store_tidies_up_also_where_something_waits_all_the_time() {
    let tidied = Arc::new(AtomicUsize::new(0));
    let store = Tidy {
        tidied: Arc::clone(&tidied),
        can_keep: Arc::new(true.into()),
        can_tidy: Arc::new(true.into()),
    };
    let mut bounds = Bounds::default();
    (bounds.events, bounds.batch) = (100, 2);
    bounds.idle = Duration::from_millis(20);
    let worker = Worker::start("test", bounds, store).unwrap();
    let event = event().await;
    let start = Instant::now();
    // Always faster than it is kept.
    while start.elapsed() < Duration::from_millis(500) {
        for _ in 0..100 {
            worker.record(Arc::clone(&event));
        }
        thread::sleep(Duration::from_micros(500));
    }
    let times = tidied.load(Ordering::Relaxed);
    assert!((5..=26).contains(&times), "{times} times");
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_well_because_something_else_is() {
    let (can_keep, can_tidy) = (Arc::new(AtomicBool::new(false)), Arc::new(true.into()));
    let tidied = Arc::new(AtomicUsize::new(0));
    let store = Tidy {
        tidied: Arc::clone(&tidied),
        can_keep: Arc::clone(&can_keep),
        can_tidy: Arc::clone(&can_tidy),
    };
    let mut bounds = Bounds::default();
    bounds.idle = Duration::ZERO;
    let worker = Worker::start("test", bounds, store).unwrap();
    worker.record(event().await);
    assert!(worker.flush(SOON));
    let more = tidied.load(Ordering::Relaxed) + 2;
    until("tidied", || tidied.load(Ordering::Relaxed) >= more);
    assert_eq!(worker.failing().as_deref(), Some("no room"));

    can_keep.store(true, Ordering::Relaxed);
    can_tidy.store(false, Ordering::Relaxed);
    worker.record(event().await);
    assert!(worker.flush(SOON));
    until("the other one", || {
        worker.failing().as_deref() == Some("no broom")
    });
    can_tidy.store(true, Ordering::Relaxed);
    until("well", || worker.failing().is_none());
    // It did not spin: at most each 10 ms.
    let before = tidied.load(Ordering::Relaxed);
    thread::sleep(Duration::from_millis(200));
    assert!(tidied.load(Ordering::Relaxed) - before <= 21);
}
