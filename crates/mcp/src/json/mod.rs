//! Strict JSON: one scanner that refuses what parsers disagree on, and slices of what it has let through.
//!
//! A gateway that judges one reading of a document and hands the same bytes to a server with another parser
//! has judged nothing. So everything on which common parsers differ is refused here: keys that occur twice, byte
//! order marks, lone surrogates, raw control characters, numbers beyond what a 64-bit float holds, text behind the
//! document, and nesting deeper than `serde_json` follows. What [`check`] accepts, `serde_json::Value` reads.
//!
//! Keys that mean something to a parser itself are refused as well: `__proto__`, and everything that starts with
//! `$serde_json::private::`.
//!
//! # Examples
//!
//! ```
//! use tollbar_mcp::json::{self, Kind, Slice};
//!
//! let text = r#"{"tools":[{"name":"add"},{"name":"wipe"}]}"#;
//! json::check(text, 127)?;
//!
//! let tools = Slice::new(text).get("tools").unwrap();
//! assert_eq!(tools.kind(), Some(Kind::Array));
//! let last = tools.elements().last().unwrap();
//! assert_eq!(&text[last.span()], r#"{"name":"wipe"}"#);
//! assert!(json::check(r#"{"a":1,"\u0061":2}"#, 127).is_err());
//! # Ok::<(), json::Error>(())
//! ```

mod cut;
mod error;
mod fold;
mod keys;
mod number;
mod scanner;
mod slice;
mod string;
mod token;

pub use self::error::Error;
pub use self::slice::{Elements, Kind, Members, Slice};
pub use self::string::write_string;

pub(crate) use self::error::Problem;
pub(crate) use self::fold::variant;
pub(crate) use self::scanner::Scanner;

/// The deepest nesting that a `serde_json::Value` is read from.
const DEEPEST: usize = 127;

/// Checks that a text is one strict JSON document.
///
/// `depth` is the number of arrays and objects that may be nested; more than 127 is taken as 127.
///
/// # Errors
///
/// The first offence against JSON's grammar, or against one of the rules of this module.
pub fn check(text: &str, depth: usize) -> Result<(), Error> {
    let mut scanner = Scanner::new(text, depth);
    scanner.space();
    scanner.skip()?;
    scanner.finish()
}
