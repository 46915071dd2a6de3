//! What goes on in the background.

use std::time::Duration;

use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval},
};

use super::{FileStore, shared::Shared};
use crate::key::{KeyStore as _, StoreError};

/// The shortest interval: shorter ones would keep a core busy.
const SHORTEST: Duration = Duration::from_millis(1);

impl FileStore {
    /// Follows what other processes do to the file, and writes down when keys were last used. Never
    /// ends: spawn it, and end it with the host, who then calls [`flush`](Self::flush) for the uses
    /// since the last interval.
    pub async fn follow(self) {
        let mut polls = interval(self.poll_interval.max(SHORTEST));
        polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut flushed = Instant::now();
        let mut flushing = None;
        loop {
            polls.tick().await;
            // What is wrong is logged there, once.
            let _ = self.blocking(Shared::refresh).await;
            if flushed.elapsed() >= self.uses_interval && is_done(flushing.as_ref()) {
                flushed = Instant::now();
                // Another process may hold the lock for long, and must not delay what ends a right.
                flushing = Some(tokio::spawn(self.clone().flush_in_background()));
            }
        }
    }

    /// Writes down when keys were last used, as far as it is not written yet.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the file cannot be written. Nothing is forgotten: the next call tries
    /// again.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let uses = self.shared.table.unwritten_uses();
        match uses.is_empty() {
            true => Ok(()),
            false => self.record_uses(uses).await,
        }
    }

    async fn flush_in_background(self) {
        if let Err(error) = self.flush().await {
            tracing::warn!(%error, "the last uses of keys cannot be written down now");
        }
    }
}

fn is_done(task: Option<&JoinHandle<()>>) -> bool {
    task.is_none_or(JoinHandle::is_finished)
}
