//! An event as one line of JSON, of bounded length and with nothing in it that moves a cursor.

mod calls;
mod row;
mod text;
mod verdict;

#[cfg(test)]
mod tests;

use serde::Serialize as _;
use serde_json::Serializer;

use self::{row::Row, text::Printable};
use crate::Event;

/// Most lines fit without growing.
const USUAL: usize = 512;

/// Writes an event as one JSON object, without a line end.
pub(crate) fn write(event: &Event) -> String {
    let mut line = Vec::with_capacity(USUAL);
    let mut serializer = Serializer::with_formatter(&mut line, Printable);
    // Strings and numbers into memory: neither of these can fail.
    match Row::of(event).serialize(&mut serializer) {
        Ok(()) => String::from_utf8(line).unwrap_or_default(),
        Err(_) => String::new(),
    }
}
