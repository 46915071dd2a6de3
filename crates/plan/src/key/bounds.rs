//! What may stand in a record.

use thiserror::Error;

use super::{KeyError, KeyId, KeyRecord, Proxies, text::shown};

/// The longest name and the longest owner, in characters.
const NAME: usize = 128;
/// The longest name of a proxy, in bytes.
const PROXY: usize = 64;
/// The longest scope, in bytes.
const SCOPE: usize = 128;
/// The longest name of a piece of metadata, in bytes.
const METADATA_NAME: usize = 64;
/// The longest piece of metadata, in bytes.
const METADATA: usize = 1024;
/// The most proxies, scopes, pieces of metadata and secrets.
const MOST_PROXIES: usize = 1000;
const MOST_SCOPES: usize = 100;
const MOST_METADATA: usize = 32;
const MOST_SECRETS: usize = 16;

/// A record holds something that no store takes.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct InvalidRecord(String);

impl InvalidRecord {
    pub(super) const fn new(message: String) -> Self {
        Self(message)
    }
}

impl KeyRecord {
    /// How many secrets of one key may work at once: rotations that overlap.
    pub const MOST_LIVE_SECRETS: usize = 5;
    /// How many secrets of one key are remembered. Of older ones it is no longer known that they
    /// were rotated out: they are unknown keys.
    pub const MOST_SECRETS: usize = MOST_SECRETS;

    /// Whether a store may take this record.
    ///
    /// Names and owners have 1 to 128 characters without control characters and without space at
    /// the ends, and a name is not an id. There are 1 to 1,000 proxies, with names of up to 64 bytes;
    /// up to 100 scopes of up to 128 bytes, in the characters of RFC 6749 section 3.3; up to 32
    /// pieces of metadata, with names of up to 64 bytes and values of up to 1 KiB; and 1 to 16
    /// secrets.
    ///
    /// # Errors
    ///
    /// [`InvalidRecord`] says what is too long, too many or not allowed there.
    pub fn check(&self) -> Result<(), InvalidRecord> {
        words("name", &self.name)?;
        if self.name.parse::<KeyId>().is_ok() {
            return invalid(format!("the name `{}` looks like an id", self.name));
        }
        if let Some(owner) = &self.owner {
            words("owner", owner)?;
        }
        self.check_proxies()?;
        count("scopes", self.scopes.len(), MOST_SCOPES)?;
        for scope in &self.scopes {
            check_scope(scope)?;
        }
        count("pieces of metadata", self.metadata.len(), MOST_METADATA)?;
        for (name, value) in &self.metadata {
            token("the name of metadata", name, METADATA_NAME)?;
            if value.len() > METADATA {
                return invalid(format!("metadata `{name}` is longer than {METADATA} bytes"));
            }
        }
        if self.secrets.is_empty() {
            return invalid("a key needs a secret".to_owned());
        }
        count("secrets", self.secrets.len(), MOST_SECRETS)
    }

    /// Whether this record may take the place of an earlier one. A store asks this before it keeps
    /// the outcome of an update.
    ///
    /// # Errors
    ///
    /// [`KeyError::Revoked`] when a key that was revoked would work again,
    /// [`KeyError::Invalid`] for what [`check`](Self::check) refuses, or when the id has changed.
    pub fn may_follow(&self, earlier: &Self) -> Result<(), KeyError> {
        if self.id != earlier.id {
            return Err(InvalidRecord("the id of a key never changes".to_owned()).into());
        }
        if earlier.revoked.is_some() && self.revoked != earlier.revoked {
            return Err(KeyError::Revoked(earlier.id.clone()));
        }
        Ok(self.check()?)
    }

    fn check_proxies(&self) -> Result<(), InvalidRecord> {
        let Proxies::Named(names) = &self.proxies else {
            return Ok(());
        };
        if names.is_empty() {
            return invalid("a key opens at least one proxy: name it, or open all".to_owned());
        }
        count("proxies", names.len(), MOST_PROXIES)?;
        names
            .iter()
            .try_for_each(|name| token("the name of a proxy", name, PROXY))
    }
}

/// A scope is `1*( %x21 / %x23-5B / %x5D-7E )`.
fn check_scope(scope: &str) -> Result<(), InvalidRecord> {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    if (1..=SCOPE).contains(&scope.len()) && scope.bytes().all(plain) {
        return Ok(());
    }
    invalid(format!(
        "`{}` is no scope: use 1 to {SCOPE} visible ASCII characters without space, `\"` and `\\`",
        shown(scope).escape_debug()
    ))
}

fn words(what: &str, text: &str) -> Result<(), InvalidRecord> {
    let long = text.chars().nth(NAME).is_some();
    if long || text.is_empty() || text.trim() != text || text.chars().any(char::is_control) {
        return invalid(format!(
            "`{}` cannot be the {what} of a key: use 1 to {NAME} characters, no control characters, \
             no space at the ends",
            shown(text).escape_debug()
        ));
    }
    Ok(())
}

fn token(what: &str, text: &str, longest: usize) -> Result<(), InvalidRecord> {
    if (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    invalid(format!(
        "`{}` cannot be {what}: use 1 to {longest} visible ASCII characters without space",
        shown(text).escape_debug()
    ))
}

fn count(what: &str, count: usize, most: usize) -> Result<(), InvalidRecord> {
    match count <= most {
        true => Ok(()),
        false => invalid(format!("a key has at most {most} {what}, not {count}")),
    }
}

const fn invalid<T>(message: String) -> Result<T, InvalidRecord> {
    Err(InvalidRecord(message))
}
