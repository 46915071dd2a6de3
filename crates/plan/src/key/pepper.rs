//! The secret that keys are hashed with.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use thiserror::Error;
use zeroize::Zeroizing;

use super::{
    Key,
    random::{NoRandomness, fill},
};

/// What the fingerprint is the digest of. No key has this form.
const LABEL: &[u8] = b"fingerprint of a pepper";

/// The secret that keys are hashed with: whoever steals a store without its pepper cannot even tell
/// whether a key is in it.
///
/// Keep it where the store is not, lose it never: with another pepper all keys are unknown. Clones
/// share it. It is a prepared HMAC state and is overwritten when the last clone is dropped; `Debug`
/// shows the fingerprint only.
///
/// ```
/// use tollbar_plan::key::{Key, Pepper};
///
/// let pepper = Pepper::new("correct horse battery staple, and more")?;
/// let key = Key::generate()?;
/// assert_eq!(pepper.digest(&key), pepper.digest(&key));
/// assert_ne!(pepper.digest(&key), Pepper::generate()?.digest(&key));
/// assert!(Pepper::new("too short").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Pepper(Arc<Hmac<Sha256>>);

/// A secret cannot be a pepper.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PepperError {
    /// It is too short to withstand guessing.
    #[error("a pepper has at least {shortest} bytes, not {0}", shortest = Pepper::SHORTEST)]
    TooShort(usize),
}

impl Pepper {
    /// The shortest pepper, in bytes.
    pub const SHORTEST: usize = 32;

    /// The pepper of these bytes. A text is taken as it is: hexadecimal digits are not decoded.
    ///
    /// # Errors
    ///
    /// [`PepperError`] when it is too short.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, PepperError> {
        let secret = secret.as_ref();
        let too_short = PepperError::TooShort(secret.len());
        if secret.len() < Self::SHORTEST {
            return Err(too_short);
        }
        // HMAC takes keys of any length; there is nothing else that could fail.
        let state = Hmac::new_from_slice(secret).map_err(|_| too_short)?;
        Ok(Self(Arc::new(state)))
    }

    /// A random pepper, for stores that live no longer than it.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`] when the operating system gives no random bytes.
    pub fn generate() -> Result<Self, NoRandomness> {
        // One block of SHA-256: the length that HMAC takes as it is.
        let mut secret = Zeroizing::new([0; 64]);
        fill(&mut *secret)?;
        Ok(Self(Arc::new(Hmac::new((&*secret).into()))))
    }

    /// What a store keeps of a key: its HMAC-SHA-256 (RFC 2104).
    #[must_use]
    pub fn digest(&self, key: &Key) -> KeyDigest {
        self.digest_text(key.expose())
    }

    pub(super) fn digest_text(&self, text: &str) -> KeyDigest {
        self.hash(text.as_bytes())
    }

    /// Sixteen hexadecimal digits that tell peppers apart and nothing about them. A store keeps them
    /// beside its keys, so that a wrong pepper is noticed at once.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let [a, b, c, d, e, f, g, h, ..] = self.hash(LABEL).0;
        format!("{:016x}", u64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }

    fn hash(&self, bytes: &[u8]) -> KeyDigest {
        let mut state = Hmac::clone(&self.0);
        state.update(bytes);
        KeyDigest(state.finalize().into_bytes().into())
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pepper").field(&self.fingerprint()).finish()
    }
}

/// The keyed hash of a key: what a store keeps instead of it.
///
/// Compared in constant time. Its place in a hash map tells nothing to those who do not know the
/// pepper, since they can choose no digest.
#[derive(Clone, Copy)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// A digest that was written down before.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, for stores. Do not compare them with `==`.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// As text: base64url without padding (RFC 4648 section 5), 43 characters.
    pub(super) fn to_text(self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl PartialEq for KeyDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for KeyDigest {}

impl Hash for KeyDigest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyDigest(..)")
    }
}
