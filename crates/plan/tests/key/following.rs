//! A store follows what others do to its file, and writes down uses.

use std::{fs, time::Duration};

use tollbar_plan::key::{FileStore, KeyStore, Timestamp};

use crate::support::{Folder, record, within_a_second};

#[tokio::test]
async fn what_another_process_does_is_live_within_a_second() {
    let folder = Folder::new();
    let (store, other) = (folder.open(), folder.open());
    let following = tokio::spawn(store.clone().follow());
    let key = record("ci");
    let digest = key.secrets[0].digest;
    other.insert(key.clone()).await.unwrap();
    let finds = async || store.find(&digest).await.unwrap();
    within_a_second("it is found", async || finds().await.is_some()).await;
    let entry = finds().await.unwrap();
    let revoked = other.update(&key.id, |record| {
        record.revoked = Some(Timestamp::now().time());
        Ok(())
    });
    revoked.await.unwrap();
    within_a_second("it is revoked", async || entry.revocation().is_revoked()).await;
    following.abort();
}

/// `KEY=$(... create)` and then a request: nobody should have to wait in between.
#[tokio::test]
async fn a_new_key_works_at_once_and_guesses_cost_little() {
    let folder = Folder::new();
    // Nobody follows.
    let (store, other) = (folder.open(), folder.open());
    let key = record("ci");
    let digest = key.secrets[0].digest;
    other.insert(key).await.unwrap();
    assert!(store.find(&digest).await.unwrap().is_some());

    let later = record("later");
    let digest = later.secrets[0].digest;
    assert!(store.find(&digest).await.unwrap().is_none());
    other.insert(later).await.unwrap();
    // Somebody has looked just now, if the test was quick.
    let finds = async || store.find(&digest).await.unwrap().is_some();
    within_a_second("it is found", finds).await;

    let guess = record("guess").secrets[0].digest;
    let started = std::time::Instant::now();
    for _ in 0..100_000 {
        assert!(store.find(&guess).await.unwrap().is_none());
    }
    println!("100,000 guesses took {:?}", started.elapsed());
}

/// Changes that follow one another at once, with the same length, are all seen.
#[tokio::test]
async fn changes_that_are_quick_are_seen() {
    let folder = Folder::new();
    let (store, other) = (folder.open(), folder.open());
    let following = tokio::spawn(
        store
            .clone()
            .poll_interval(Duration::from_millis(1))
            .follow(),
    );
    let key = record("name-00");
    other.insert(key.clone()).await.unwrap();
    for number in 1..100 {
        let renamed = other.update(&key.id, move |record| {
            record.name = format!("name-{number:02}");
            Ok(())
        });
        renamed.await.unwrap();
    }
    let is_last = async || {
        let entry = store.find(&key.secrets[0].digest).await.unwrap();
        entry.is_some_and(|entry| entry.consumer().key_name() == Some("name-99"))
    };
    within_a_second("the last name is seen", is_last).await;
    following.abort();
}

async fn used_on_file(folder: &Folder) -> Option<std::time::SystemTime> {
    folder.open().list().await.unwrap().remove(0).last_used
}

#[tokio::test]
async fn uses_are_written_in_batches_and_once_at_the_end() {
    let folder = Folder::new();
    let store = folder.open();
    let keys = [record("a"), record("b")];
    for key in &keys {
        store.insert(key.clone()).await.unwrap();
    }
    let entry = store
        .find(&keys[0].secrets[0].digest)
        .await
        .unwrap()
        .unwrap();
    let used = Timestamp::now().time();
    entry.mark_used(used);
    let before = fs::metadata(folder.file()).unwrap().modified().unwrap();
    assert_eq!(used_on_file(&folder).await, None);
    store.flush().await.unwrap();
    assert_eq!(used_on_file(&folder).await, Some(used));
    let after = fs::metadata(folder.file()).unwrap().modified().unwrap();
    assert!(after > before);
    assert!(!entry.revocation().is_revoked());
    // Nothing to say, nothing written; and another process that knows less takes nothing back.
    store.flush().await.unwrap();
    folder.open().flush().await.unwrap();
    assert_eq!(
        fs::metadata(folder.file()).unwrap().modified().unwrap(),
        after
    );

    let following = store.clone().uses_interval(Duration::from_millis(100));
    let following = tokio::spawn(following.follow());
    entry.mark_used(used + Duration::from_secs(5));
    let is_written = async || used_on_file(&folder).await == Some(used + Duration::from_secs(5));
    within_a_second("the use is written", is_written).await;
    following.abort();
}

#[tokio::test]
async fn a_change_waits_for_the_lock_and_not_for_ever() {
    let folder = Folder::new();
    let store: FileStore = folder.open().lock_timeout(Duration::from_millis(200));
    store.insert(record("a")).await.unwrap();
    let lock = fs::File::open(folder.path().join("keys.json.lock")).unwrap();
    lock.lock().unwrap();
    let said = store.insert(record("b")).await.unwrap_err().to_string();
    assert!(
        said.contains("was locked by another process for 0.2s"),
        "{said}"
    );
    // Whoever only reads does not wait.
    assert_eq!(store.list().await.unwrap().len(), 1);
    let patient = store.clone().lock_timeout(Duration::from_secs(10));
    let waiting = tokio::spawn(async move { patient.insert(record("c")).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    lock.unlock().unwrap();
    waiting.await.unwrap().unwrap();
    store.insert(record("d")).await.unwrap();
    assert_eq!(store.list().await.unwrap().len(), 3);
}

/// A process that holds the lock for long must not make this one grow.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn who_has_lost_its_patience_leaves_nothing_behind() {
    let folder = Folder::new();
    let store: FileStore = folder.open().lock_timeout(Duration::from_millis(20));
    store.insert(record("a")).await.unwrap();
    let path = folder.path().join("keys.json.lock");
    let lock = fs::File::open(&path).unwrap();
    lock.lock().unwrap();
    for _ in 0..3 {
        store.insert(record("b")).await.unwrap_err();
    }
    let descriptors = fs::read_dir("/proc/self/fd").unwrap().flatten();
    let open = descriptors.filter(|it| fs::read_link(it.path()).is_ok_and(|it| it == path));
    assert_eq!(open.count(), 1, "only the one of this test");
    // Threads of the runtime have other names.
    let threads = fs::read_dir("/proc/self/task").unwrap().flatten();
    let names = threads.filter_map(|it| fs::read_to_string(it.path().join("comm")).ok());
    let waiting: Vec<_> = names.filter(|name| name.contains("lock")).collect();
    assert!(waiting.is_empty(), "{waiting:?}");
}
