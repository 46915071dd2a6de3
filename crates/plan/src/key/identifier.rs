//! What names a key in public.

use std::{fmt, str::FromStr, sync::Arc};

use thiserror::Error;

use super::random::{NoRandomness, append_digits};

const PREFIX: &str = "k_";
const DIGITS: usize = 12;

/// What names a key in logs, rules and commands: `k_` and 12 random digits of base 62. It is public,
/// never changes, and tells nothing about the secret.
///
/// ```
/// use tollbar_plan::key::KeyId;
///
/// let id: KeyId = "k_0aZ3bY5cX7dW".parse()?;
/// assert_eq!(id.as_str(), "k_0aZ3bY5cX7dW");
/// assert!("k_17".parse::<KeyId>().is_err());
/// # Ok::<(), tollbar_plan::key::InvalidKeyId>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Arc<str>);

/// A text is not the id of a key.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the id of a key is `k_` and 12 letters and digits")]
pub struct InvalidKeyId;

impl KeyId {
    /// A new id.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`] when the operating system gives no random bytes.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut text = String::from(PREFIX);
        append_digits(&mut text, DIGITS)?;
        Ok(Self(text.into()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyId {
    type Err = InvalidKeyId;

    fn from_str(text: &str) -> Result<Self, InvalidKeyId> {
        let digits = text.strip_prefix(PREFIX).ok_or(InvalidKeyId)?;
        let fits = digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| Self(text.into())).ok_or(InvalidKeyId)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({})", self.0)
    }
}
