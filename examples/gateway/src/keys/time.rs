//! Times of keys, as they are written on the command line.

use std::{
    str::FromStr,
    time::{Duration, SystemTime},
};

use tollbar::plan::key::Timestamp;

/// Why a key cannot end at a time: it would be born dead.
const OVER: &str = "it is over: write a later time";

/// Seconds of each unit.
const UNITS: [(&str, u64); 5] = [
    ("s", 1),
    ("m", 60),
    ("h", 60 * 60),
    ("d", 24 * 60 * 60),
    ("w", 7 * 24 * 60 * 60),
];

/// The longest time that can be written: a hundred years.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// How long: a whole number and a unit. Keys live longer than what else is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Duration);

/// When a key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expiry {
    Never,
    After(Span),
    At(Timestamp),
}

impl Expiry {
    /// The time, seen from now.
    pub(super) fn time(self) -> Option<SystemTime> {
        match self {
            Self::Never => None,
            Self::After(span) => Some(SystemTime::now() + span.0),
            Self::At(time) => Some(time.time()),
        }
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = UNITS.into_iter().find(|(name, _)| *name == unit);
        let span = unit.and_then(|(_, length)| number.parse::<u64>().ok()?.checked_mul(length));
        let span = span
            .map(Duration::from_secs)
            .filter(|span| *span <= LONGEST);
        span.map(Self).ok_or_else(|| {
            "write a whole number and `s`, `m`, `h`, `d` or `w`, such as `90d`, up to 100 years"
                .to_owned()
        })
    }
}

impl FromStr for Expiry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let expiry = match (text.parse(), text.parse()) {
            (Ok(time), _) => Self::At(time),
            (_, Ok(span)) => Self::After(span),
            _ if text == "now" => return Err(OVER.to_owned()),
            _ => {
                return Err(
                    "write a time from now such as `90d`, one of the calendar such as \
                     `2027-01-31T12:00:00Z`, or `never`"
                        .to_owned(),
                );
            }
        };
        match expiry.time() {
            Some(time) if time <= SystemTime::now() => Err(OVER.to_owned()),
            _ => Ok(expiry),
        }
    }
}
