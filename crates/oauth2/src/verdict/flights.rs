//! Judging under way.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::{FutureExt as _, Shared, WeakShared};

use super::{TokenDigest, Verdict};
use crate::unavailable::Unavailable;

/// What came of judging a token.
pub(super) type Judged = Result<Verdict, Unavailable>;

type Judging = Pin<Box<dyn Future<Output = Judged> + Send>>;

/// The tokens that are being judged. Whoever asks for one of them meanwhile waits for that.
///
/// It belongs to all who wait: whoever leaves hands it on to the others, and with the last one it ends.
/// (A cache that lends the judging to one of those who wait begins anew when that one leaves.)
#[derive(Default)]
pub(super) struct Flights(Mutex<Table>);

#[derive(Default)]
struct Table {
    begun: u64,
    under_way: HashMap<TokenDigest, (u64, WeakShared<Judging>)>,
}

impl Flights {
    /// The judging that is under way for a token, or else a new one.
    pub(super) fn join<F>(
        self: &Arc<Self>,
        token: TokenDigest,
        begin: impl FnOnce() -> F,
    ) -> Shared<Judging>
    where
        F: Future<Output = Judged> + Send + 'static,
    {
        let mut table = self.lock();
        let under_way = table.under_way.get(&token);
        if let Some(judging) = under_way.and_then(|(_, it)| it.upgrade()) {
            return judging;
        }
        table.begun = table.begun.wrapping_add(1);
        let number = table.begun;
        let landing = Landing {
            flights: Arc::clone(self),
            token,
            number,
        };
        let judge = begin();
        let judging: Judging = Box::pin(async move {
            let _landing = landing;
            judge.await
        });
        let judging = judging.shared();
        if let Some(weak) = judging.downgrade() {
            table.under_way.insert(token, (number, weak));
        }
        judging
    }

    /// Nothing that holds the lock can panic half-way, so what a panic elsewhere left is whole.
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a judging off the table when it is over, or when nobody waits for it any more.
struct Landing {
    flights: Arc<Flights>,
    token: TokenDigest,
    number: u64,
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut table = self.flights.lock();
        let under_way = table.under_way.get(&self.token);
        // Another one may have begun since the last who waited for this one left.
        if under_way.is_some_and(|(number, _)| *number == self.number) {
            table.under_way.remove(&self.token);
        }
    }
}
