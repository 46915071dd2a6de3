//! What a worker keeps events in.

use std::{error::Error, fmt, sync::Arc};

use crate::Event;

/// Why a [`Store`] could not do what it was asked for.
pub(super) type StoreError = Box<dyn Error + Send + Sync>;

/// Keeps events somewhere. Runs on a thread of its own, and may block.
///
/// One that panics has failed, and is asked again with what comes next.
pub trait Store: Send + 'static {
    /// Keeps these, which came one after the other.
    ///
    /// # Errors
    ///
    /// Whatever went wrong. They are lost then, and counted, all of them unless the error is a [`PartlyKept`]; the next
    /// ones are tried again.
    fn keep(&mut self, events: &[Arc<Event>]) -> Result<(), Box<dyn Error + Send + Sync>>;

    /// Somebody waits until all that was kept is safe ([`Worker::flush`](super::Worker::flush)): time to hand on what is
    /// still held back.
    ///
    /// # Errors
    ///
    /// Whatever went wrong. The worker counts as failing until [`tidy`](Self::tidy) goes well.
    fn flush(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(())
    }

    /// Called each time that [`Bounds::idle`](field@crate::Bounds::idle) has passed, whether something waits or not: time to
    /// tidy up.
    ///
    /// # Errors
    ///
    /// Whatever went wrong. The worker counts as failing until this goes well. That events cannot be kept is another
    /// matter: only one that is kept shows that they can.
    fn tidy(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(())
    }
}

/// An error of [`Store::keep`] before which some events were kept: so many are not counted as lost.
///
/// ```
/// use tollbar_analytics::PartlyKept;
///
/// let error = PartlyKept::new(3, "the disk is full");
/// assert_eq!(error.to_string(), "the disk is full");
/// ```
#[derive(Debug)]
pub struct PartlyKept {
    pub(super) events: usize,
    why: StoreError,
}

impl PartlyKept {
    /// The first so many events were kept, and this happened to the next one.
    pub fn new(events: usize, why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let why = why.into();
        Self { events, why }
    }
}

impl fmt::Display for PartlyKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}

impl Error for PartlyKept {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.why.source()
    }
}
