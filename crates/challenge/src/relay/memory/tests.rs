//! What is known at which time.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// Fresh for 60 seconds, told for 600, with a pause of 5.
fn memory() -> Memory {
    Memory::new(60 * SECOND, 600 * SECOND, 5 * SECOND)
}

fn metadata(text: &'static str) -> Arc<Metadata> {
    let (plain, slashed) = (Bytes::from(text), Bytes::new());
    Arc::new(Metadata { plain, slashed })
}

/// What is told; a failure with its reason.
fn told(outcome: Outcome) -> String {
    match outcome {
        Ok(metadata) => String::from_utf8(metadata.plain.to_vec()).unwrap(),
        Err(fault) => fault.reason().to_owned(),
    }
}

fn recalled(memory: &Memory, now: Instant) -> Option<String> {
    memory.recall(now).map(told)
}

fn away() -> Outcome {
    Err(Arc::new(RelayFault::Status(503)))
}

fn nonsense() -> Outcome {
    Err(Arc::new(RelayFault::Encoded))
}

#[test]
fn what_was_found_is_fresh_for_a_time() {
    let (memory, start) = (memory(), Instant::now());
    assert_eq!(recalled(&memory, start), None);
    assert!(matches!(memory.begin(start), Err(None)));
    memory.note(Ok(metadata("first")), start).unwrap();
    assert_eq!(
        recalled(&memory, start + 59 * SECOND).as_deref(),
        Some("first")
    );
    assert_eq!(recalled(&memory, start + 60 * SECOND), None);
    // Somebody else may have looked when one begins to.
    let known = memory.begin(start + 59 * SECOND).unwrap();
    assert_eq!(told(known), "first");
}

#[test]
fn what_was_found_serves_on_until_it_is_stale() {
    let (memory, start) = (memory(), Instant::now());
    memory.note(Ok(metadata("first")), start).unwrap();
    assert_eq!(told(memory.note(away(), start + 70 * SECOND)), "first");
    assert_eq!(
        recalled(&memory, start + 74 * SECOND).as_deref(),
        Some("first")
    );
    assert_eq!(
        recalled(&memory, start + 75 * SECOND),
        None,
        "it is asked again"
    );
    assert_eq!(told(memory.note(away(), start + 599 * SECOND)), "first");
    let late = start + 600 * SECOND;
    assert_eq!(
        recalled(&memory, late).as_deref(),
        Some("upstream_metadata_malformed")
    );
    assert_eq!(
        told(memory.note(away(), late)),
        "upstream_metadata_malformed"
    );
    memory.note(Ok(metadata("second")), late).unwrap();
    assert_eq!(
        recalled(&memory, late + 59 * SECOND).as_deref(),
        Some("second")
    );
}

#[test]
fn what_the_server_says_takes_its_place_at_once() {
    let (memory, start) = (memory(), Instant::now());
    memory.note(Ok(metadata("first")), start).unwrap();
    assert!(memory.note(nonsense(), start + 60 * SECOND).is_err());
    assert!(memory.recall(start + 61 * SECOND).unwrap().is_err());
    // What was replaced does not come back when the server goes away.
    assert!(memory.note(away(), start + 65 * SECOND).is_err());
}

#[test]
fn a_new_place_is_looked_at_once_in_a_pause() {
    let (memory, start) = (memory(), Instant::now());
    let place = |text: &str| Url::parse(text).unwrap();
    let (a, b) = (place("https://a.example"), place("https://b.example"));
    memory.note(Ok(metadata("first")), start).unwrap();
    memory.name(&a);
    assert_eq!(recalled(&memory, start + SECOND), None);
    assert_eq!(memory.begin(start + SECOND).unwrap_err(), Some(a.clone()));
    memory.note(Ok(metadata("second")), start + SECOND).unwrap();
    memory.name(&a);
    assert_eq!(
        recalled(&memory, start + 2 * SECOND).as_deref(),
        Some("second")
    );
    memory.name(&b);
    assert_eq!(
        recalled(&memory, start + 5 * SECOND).as_deref(),
        Some("second")
    );
    assert_eq!(recalled(&memory, start + 6 * SECOND), None);
    // Back where one has looked: no news.
    memory.name(&a);
    assert_eq!(
        recalled(&memory, start + 7 * SECOND).as_deref(),
        Some("second")
    );
    // A failure does not hold it up either.
    assert!(memory.note(nonsense(), start + 8 * SECOND).is_err());
    assert!(memory.recall(start + 9 * SECOND).is_some());
    memory.name(&b);
    assert_eq!(memory.begin(start + 9 * SECOND).unwrap_err(), Some(b));
}

#[test]
fn what_is_fresh_is_not_stale() {
    let (memory, start) = (Memory::new(60 * SECOND, SECOND, SECOND), Instant::now());
    memory.note(Ok(metadata("first")), start).unwrap();
    assert_eq!(
        recalled(&memory, start + 59 * SECOND).as_deref(),
        Some("first")
    );
    assert!(memory.note(away(), start + 60 * SECOND).is_err());
}

#[test]
fn long_times_do_not_overflow() {
    let memory = Memory::new(Duration::MAX, Duration::MAX, Duration::MAX);
    let start = Instant::now();
    memory.note(Ok(metadata("first")), start).unwrap();
    let late = start + 1_000_000 * SECOND;
    assert_eq!(recalled(&memory, late).as_deref(), Some("first"));
    memory.note(away(), late).unwrap();
    assert_eq!(recalled(&memory, late).as_deref(), Some("first"));
}

#[test]
fn a_refused_token_makes_it_old_once_per_pause() {
    let (memory, start) = (memory(), Instant::now());
    assert!(memory.begin(start).is_err());
    memory.note(Ok(metadata("first")), start).unwrap();
    memory.doubt();
    assert_eq!(recalled(&memory, start), None, "found a moment ago");
    assert!(memory.begin(start).is_err());
    memory.note(Ok(metadata("second")), start).unwrap();
    assert_eq!(recalled(&memory, start).as_deref(), Some("second"));
    memory.doubt();
    let within = recalled(&memory, start + 4 * SECOND);
    assert_eq!(within.as_deref(), Some("second"));
    assert_eq!(recalled(&memory, start + 5 * SECOND), None);
}
