//! An event as one line of JSON, of bounded length and with nothing in it that moves a cursor.

mod row;
mod text;
mod verdict;

#[cfg(test)]
mod tests;

use serde::Serialize as _;
use serde_json::Serializer;

pub(crate) use self::text::is_misleading;

use self::{row::Row, text::Printable};
use crate::Event;

/// Most lines fit without growing.
const USUAL: usize = 512;

impl Event {
    /// The event as one JSON object, without a line end.
    ///
    /// Times are RFC 3339 in UTC, durations microseconds. Facts that are not known are left out. All control
    /// characters, line ends, and characters that reorder text or cannot be seen are escaped, so that a line can be
    /// shown on a terminal.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut line = Vec::with_capacity(USUAL);
        let mut serializer = Serializer::with_formatter(&mut line, Printable);
        // Strings and numbers into memory: neither of these can fail.
        match Row::of(self).serialize(&mut serializer) {
            Ok(()) => String::from_utf8(line).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }
}

/// For what is said only where it is so.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(value: &bool) -> bool {
    !*value
}
