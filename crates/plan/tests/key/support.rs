//! What several tests start from.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::{Duration, Instant, SystemTime},
};

use tollbar_plan::key::{FileStore, KeyRecord, Pepper};

/// A pepper that all tests may know.
pub(crate) fn pepper() -> Pepper {
    Pepper::new("a pepper that is not a secret at all").unwrap()
}

/// A record of this name with a digest of its own.
pub(crate) fn record(name: &str) -> KeyRecord {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = NEXT.fetch_add(1, Relaxed);
    let json = format!(
        r#"{{"id":"k_{number:012}","name":"{name}","proxies":["mock"],"created":"2026-01-01T00:00:00Z",
            "secrets":[{{"digest":"{number:042}A","created":"2026-01-01T00:00:00Z"}}]}}"#
    );
    KeyRecord::from_json(&json).unwrap()
}

/// A moment of the future.
pub(crate) fn later() -> SystemTime {
    SystemTime::now() + Duration::from_secs(3600)
}

/// A moment of the past.
pub(crate) fn earlier() -> SystemTime {
    SystemTime::now() - Duration::from_secs(3600)
}

/// A folder with a key file that may yet come into being.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path().join("keys.json")
    }

    /// A handle of its own, as another process would have it.
    pub(crate) fn open(&self) -> FileStore {
        FileStore::open(self.file(), &pepper()).unwrap()
    }

    /// What goes wrong when the file is opened.
    pub(crate) fn complaint(&self) -> String {
        FileStore::open(self.file(), &pepper())
            .unwrap_err()
            .to_string()
    }
}

/// Waits until something holds, a second at most: that is the bound for changes to be live.
pub(crate) async fn within_a_second<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let started = Instant::now();
    while !holds().await {
        assert!(started.elapsed() < Duration::from_secs(1), "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
