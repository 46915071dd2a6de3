//! The secret that seals sessions.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

/// The secret that seals sessions, at least 32 bytes.
///
/// All gateways that share it take each other's sessions. With a random one, sessions end when the
/// gateway does: clients are answered with 404 and begin anew.
///
/// ```
/// use tollbar_plan::SessionSecret;
///
/// assert!(SessionSecret::new(b"too short").is_err());
/// let secret = SessionSecret::new(b"a secret of thirty-two bytes ...").unwrap();
/// assert_eq!(format!("{secret:?}"), "SessionSecret");
/// ```
#[derive(Clone)]
pub struct SessionSecret(Zeroizing<Vec<u8>>);

/// This is no secret for sessions.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidSecret {
    /// There are fewer than 32 bytes.
    #[error("a session secret needs at least 32 bytes, and this one has {0}")]
    TooShort(usize),
    /// The operating system gave no random bytes.
    #[error("the operating system gives no random bytes")]
    NoRandomness,
}

impl SessionSecret {
    /// The least number of bytes.
    pub const LEAST: usize = 32;

    /// This secret.
    ///
    /// # Errors
    ///
    /// [`InvalidSecret::TooShort`] with fewer than 32 bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, InvalidSecret> {
        if bytes.len() < Self::LEAST {
            return Err(InvalidSecret::TooShort(bytes.len()));
        }
        Ok(Self(Zeroizing::new(bytes.to_vec())))
    }

    /// A random one.
    ///
    /// # Errors
    ///
    /// [`InvalidSecret::NoRandomness`] when the operating system gives no random bytes.
    pub fn generate() -> Result<Self, InvalidSecret> {
        let mut bytes = Zeroizing::new(vec![0; Self::LEAST]);
        getrandom::fill(&mut bytes).map_err(|_| InvalidSecret::NoRandomness)?;
        Ok(Self(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionSecret")
    }
}
