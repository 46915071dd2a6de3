//! The two outputs: lines for machines, and words for people.
//!
//! Neither may end the gateway: a reader that has gone is no reason to stop serving, so errors are
//! left aside.

use std::io::{self, Write as _};

/// Writes one line of JSON to standard output.
pub(crate) fn tell(line: &serde_json::Value) {
    let mut output = io::stdout().lock();
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

/// Writes text to standard output, for commands whose result it is.
pub(crate) fn print(text: &str) {
    let _ = is_read(text);
}

/// The same, for commands that go on for as long as somebody reads. Whether there still is somebody.
pub(crate) fn is_read(text: &str) -> bool {
    let mut output = io::stdout().lock();
    let written = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    written.is_ok()
}

/// Writes text to standard error.
pub(crate) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
