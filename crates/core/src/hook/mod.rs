//! Hooks on the messages of an answer: [`Filter`] changes, [`Watch`] looks.

mod list;
mod message;

pub use self::message::Message;
pub(crate) use self::{
    list::{HookList, Hooks},
    message::{Changes, splice},
};

use crate::{Exchange, Refusal};

/// May change or withhold each message that the server sends in this exchange.
///
/// Never skipped: what cannot be read as JSON-RPC, is encoded, too large or of an unknown type is
/// not passed to the client while a filter is registered. Runs once for every message of a JSON
/// body, a POST stream or a GET stream. It must not own the [`Exchange`] that it is registered on:
/// that would be a cycle which is never freed.
pub trait Filter: Send + Sync + 'static {
    /// Looks at one message and may change it.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]: the client gets it instead of the message. A refused notification is dropped.
    fn filter(&self, exchange: &Exchange, message: &mut Message<'_>) -> Result<(), Refusal>;
}

impl<F> Filter for F
where
    F: Fn(&Exchange, &mut Message<'_>) -> Result<(), Refusal> + Send + Sync + 'static,
{
    fn filter(&self, exchange: &Exchange, message: &mut Message<'_>) -> Result<(), Refusal> {
        self(exchange, message)
    }
}

/// Looks at each message as the client will see it; can neither delay nor change nor break it.
///
/// What is over the event limit or cannot be read is not shown, and
/// [`Exchange::was_uninspected`] says so. It must not own the [`Exchange`] that it is registered
/// on.
pub trait Watch: Send + Sync + 'static {
    /// Looks at one message.
    fn see(&self, exchange: &Exchange, message: &Message<'_>);
}

impl<F> Watch for F
where
    F: Fn(&Exchange, &Message<'_>) + Send + Sync + 'static,
{
    fn see(&self, exchange: &Exchange, message: &Message<'_>) {
        self(exchange, message);
    }
}
