//! The text of a key.

use std::{fmt, str::FromStr};

use thiserror::Error;
use zeroize::Zeroizing;

use super::random::{DIGITS, NoRandomness, append_digits};

/// What every key begins with.
const PREFIX: &str = "tollbar_";
/// Random digits: 62^43 is a little more than 2^256.
const SECRET: usize = 43;
/// Digits of the checksum: 62^6 is more than 2^32.
const CHECKSUM: usize = 6;

/// A bearer key, as its owner holds it.
///
/// 57 characters: `tollbar_`, 43 random digits of base 62 (256 bits), and 6 digits of base 62 that
/// are the CRC-32 of all that stands before. The prefix lets people and secret scanners recognise a
/// key wherever it turns up ([`PATTERN`](Self::PATTERN)), and the checksum tells a mistyped key from
/// an unknown one without asking anybody. All characters are those of a `Bearer` token (RFC 6750
/// section 2.1) and need no quoting in shells and URLs.
///
/// The text is overwritten when the key is dropped, and `Debug` does not show it. It stands in no
/// store: that holds a [`KeyDigest`](super::KeyDigest).
///
/// ```
/// use tollbar_plan::key::{InvalidKey, Key};
///
/// let key = Key::generate()?;
/// assert_eq!(Key::parse(key.expose()).unwrap().expose(), key.expose());
///
/// let mistyped = key.expose().replace(key.expose().chars().last().unwrap(), "-");
/// assert_eq!(Key::parse(&mistyped).unwrap_err(), InvalidKey::Form);
/// assert_eq!(format!("{key:?}"), "Key(..)");
/// # Ok::<(), tollbar_plan::key::NoRandomness>(())
/// ```
#[derive(Clone)]
pub struct Key(Zeroizing<String>);

/// A text is not a key.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKey {
    /// It does not have the form of a key.
    #[error(
        "this is not a key: a key is `tollbar_` and {} letters and digits",
        SECRET + CHECKSUM
    )]
    Form,
    /// It begins like a key, and is shorter or longer. Holds how many bytes stand behind `tollbar_`.
    #[error(
        "the key is cut or has something added: behind `tollbar_` are {digits} letters and digits, not {0}",
        digits = SECRET + CHECKSUM
    )]
    Length(usize),
    /// Its checksum is another one.
    #[error("the key is mistyped: its checksum does not fit")]
    Checksum,
}

impl Key {
    /// The length of every key, in bytes.
    pub const LENGTH: usize = PREFIX.len() + SECRET + CHECKSUM;

    /// A regular expression that finds keys in other text, for secret scanners.
    pub const PATTERN: &'static str = r"\btollbar_[0-9A-Za-z]{49}\b";

    /// A new key.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`] when the operating system gives no random bytes.
    pub fn generate() -> Result<Self, NoRandomness> {
        // As long as it will be: a text that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(Self::LENGTH));
        text.push_str(PREFIX);
        append_digits(&mut text, SECRET)?;
        for digit in checksum(text.as_bytes()) {
            text.push(char::from(digit));
        }
        Ok(Self(text))
    }

    /// The key that a text is.
    ///
    /// # Errors
    ///
    /// [`InvalidKey`] when it has not the form of one, or another checksum. Whether anybody knows
    /// the key is another question.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        check(text).map(|()| Self(Zeroizing::new(text.to_owned())))
    }

    /// Whether a text may hold a key, or the greater part of one, and so must not be repeated: it
    /// begins like a key, or has a long part that looks as random as one. Names that people choose
    /// have neither; hexadecimal digests pass.
    ///
    /// ```
    /// use tollbar_plan::key::Key;
    ///
    /// let key = Key::generate()?;
    /// assert!(Key::may_stand_in(key.expose()));
    /// assert!(Key::may_stand_in(&format!("Bearer {}", key.expose())));
    /// assert!(!Key::may_stand_in("my-tollbar_key"));
    /// # Ok::<(), tollbar_plan::key::NoRandomness>(())
    /// ```
    #[must_use]
    pub fn may_stand_in(text: &str) -> bool {
        looks_like_a_key(text) || text.split(|each| !is_digit(each)).any(looks_random)
    }

    /// The secret text. Show it once, to its owner.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        Self::parse(text)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Whether a text begins like a key.
pub(super) fn looks_like_a_key(text: &str) -> bool {
    text.starts_with(PREFIX)
}

const fn is_digit(character: char) -> bool {
    character.is_ascii_alphanumeric()
}

/// Whether a run of digits of base 62 is long and mixed enough to be a part of a key. Of 300 keys one
/// has no such part behind its prefix at this length; at a key's own, of 5,000.
fn looks_random(run: &str) -> bool {
    const SHORTEST: usize = 32;
    let has = |kind: fn(&u8) -> bool| run.as_bytes().iter().any(kind);
    run.len() >= SHORTEST
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
}

/// The text, or what stands for one in which a key may stand, for messages.
pub(super) fn shown(text: &str) -> &str {
    match Key::may_stand_in(text) {
        true => "tollbar_...",
        false => text,
    }
}

/// Whether a text is a key. Looks at no more than a key's length.
pub(super) fn check(text: &str) -> Result<(), InvalidKey> {
    let digits = text.strip_prefix(PREFIX).ok_or(InvalidKey::Form)?;
    if digits.len() != SECRET + CHECKSUM {
        return Err(InvalidKey::Length(digits.len()));
    }
    if !digits.chars().all(is_digit) {
        return Err(InvalidKey::Form);
    }
    let parts = text.as_bytes().split_last_chunk::<CHECKSUM>();
    let (before, written) = parts.ok_or(InvalidKey::Form)?;
    match checksum(before) == *written {
        true => Ok(()),
        false => Err(InvalidKey::Checksum),
    }
}

/// The checksum of what stands before it: CRC-32 (ISO-HDLC), the highest digit first.
fn checksum(before: &[u8]) -> [u8; CHECKSUM] {
    let mut rest = crc32fast::hash(before);
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}
