//! A token that does not open this door.

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
        }
    }

    /// The refusal. The log of the exchange is told who was refused.
    pub(crate) fn refuse(&self, exchange: &Exchange) -> Refusal {
        self.tell(exchange);
        Refusal::from(&self.fault)
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
