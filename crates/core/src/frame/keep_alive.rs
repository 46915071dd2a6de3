//! The clock of an event stream's silence.

use std::{
    future::Future as _,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep};

/// Tells when a stream has been silent for some time.
///
/// Activity only writes down the time; the timer itself is moved when it fires, so that a busy
/// stream costs no timer operation per event.
pub(super) struct KeepAlive {
    silence: Duration,
    last: Instant,
    timer: Pin<Box<Sleep>>,
}

impl KeepAlive {
    pub(super) fn new(silence: Duration) -> Self {
        Self {
            silence,
            last: Instant::now(),
            timer: Box::pin(sleep(silence)),
        }
    }

    /// Something was sent.
    pub(super) fn touch(&mut self) {
        self.last = Instant::now();
    }

    /// Ready once for each full period of silence.
    pub(super) fn poll_silent(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.timer.as_mut().poll(cx).is_ready() {
            let due = self.last + self.silence;
            if due <= Instant::now() {
                self.touch();
                self.timer.as_mut().reset(self.last + self.silence);
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(due);
        }
        Poll::Pending
    }
}
