//! Whether files are what they were.

use std::{
    fs::{self, Metadata},
    path::PathBuf,
    time::SystemTime,
};

/// What tells one state of a file from another without reading it. Links are followed, so that one
/// that is turned to another file tells too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    length: u64,
    modified: Option<SystemTime>,
}

/// The state of some files. One that is not there has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamps(Vec<(PathBuf, Option<Stamp>)>);

impl Stamps {
    /// The state in which these files are now. Blocks.
    pub(super) fn of(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let stamps = paths.into_iter().map(|path| {
            let metadata = fs::metadata(&path).ok();
            (path, metadata.as_ref().map(Stamp::of))
        });
        Self(stamps.collect())
    }

    /// The state in which the same files are now. Blocks.
    pub(super) fn now(&self) -> Self {
        Self::of(self.paths())
    }

    /// The files.
    pub(super) fn paths(&self) -> impl Iterator<Item = PathBuf> {
        self.0.iter().map(|(path, _)| path.clone())
    }

    /// Whether this file is one of them.
    pub(super) fn cover(&self, wanted: &PathBuf) -> bool {
        self.0.iter().any(|(path, _)| path == wanted)
    }
}

impl Stamp {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: 0,
            inode: 0,
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Stamps;

    #[test]
    fn each_way_to_change_a_file_shows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let look = || Stamps::of([path.clone()]);
        let missing = look();
        fs::write(&path, "one").unwrap();
        let first = look();
        assert_ne!(missing, first);
        assert_eq!(first, first.now());
        // The same length, in place.
        let later = std::time::SystemTime::now() + std::time::Duration::from_millis(5);
        fs::write(&path, "two").unwrap();
        fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(later)
            .unwrap();
        let second = look();
        assert_ne!(first, second);
        // Another file of the same length and time in its place.
        let other = folder.path().join("b");
        fs::write(&other, "two").unwrap();
        fs::File::options()
            .write(true)
            .open(&other)
            .unwrap()
            .set_modified(later)
            .unwrap();
        fs::rename(&other, &path).unwrap();
        assert_ne!(second, look());
    }

    /// As Kubernetes replaces the files of a volume: all at once, by turning one link.
    #[cfg(unix)]
    #[test]
    fn a_link_that_is_turned_shows() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for version in ["1", "2"] {
            fs::create_dir(path(version)).unwrap();
            fs::write(path(version).join("gateway.toml"), "same").unwrap();
        }
        symlink("1", path("data")).unwrap();
        symlink("data/gateway.toml", path("gateway.toml")).unwrap();
        let before = Stamps::of([path("gateway.toml")]);
        symlink("2", path("new")).unwrap();
        fs::rename(path("new"), path("data")).unwrap();
        assert_ne!(before, before.now());
    }
}
