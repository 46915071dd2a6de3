//! Files that are damaged, half written, of another pepper or gone.

use std::fs;

use tollbar_plan::key::{FileStore, KeyStore as _, Keys, NewKey, Pepper};

use crate::support::{Folder, pepper, record, within_a_second};

/// A folder with two keys in its file, and the digest of the first.
async fn two_keys(folder: &Folder) -> tollbar_plan::key::KeyDigest {
    let store = folder.open();
    let first = record("first");
    let digest = first.secrets[0].digest;
    store.insert(first).await.unwrap();
    store.insert(record("second")).await.unwrap();
    digest
}

#[tokio::test]
async fn no_part_of_a_file_is_a_file() {
    let folder = Folder::new();
    two_keys(&folder).await;
    let whole = fs::read(folder.file()).unwrap();
    // What is missing at the end is the end of the line, which says nothing.
    for length in 0..whole.len() - 1 {
        fs::write(folder.file(), &whole[..length]).unwrap();
        let said = folder.complaint();
        assert!(said.contains("is damaged"), "{length}: {said}");
        assert!(said.ends_with("; restore a copy, or remove it and make new keys"));
    }
    fs::write(folder.file(), &whole).unwrap();
    assert_eq!(folder.open().list().await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said() {
    let folder = Folder::new();
    two_keys(&folder).await;
    let good = fs::read_to_string(folder.file()).unwrap();
    let twice = good.replacen("\"second\"", "\"first\"", 1);
    let no_door = good.replacen("[\"mock\"]", "[]", 1);
    let same = good.lines().nth(1).unwrap();
    let same = good.replacen("[\n", &format!("[\n{same}\n"), 1);
    for (text, message) in [
        (
            good.replacen(":1,", ":2,\"new\":true,", 1),
            "has version 2, which this program does not",
        ),
        (
            good.replacen("\"version\":1,", "", 1),
            "missing field `version`",
        ),
        (
            good.replacen("{\"id\"", "{\"more\":1,\"id\"", 1),
            "unknown field `more`",
        ),
        (
            good.replacen("\"keys\"", "\"more\":1,\"keys\"", 1),
            "unknown field `more`",
        ),
        (
            good.replacen("\"created\":\"2026", "\"created\":\"26", 1),
            "a time is written like",
        ),
        (format!("{good}{good}"), "trailing characters"),
        (good.replacen('f', "\u{0}", 1), "is damaged"),
        (twice, "there is a key `first` already"),
        (no_door, "opens at least one proxy"),
        (same, "in the store already"),
        ("[]".to_owned(), "is damaged"),
    ] {
        fs::write(folder.file(), text).unwrap();
        let said = folder.complaint();
        assert!(said.contains(message), "{said} does not say {message}");
    }
}

#[tokio::test]
async fn another_pepper_is_recognised() {
    let folder = Folder::new();
    two_keys(&folder).await;
    let other = Pepper::generate().unwrap();
    let said = FileStore::open(folder.file(), &other)
        .unwrap_err()
        .to_string();
    assert!(said.contains("were made with another pepper"), "{said}");
    assert!(
        said.contains(&other.fingerprint()) && said.contains(&pepper().fingerprint()),
        "{said}"
    );
    // Where no key is, it does not matter.
    let store = folder.open();
    let ids = store
        .list()
        .await
        .unwrap()
        .into_iter()
        .map(|record| record.id)
        .collect();
    store.remove(ids, |_| true).await.unwrap();
    let keys = Keys::new(FileStore::open(folder.file(), &other).unwrap(), other);
    keys.create(NewKey::new("ci").all_proxies()).await.unwrap();
    assert!(folder.complaint().contains("another pepper"));
}

#[tokio::test]
async fn a_damaged_file_changes_nothing_and_cannot_be_changed() {
    let folder = Folder::new();
    let digest = two_keys(&folder).await;
    let good = fs::read(folder.file()).unwrap();
    let store = folder.open();
    let following = tokio::spawn(store.clone().follow());
    let entry = store.find(&digest).await.unwrap().unwrap();

    fs::write(folder.file(), &good[..good.len() / 2]).unwrap();
    within_a_second("the damage is noticed", async || {
        store.list().await.is_err()
    })
    .await;
    let said = store.insert(record("third")).await.unwrap_err().to_string();
    assert!(said.contains("is damaged"), "{said}");
    assert_eq!(fs::read(folder.file()).unwrap(), good[..good.len() / 2]);
    assert!(store.find(&digest).await.unwrap().is_some());
    assert!(!entry.revocation().is_revoked());

    fs::write(folder.file(), &good).unwrap();
    within_a_second("it is good again", async || store.list().await.is_ok()).await;
    assert!(!entry.revocation().is_revoked());
    following.abort();
}

#[tokio::test]
async fn a_file_that_has_gone_opens_nothing() {
    let folder = Folder::new();
    let digest = two_keys(&folder).await;
    let store = folder.open();
    let following = tokio::spawn(store.clone().follow());
    let entry = store.find(&digest).await.unwrap().unwrap();
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(folder.file(), &elsewhere).unwrap();
    let is_unknown = async || store.find(&digest).await.unwrap().is_none();
    within_a_second("no key works", is_unknown).await;
    assert!(entry.revocation().is_revoked());
    let said = store.list().await.unwrap_err().to_string();
    assert!(said.contains("has gone"), "{said}");
    fs::rename(&elsewhere, folder.file()).unwrap();
    within_a_second("they work again", async || !is_unknown().await).await;
    following.abort();
}
