//! When a file begins anew.

use std::time::Duration;

/// When a [`RotatingFile`](super::RotatingFile) begins anew, and what it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rotation {
    /// The most bytes of a file, unless a single line has more. `None`: no bound. Default 100 MiB.
    pub bytes: Option<u64>,
    /// How old a file may grow, from its creation on. An old file is put aside by the next line, and an empty one
    /// never. `None`: for ever. Default one day.
    pub age: Option<Duration>,
    /// How many files are kept besides the one that is written; those with higher numbers go. Default 7.
    pub keep: usize,
    /// When bytes are forced onto the disk. Default [`Fsync::Never`].
    pub fsync: Fsync,
}

impl Default for Rotation {
    fn default() -> Self {
        Self {
            bytes: Some(100 << 20),
            age: Some(Duration::from_secs(24 * 60 * 60)),
            keep: 7,
            fsync: Fsync::Never,
        }
    }
}

/// When a [`RotatingFile`](super::RotatingFile) forces its bytes onto the disk. Whatever is chosen, a process that is killed loses
/// nothing that it has written: this is about machines that lose power.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fsync {
    /// When the operating system likes to: some 30 s later on most.
    #[default]
    Never,
    /// Before a file is put aside.
    OnRotation,
    /// At each flush too: with [`JsonLines`](crate::JsonLines) after each batch of lines. Slow disks drop lines then.
    OnFlush,
}
