//! The form of a sealed task id.

use tollbar_core::Consumer;

use crate::{SessionSecret, seal::Seal};

/// Seals and opens task ids. The form is `t1.<id>.<code>`, both in base64url without padding: what a
/// header (`Mcp-Name`) carries as it is, and what needs no escapes in JSON. One id has one sealed form
/// for each consumer, so that two of them can be compared without being opened.
#[derive(Debug)]
pub(super) struct TaskSeal(Seal);

/// What each sealed id begins with.
const FORM: &str = "t1.";

impl TaskSeal {
    pub(super) fn new(secret: SessionSecret, proxy: &str) -> Self {
        Self(Seal::new(secret, "tollbar task v1", proxy))
    }

    pub(super) const fn secret(&self) -> &SessionSecret {
        self.0.secret()
    }

    /// What the consumer gets for this task.
    pub(super) fn seal(&self, id: &str, consumer: &Consumer) -> String {
        let mut sealed = String::from(FORM);
        Seal::write(id, &mut sealed);
        sealed.push('.');
        self.0.sign(consumer, &[id], &mut sealed);
        sealed
    }

    /// The id that was sealed for this consumer. `None` for anything else.
    pub(super) fn open(&self, sealed: &str, consumer: &Consumer) -> Option<String> {
        let (id, code) = sealed.strip_prefix(FORM)?.split_once('.')?;
        let id = String::from_utf8(Seal::read(id)?).ok()?;
        self.0.vouches(consumer, &[&id], code).then_some(id)
    }

    /// Whether an id claims to be sealed, by its form alone.
    pub(super) fn is_claimed(id: &str) -> bool {
        id.starts_with(FORM)
    }
}
