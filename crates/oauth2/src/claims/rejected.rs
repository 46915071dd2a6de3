//! A token that does not open this door.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tollbar_core::{Consumer, Exchange, Refusal};

use super::{Mismatch, TokenFault};

/// What a scope takes besides its text, in bytes.
pub(super) const SCOPE: usize = 96;

/// A token that does not open this door, and whose it is as far as that is known.
#[derive(Clone, Debug)]
pub(crate) struct Rejected {
    pub(crate) fault: TokenFault,
    /// For the log, without claims.
    consumer: Option<Consumer>,
    pub(crate) mismatch: Option<Mismatch>,
    /// About how many bytes the consumer takes.
    pub(crate) size: usize,
    /// Whether somebody was told, and so charged with it.
    is_charged: Arc<AtomicBool>,
}

impl Rejected {
    pub(super) fn new(
        fault: TokenFault,
        consumer: Option<Consumer>,
        mismatch: Option<Mismatch>,
    ) -> Self {
        let size = consumer.as_ref().map_or(0, |it| {
            let names = [it.subject(), it.client_id()];
            let names: usize = names.iter().flatten().map(|name| name.len()).sum();
            let scopes = it.scopes().map(|scope| scope.len().saturating_add(SCOPE));
            scopes.fold(names, usize::saturating_add)
        });
        Self {
            fault,
            consumer,
            mismatch,
            size,
            is_charged: Arc::default(),
        }
    }

    /// The refusal. The log of the exchange is told who was refused.
    ///
    /// It counts as an attempt for the first one who is told, and for nobody else: many may come from
    /// one address when clients are slow to see that their token is over. It does so whoever has had
    /// the server asked, so that nobody guesses for nothing by leaving before the answer.
    pub(crate) fn refuse(&self, exchange: &Exchange) -> Refusal {
        self.tell(exchange);
        let refusal = Refusal::from(&self.fault);
        if refusal.is_attempt() && self.is_charged.swap(true, Ordering::Relaxed) {
            return refusal.as_attempt(false);
        }
        refusal
    }

    /// Tells the log of the exchange who was refused.
    pub(crate) fn tell(&self, exchange: &Exchange) {
        if let Some(consumer) = &self.consumer {
            // Known already only where two plans have judged, which ends elsewhere.
            let _ = exchange.set_consumer(consumer.clone());
        }
    }
}

impl From<TokenFault> for Rejected {
    fn from(fault: TokenFault) -> Self {
        Self::new(fault, None, None)
    }
}
