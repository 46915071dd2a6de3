//! What is at the path, and is no file, or one that others may read.
#![cfg(unix)]

use std::{
    fs::{self, Permissions},
    os::unix::{
        fs::{PermissionsExt as _, symlink},
        net::UnixListener,
    },
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc,
    thread,
    time::Duration,
};

use tollbar_analytics::Store as _;
use tollbar_dashboard::{ExchangeStore, Query, QuerySettings, StoreSettings};
use tollbar_test_log::Log;

use crate::filled::{Place, everything, number, spread};

/// What both say to it, within some seconds.
fn complaints(path: &Path) -> [String; 2] {
    let (said, heard) = mpsc::channel();
    let path = PathBuf::from(path);
    thread::spawn(move || {
        let store = ExchangeStore::open(&path, StoreSettings::default());
        let query = Query::open(&path, QuerySettings::default());
        let both = [
            store.unwrap_err().to_string(),
            query.unwrap_err().to_string(),
        ];
        said.send(both).unwrap();
    });
    let within = Duration::from_secs(20);
    heard.recv_timeout(within).expect("nobody waits for a pipe")
}

#[test]
fn what_is_no_file_is_said_at_once() {
    let place = Place::new();
    let folder = place.path().parent().unwrap().to_owned();
    let pipe = folder.join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let link = folder.join("link");
    symlink(&pipe, &link).unwrap();
    let socket = folder.join("socket");
    let _listener = UnixListener::bind(&socket).unwrap();
    for path in [&pipe, &link, &socket, Path::new("/dev/null")] {
        for error in complaints(path) {
            let expected = format!(
                "cannot open `{}`: it is a pipe, a socket or a device: name a file",
                path.display()
            );
            assert_eq!(error, expected);
        }
    }
    for error in complaints(&folder) {
        assert!(
            error.ends_with("it is a folder: name a file in it"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_link_is_followed_to_a_file_and_not_to_nothing() {
    let place = Place::new();
    let target = place.path().with_file_name("target");
    symlink(&target, place.path()).unwrap();
    for error in complaints(&place.path()) {
        let why = "it is a link to what is not there: make that file, or name another";
        assert!(error.ends_with(why), "{error}");
    }
    assert!(!target.exists());

    fs::write(&target, "").unwrap();
    let mut store = place.store(|settings| settings.log_bytes = 0);
    store.keep(&spread(10, 60, 1).await).unwrap();
    let totals = place.query(|_| {}).totals(&everything()).unwrap();
    assert_eq!(totals.count, 10);
    // Its log stands beside the file, and is found there.
    let log = || {
        fs::metadata(target.with_file_name("target-wal"))
            .unwrap()
            .len()
    };
    assert!(log() > 0);
    store.tidy().unwrap();
    assert_eq!(log(), 0);
}

#[test]
fn that_others_may_read_it_is_said_once() {
    let place = Place::new();
    let (log, _guard) = Log::keep();
    drop(place.store(|_| {}));
    drop(place.store(|_| {}));
    assert_eq!(log.text(), "");
    for (number, mode) in [0o640, 0o604, 0o644].into_iter().enumerate() {
        fs::set_permissions(place.path(), Permissions::from_mode(mode)).unwrap();
        let mut store = place.store(|_| {});
        store.keep(&[]).unwrap();
        store.tidy().unwrap();
        place.query(|_| {}).end().unwrap();
        let lines = log.lines_of("WARN");
        assert_eq!(lines.len(), number + 1, "{lines:?}");
        let path = place.path();
        let expected = format!(
            "other users may read the store `{0}`: run `chmod 600 {0}`",
            path.display()
        );
        assert!(lines[number].ends_with(&expected), "{lines:?}");
    }
    fs::set_permissions(place.path(), Permissions::from_mode(0o600)).unwrap();
    drop(place.store(|_| {}));
    assert_eq!(log.lines_of("WARN").len(), 3);
}

/// How many locks processes have on a file.
#[cfg(target_os = "linux")]
fn locks(path: &Path) -> usize {
    use std::os::unix::fs::MetadataExt as _;

    let file = format!(":{} ", fs::metadata(path).unwrap().ino());
    let locks = fs::read_to_string("/proc/locks").unwrap();
    locks.lines().filter(|lock| lock.contains(&file)).count()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_second_look_takes_no_locks_away() {
    let place = Place::new();
    let mut store = place.store(|_| {});
    store.keep(&spread(10, 60, 1).await).unwrap();
    assert_eq!(locks(&place.path()), 1);
    // Without it, another process that comes and goes can take the log for nobody's, and remove it.
    let again = ExchangeStore::open(place.path(), StoreSettings::default()).unwrap();
    assert_eq!(locks(&place.path()), 1);
    drop(again);
    let query = place.query(|_| {});
    assert_eq!(query.totals(&everything()).unwrap().count, 10);
    assert_eq!(locks(&place.path()), 1);
}

#[tokio::test]
async fn nothing_is_kept_where_nobody_finds_it() {
    let events = spread(40, 60, 1).await;
    let place = Place::new();
    let mut store = place.store(|_| {});
    store.keep(&events[..10]).unwrap();
    let (path, aside) = (place.path(), place.path().with_extension("aside"));
    let expected = format!(
        "`{}` was moved, removed or replaced since it was opened: put it back, or start anew with another file",
        path.display()
    );
    fs::rename(&path, &aside).unwrap();
    assert_eq!(
        store.keep(&events[10..20]).unwrap_err().to_string(),
        expected
    );
    fs::write(&path, "another one").unwrap();
    assert_eq!(
        store.keep(&events[20..30]).unwrap_err().to_string(),
        expected
    );
    fs::rename(&aside, &path).unwrap();
    store.keep(&events[30..]).unwrap();
    assert_eq!(number(&path, "SELECT count(*) FROM exchanges"), 20);
}
