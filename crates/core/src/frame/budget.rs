//! A bound on all request bodies together.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body of this length or less is not counted: connections are bounded, and hyper buffers as much.
const FREE: usize = 16 << 10;

/// Bytes that may be held at a time.
#[derive(Clone, Debug)]
pub(super) struct Budget(Arc<Semaphore>);

/// The budget is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spent;

impl Budget {
    pub(super) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))))
    }

    /// An account for one body.
    pub(super) const fn open(&self) -> Account<'_> {
        Account {
            budget: self,
            permit: None,
        }
    }
}

/// What one body has taken of the budget.
#[derive(Debug)]
pub(super) struct Account<'a> {
    budget: &'a Budget,
    permit: Option<OwnedSemaphorePermit>,
}

impl Account<'_> {
    /// Raises what is taken to this many bytes.
    pub(super) fn raise(&mut self, bytes: usize) -> Result<(), Spent> {
        let taken = self
            .permit
            .as_ref()
            .map_or(0, OwnedSemaphorePermit::num_permits);
        if bytes <= FREE || bytes <= taken {
            return Ok(());
        }
        let more = u32::try_from(bytes - taken).map_err(|_| Spent)?;
        let semaphore = Arc::clone(&self.budget.0);
        let more = semaphore.try_acquire_many_owned(more).map_err(|_| Spent)?;
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            permit @ None => *permit = Some(more),
        }
        Ok(())
    }

    /// Hands the account over to the bytes: it is closed when the last of them is let go.
    pub(super) fn settle(self, bytes: Bytes) -> Bytes {
        match self.permit {
            None => bytes,
            Some(permit) => Bytes::from_owner(Held {
                bytes,
                _permit: permit,
            }),
        }
    }
}

struct Held {
    bytes: Bytes,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
