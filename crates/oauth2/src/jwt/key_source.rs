//! Where keys come from.

use std::future::Future;

use super::KeySet;
use crate::unavailable::Unavailable;

/// Whoever has keys to fetch, and holds what is known of them. Cheap to clone.
pub(crate) trait KeySource: Clone + Send + Sync + 'static {
    /// For the log.
    fn name(&self) -> &str;

    /// Asks for the document with the keys. Ends within a time of its own, and tells the log when it
    /// fails.
    fn fetch(&self) -> impl Future<Output = Result<Vec<u8>, Unavailable>> + Send;

    /// What is known of the keys.
    fn keys(&self) -> &KeySet;

    /// Finds it again, as long as somebody else holds it.
    fn weak(&self) -> impl Fn() -> Option<Self> + Send + Sync + 'static;
}
