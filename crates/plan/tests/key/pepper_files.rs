//! The file of a pepper.

use std::fs;

use tollbar_plan::key::{
    FileStore, Key, KeyDigest, KeyFileError, KeyStore as _, Pepper, PepperError,
};

use crate::support::{Folder, pepper, record};

#[tokio::test]
async fn a_pepper_is_made_once() {
    let folder = Folder::new();
    let path = folder.path().join("keys.json.pepper");
    let (store, first) = FileStore::open_with_pepper_file(folder.file(), &path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!((text.len(), text.trim_end().len()), (65, 64));
    assert!(
        text.trim_end()
            .bytes()
            .all(|digit| digit.is_ascii_hexdigit())
    );
    assert_eq!(
        first.fingerprint(),
        Pepper::new(text.trim_end()).unwrap().fingerprint()
    );
    store.insert(record("ci")).await.unwrap();
    let (_, second) = FileStore::open_with_pepper_file(folder.file(), &path).unwrap();
    assert_eq!(first.fingerprint(), second.fingerprint());
    // The end of the line is not part of it, as editors add one.
    fs::write(&path, text.trim_end()).unwrap();
    let (_, third) = FileStore::open_with_pepper_file(folder.file(), &path).unwrap();
    assert_eq!(first.fingerprint(), third.fingerprint());
}

#[tokio::test]
async fn a_pepper_that_keys_need_is_never_made_anew() {
    let folder = Folder::new();
    let path = folder.path().join("pepper");
    let (store, _) = FileStore::open_with_pepper_file(folder.file(), &path).unwrap();
    store.insert(record("ci")).await.unwrap();
    fs::remove_file(&path).unwrap();
    let missing = FileStore::open_with_pepper_file(folder.file(), &path).unwrap_err();
    assert!(
        matches!(missing, KeyFileError::PepperMissing { .. }),
        "{missing}"
    );
    assert!(!path.exists());
    // A file without keys needs none.
    let ids = store
        .list()
        .await
        .unwrap()
        .into_iter()
        .map(|record| record.id)
        .collect();
    store.remove(ids, |_| true).await.unwrap();
    FileStore::open_with_pepper_file(folder.file(), &path).unwrap();
    assert!(path.exists());
}

#[tokio::test]
async fn looking_makes_nothing() {
    let folder = Folder::new();
    let path = folder.path().join("pepper");
    let look = || FileStore::look(folder.file(), &path);
    let files = || fs::read_dir(folder.path()).unwrap().count();
    assert!(look().unwrap().is_none());
    let store = folder.open();
    assert!(store.list().await.unwrap().is_empty());
    assert_eq!(files(), 0);

    let (store, made) = FileStore::open_with_pepper_file(folder.file(), &path).unwrap();
    store.insert(record("ci")).await.unwrap();
    fs::remove_file(folder.path().join("keys.json.lock")).unwrap();
    let (seen, pepper) = look().unwrap().unwrap();
    assert_eq!(pepper.fingerprint(), made.fingerprint());
    assert_eq!(seen.list().await.unwrap().len(), 1);
    assert_eq!(files(), 2);

    fs::remove_file(&path).unwrap();
    let missing = look().unwrap_err();
    assert!(
        matches!(missing, KeyFileError::PepperMissing { .. }),
        "{missing}"
    );
    assert_eq!(files(), 1);
}

#[test]
fn many_at_once_make_one_pepper() {
    let folder = Folder::new();
    let path = folder.path().join("pepper");
    let fingerprints: Vec<String> = std::thread::scope(|scope| {
        let open = || {
            let (_, pepper) = FileStore::open_with_pepper_file(folder.file(), &path).unwrap();
            pepper.fingerprint()
        };
        let threads: Vec<_> = (0..20).map(|_| scope.spawn(open)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(fingerprints.iter().all(|each| *each == fingerprints[0]));
}

#[test]
fn what_is_too_short_is_no_pepper() {
    let folder = Folder::new();
    let path = folder.path().join("pepper");
    fs::write(&path, format!("{}\n", "x".repeat(31))).unwrap();
    let said = FileStore::open_with_pepper_file(folder.file(), &path).unwrap_err();
    assert!(
        said.to_string()
            .ends_with("a pepper has at least 32 bytes, not 31"),
        "{said}"
    );
    assert_eq!(Pepper::new([0; 31]).unwrap_err(), PepperError::TooShort(31));
    assert!(Pepper::new([0; 32]).is_ok());
}

#[test]
fn debug_shows_no_pepper() {
    let shown = format!(
        "{:?}",
        Pepper::new("a secret that is long enough to be one").unwrap()
    );
    assert!(!shown.contains("secret"), "{shown}");
}

/// Computed by another implementation (Python's `hmac`).
#[test]
fn a_digest_is_an_hmac() {
    let key = Key::parse("tollbar_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg1KCvge").unwrap();
    let digest = [
        0xc2, 0x5d, 0xe9, 0x49, 0xb3, 0xed, 0x43, 0xbe, 0x53, 0x38, 0x2d, 0xd4, 0x61, 0x69, 0xe8,
        0x64, 0xb6, 0x2c, 0x17, 0x99, 0x12, 0xe8, 0x23, 0xc, 0xb9, 0x4e, 0x41, 0x1e, 0x59, 0x51,
        0xf6, 0xc8,
    ];
    assert_eq!(pepper().digest(&key).as_bytes(), &digest);
    assert_eq!(pepper().digest(&key), KeyDigest::from_bytes(digest));
    assert_eq!(pepper().fingerprint(), "fab916a97fb9d52d");
    assert_ne!(
        Pepper::generate().unwrap().digest(&key),
        KeyDigest::from_bytes(digest)
    );
    assert_eq!(format!("{:?}", pepper().digest(&key)), "KeyDigest(..)");
}
