//! Who may read and write the files.
#![cfg(unix)]

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink},
    path::Path,
};

use tollbar_plan::key::{FileStore, KeyFileError, KeyStore as _};

use crate::support::{Folder, pepper, record, within_a_second};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn all_files_are_for_their_owner_only() {
    let folder = Folder::new();
    let pepper = folder.path().join("pepper");
    let (store, _) = FileStore::open_with_pepper_file(folder.file(), &pepper).unwrap();
    store.insert(record("ci")).await.unwrap();
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    let expected = ["keys.json", "keys.json.lock", "pepper"].map(|name| folder.path().join(name));
    assert_eq!(names, expected);
    for path in names {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    // A file that others might read is so no more after the next change.
    set_mode(&folder.file(), 0o644);
    store.insert(record("cd")).await.unwrap();
    assert_eq!(mode(&folder.file()), 0o600);
}

#[tokio::test]
async fn what_others_may_write_is_refused() {
    let folder = Folder::new();
    let store = folder.open();
    let key = record("ci");
    store.insert(key.clone()).await.unwrap();
    for mode in [0o620, 0o602, 0o666] {
        set_mode(&folder.file(), mode);
        let said = folder.complaint();
        let message = format!(
            "(mode {mode:04o}): run `chmod go-w {}`",
            folder.file().display()
        );
        assert!(
            said.contains("other users may write") && said.contains(&message),
            "{said}"
        );
    }
    // While running, what was read before stays, and nothing is added.
    let following = tokio::spawn(store.clone().follow());
    within_a_second("it is noticed", async || store.list().await.is_err()).await;
    assert!(store.find(&key.secrets[0].digest).await.unwrap().is_some());
    assert!(store.insert(record("cd")).await.is_err());
    following.abort();

    let pepper = folder.path().join("pepper");
    fs::write(&pepper, "0".repeat(64)).unwrap();
    set_mode(&pepper, 0o660);
    let said = FileStore::open_with_pepper_file(folder.path().join("new.json"), &pepper);
    assert!(
        said.unwrap_err()
            .to_string()
            .contains("other users may write")
    );
}

/// The superuser, who may run this, is never denied anything.
#[test]
fn who_is_denied_learns_what_to_do() {
    let denied = |kind: io::ErrorKind| KeyFileError::Access {
        action: "open",
        path: "keys.json.pepper".into(),
        source: kind.into(),
    };
    let said = denied(io::ErrorKind::PermissionDenied).to_string();
    assert!(
        said.starts_with("cannot open `keys.json.pepper`: ")
            && said.contains(": run this as the user that")
            && said.ends_with("or `chown` it"),
        "{said}"
    );
    let said = denied(io::ErrorKind::StorageFull).to_string();
    assert!(!said.contains("chown"), "{said}");
}

#[tokio::test]
async fn a_link_stays_a_link() {
    let folder = Folder::new();
    folder.open().insert(record("a")).await.unwrap();
    let links = tempfile::tempdir().unwrap();
    let link = links.path().join("keys.json");
    symlink(folder.file(), &link).unwrap();
    let store = FileStore::open(&link, &pepper()).unwrap();
    store.insert(record("b")).await.unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        fs::read_dir(links.path()).unwrap().count(),
        1,
        "all else is beside the file"
    );
    assert_eq!(folder.open().list().await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_no_file_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.file()).unwrap();
    assert!(folder.complaint().ends_with("is not a file"));
    let missing = folder.path().join("missing").join("keys.json");
    let store = FileStore::open(missing, &pepper()).unwrap();
    let said = store.insert(record("ci")).await.unwrap_err().to_string();
    assert!(
        said.contains("cannot lock") && said.contains("missing"),
        "{said}"
    );
}

/// What a killed writer has left is in nobody's way, and nobody follows a link that was laid there.
#[tokio::test]
async fn what_is_left_over_is_removed() {
    let folder = Folder::new();
    let bystander = folder.path().join("bystander");
    fs::write(&bystander, "untouched").unwrap();
    symlink(&bystander, folder.path().join("keys.json.new")).unwrap();
    folder.open().insert(record("ci")).await.unwrap();
    assert_eq!(fs::read_to_string(&bystander).unwrap(), "untouched");
    assert!(!folder.path().join("keys.json.new").exists());
    assert_eq!(folder.open().list().await.unwrap().len(), 1);
}

/// Can be tried by the superuser only, who alone can give a file away.
#[tokio::test]
async fn a_file_stays_with_its_owner() {
    let folder = Folder::new();
    let store = folder.open();
    store.insert(record("a")).await.unwrap();
    let another = fs::metadata(folder.file()).unwrap().uid() + 1000;
    if std::os::unix::fs::chown(folder.file(), Some(another), Some(another)).is_err() {
        eprintln!("not the superuser: not tried");
        return;
    }
    store.insert(record("b")).await.unwrap();
    let metadata = fs::metadata(folder.file()).unwrap();
    assert_eq!((metadata.uid(), metadata.gid()), (another, another));
}
