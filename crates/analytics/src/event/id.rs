//! Which exchange it was.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use http::HeaderValue;
use tollbar_core::{Exchange, Session};

/// Names one exchange: a UUID of version 7 (RFC 9562 section 5.7), so that ids sort by time.
///
/// It is no secret, and nothing may rest on its not being guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeId(u128);

impl ExchangeId {
    /// The number.
    #[must_use]
    pub const fn to_u128(self) -> u128 {
        self.0
    }

    /// The id with this number, such as one that was stored.
    #[must_use]
    pub const fn from_u128(number: u128) -> Self {
        Self(number)
    }

    /// Reads its text: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12, in whatever case. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.split('-').collect();
        let id = Self(u128::from_str_radix(&digits, 16).ok()?);
        id.to_string().eq_ignore_ascii_case(text).then_some(id)
    }
}

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e] = [
            self.0 >> 96,
            (self.0 >> 80) & 0xffff,
            (self.0 >> 64) & 0xffff,
            (self.0 >> 48) & 0xffff,
            self.0 & 0xffff_ffff_ffff,
        ];
        write!(f, "{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}")
    }
}

/// Makes ids. What a process makes differs by a counter; what two processes make in the same millisecond, by chance.
#[derive(Debug)]
pub(crate) struct Ids {
    chance: RandomState,
    own: u64,
    counter: AtomicU64,
}

impl Ids {
    pub(crate) fn new() -> Self {
        // The one source of chance in the standard library.
        let chance = RandomState::new();
        Self {
            own: chance.hash_one("own"),
            counter: AtomicU64::new(chance.hash_one("counter")),
            chance,
        }
    }

    /// The digest of a session's id. Nobody can try ids against it who does not know what this process has by chance.
    pub(crate) fn session(&self, exchange: &Exchange, begun: Option<&HeaderValue>) -> Option<u64> {
        let sealed = exchange.session().map(Session::id);
        let named = sealed.or_else(|| exchange.call()?.session());
        let id = named.or_else(|| begun?.to_str().ok())?;
        Some(self.chance.hash_one(id))
    }

    pub(crate) fn next(&self, at: SystemTime) -> ExchangeId {
        let since = at.duration_since(SystemTime::UNIX_EPOCH);
        let millis = since.as_ref().map_or(0, Duration::as_millis) & 0xffff_ffff_ffff;
        let count = u128::from(self.counter.fetch_add(1, Ordering::Relaxed));
        let own = u128::from(self.own);
        // Version and variant have their bits between; 12 and 30 bits are the process's own, 32 count.
        let high = (millis << 16) | 0x7000 | (own >> 52);
        let low = (0b10 << 62) | ((own & 0x3fff_ffff) << 32) | (count & 0xffff_ffff);
        ExchangeId((high << 64) | low)
    }
}

#[cfg(test)]
mod tests {
    use super::ExchangeId;

    #[test]
    fn only_the_form_of_an_id_is_one() {
        let text = "0192f1c2-0000-7abc-8def-0123456789ab";
        assert_eq!(ExchangeId::parse(text).unwrap().to_string(), text);
        for text in [
            "",
            "0192f1c200007abc8def0123456789ab",
            "+192f1c2-0000-7abc-8def-0123456789ab",
            "x",
        ] {
            assert_eq!(ExchangeId::parse(text), None, "{text}");
        }
    }
}
