//! How serving comes to its end.

use std::{future::Future, pin::pin, process::ExitCode};

use super::{
    RunError,
    signals::{Signal, Signals},
};

/// How serving came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Open calls were done, or had their time.
    Orderly,
    /// A second signal cut it short.
    CutShort(Signal),
}

impl From<End> for ExitCode {
    /// 0, or what a shell reports for a process that a signal ended.
    fn from(end: End) -> Self {
        match end {
            End::Orderly => Self::SUCCESS,
            End::CutShort(Signal::Interrupt) => Self::from(130),
            End::CutShort(Signal::Terminate) => Self::from(143),
        }
    }
}

/// Serves until it ends by itself, or a signal asks it to (`stop`), or a second one does not wait.
pub(super) async fn until_signal<E: Into<RunError>>(
    mut signals: Signals,
    serving: impl Future<Output = Result<(), E>>,
    stop: impl FnOnce(),
) -> Result<End, RunError> {
    let mut serving = pin!(serving);
    tokio::select! {
        ended = &mut serving => return ended.map(|()| End::Orderly).map_err(Into::into),
        _ = signals.next() => stop(),
    }
    tokio::select! {
        ended = &mut serving => ended.map(|()| End::Orderly).map_err(Into::into),
        signal = signals.next() => {
            tracing::warn!("stopped at once: open calls are cut off");
            Ok(End::CutShort(signal))
        }
    }
}
