//! The line writer: never in the way, and honest about what it lost.

use std::{
    io::{self, Write},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    time::{Duration, Instant},
};

use http::{Method, Request, Response};
use tollbar_analytics::{AnalyticsLayer, Bounds, JsonLines};
use tollbar_core::Body;
use tower::{Layer as _, ServiceExt as _, service_fn};

const SOON: Duration = Duration::from_secs(10);

/// Records this many exchanges.
async fn record(lines: &JsonLines, exchanges: usize) {
    let layer = AnalyticsLayer::new(lines.clone());
    for _ in 0..exchanges {
        let service = layer.layer(service_fn(|_: Request<Body>| async {
            Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
        }));
        service.oneshot(Request::new(Body::empty())).await.unwrap();
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn each_event_is_a_line_and_a_flush_waits_for_all() {
    let written = Shared::default();
    let lines = JsonLines::new(written.clone()).unwrap();
    record(&lines, 100).await;
    assert!(lines.flush(SOON));
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 100);
    for line in text.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    assert_eq!(lines.dropped(), 0);
}

#[tokio::test]
async fn a_file_is_appended_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exchanges.jsonl");
    for _ in 0..2 {
        let lines = JsonLines::file(&path).unwrap();
        record(&lines, 3).await;
        assert!(lines.flush(SOON));
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 6);
}

/// Lets one write through for each word that the test sends.
struct Stuck(Receiver<()>);

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.recv();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_writer_that_hangs_holds_nobody_and_what_is_dropped_is_counted() {
    let (go, wait): (Sender<()>, _) = channel();
    let lines = JsonLines::new(Stuck(wait)).unwrap();
    let started = Instant::now();
    record(&lines, 20_000).await;
    assert!(started.elapsed() < SOON, "requests wait for the writer");
    assert!(!lines.flush(Duration::from_millis(50)));
    let dropped = lines.dropped();
    assert!(
        (10_000..20_000).contains(&dropped),
        "{dropped} of 20,000 were dropped"
    );
    drop(go);
}

/// Each event is of a request whose method fills its line.
#[tokio::test]
async fn what_waits_for_the_writer_is_bounded_in_bytes() {
    let mut bounds = Bounds::default();
    bounds.bytes = 64 << 10;
    let (go, wait): (Sender<()>, _) = channel();
    let lines = JsonLines::bounded(Stuck(wait), bounds).unwrap();
    let layer = AnalyticsLayer::new(lines.clone());
    for _ in 0..1000 {
        let service = layer.layer(service_fn(|_: Request<Body>| async {
            Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
        }));
        let method = Method::from_bytes(&[b'X'; 4096]).unwrap();
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        service.oneshot(request).await.unwrap();
    }
    let dropped = lines.dropped();
    // A line has 1.2 KB; the writer has taken some into its buffer.
    assert!(
        (900..990).contains(&dropped),
        "{dropped} of 1000 were dropped"
    );
    // Room comes back with the writer.
    drop(go);
    assert!(lines.flush(SOON));
    record(&lines, 1).await;
    assert!(lines.flush(SOON));
    assert_eq!(lines.dropped(), dropped);
}

/// Fails always.
struct Broken;

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }
}

#[tokio::test]
async fn a_writer_that_fails_loses_events_and_counts_them() {
    let lines = JsonLines::new(Broken).unwrap();
    record(&lines, 50).await;
    assert!(lines.flush(SOON));
    assert_eq!(lines.dropped(), 50);
}

/// Takes so many bytes, fails once, and takes all from then on.
struct Full {
    room: usize,
    has_failed: bool,
    written: Shared,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = match self.has_failed {
            true => bytes.len(),
            false => bytes.len().min(self.room),
        };
        if length == 0 {
            self.has_failed = true;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.room -= self.room.min(length);
        self.written.write(&bytes[..length])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_torn_line_is_ended_and_whole_ones_before_it_are_not_lost() {
    for room in [1, 100, 1000, 5000, 70_000] {
        let written = Shared::default();
        let full = Full {
            room,
            has_failed: false,
            written: written.clone(),
        };
        let mut bounds = Bounds::default();
        // All of them come in one go.
        bounds.gathering = Duration::from_secs(60);
        let lines = JsonLines::bounded(full, bounds).unwrap();
        record(&lines, 500).await;
        assert!(lines.flush(SOON));
        assert!(lines.failing().unwrap().contains("storage"));
        record(&lines, 7).await;
        assert!(lines.flush(SOON));
        assert_eq!(lines.failing(), None);
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let is_whole = |line: &&str| serde_json::from_str::<serde_json::Value>(line).is_ok();
        let whole = text.lines().filter(is_whole).count() as u64;
        assert_eq!(lines.kept(), whole, "{room}");
        assert_eq!(lines.kept() + lines.dropped(), 507);
        assert!(lines.dropped() > 0);
        // The one that was torn, where the room ended within a line.
        assert!(text.lines().count() as u64 - whole <= 1);
        assert!(room < 1000 || whole > 7, "{room}: {whole} lines");
    }
}

/// A disk without room, as the system says it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_said_and_counted() {
    for lines in [
        JsonLines::file("/dev/full").unwrap(),
        JsonLines::rotating("/dev/full", tollbar_analytics::Rotation::default()).unwrap(),
    ] {
        record(&lines, 50).await;
        assert!(lines.flush(SOON));
        assert_eq!((lines.kept(), lines.dropped()), (0, 50));
        let why = lines.failing().unwrap();
        assert!(why.contains("No space left"), "{why}");
    }
}
