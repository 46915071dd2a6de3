//! Secrets that a configuration refers to.

use std::fmt;

use zeroize::Zeroizing;

/// Parts of names that say that a secret stands there.
const CREDENTIALS: [&str; 8] = [
    "authorization",
    "cookie",
    "token",
    "secret",
    "password",
    "api-key",
    "apikey",
    "credential",
];

/// Keys of a configuration that are called like credentials and hold none; one of them was a key once.
const HARMLESS: [&str; 4] = [
    "authorization_server",
    "authorization_servers",
    "forward_authorization",
    "token_type",
];

/// A secret as it was read. Overwritten when it is dropped, and never shown.
#[derive(Clone)]
pub(crate) struct SecretText(Zeroizing<String>);

impl SecretText {
    pub(super) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}

/// Whether a header or a key of this name holds a secret, by all that its name says.
pub(super) fn is_named(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    CREDENTIALS.iter().any(|part| name.contains(part)) || name.ends_with("-key")
}

/// Whether a key of a configuration is called like a credential, and holds none.
pub(super) fn is_harmless(key: &str) -> bool {
    HARMLESS.contains(&key)
}
