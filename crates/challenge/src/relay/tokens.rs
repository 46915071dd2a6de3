//! Whether the server takes the tokens of clients.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{RelayedResource, warning::Warning};
use crate::Challenge;

/// So many in a row are no chance: tokens expire everywhere, and then the next one is taken.
const IN_A_ROW: u32 = 10;

/// Counts the tokens that the server has refused since it took one.
#[derive(Debug, Default)]
pub(super) struct Tokens(AtomicU32);

impl RelayedResource {
    /// Notes that the server has refused a token, with this challenge. The client logs in again: where that
    /// is may have changed since the metadata was fetched, which is why it is refused.
    pub(super) fn refuse_token(&self, bearer: Option<&Challenge>) {
        self.memory().doubt();
        let Tokens(refused) = &self.0.tokens;
        let count = refused.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if count >= IN_A_ROW {
            // Does not begin anew at the end of numbers.
            refused.fetch_min(IN_A_ROW, Ordering::Relaxed);
            let public_url = self.front().url();
            self.warn(Warning::TokensRefused { bearer, public_url });
        }
    }

    /// Notes that the server has let somebody in who has shown a token.
    pub(crate) fn accept_token(&self) {
        let Tokens(refused) = &self.0.tokens;
        // On a server that is well nothing is written, so that no core waits for another one.
        if refused.load(Ordering::Relaxed) != 0 {
            refused.store(0, Ordering::Relaxed);
        }
    }
}
