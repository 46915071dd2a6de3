//! The headers that Streamable HTTP defines, and the encoding of names that are no plain ASCII.
//!
//! From 2026-07-28 on (`basic/transports/streamable-http`, Value Encoding) a name which a header cannot carry as it is
//! travels as `=?base64?`, the Base64 of its UTF-8, and `?=`. Everything else is a literal.
//!
//! # Examples
//!
//! ```
//! use tollbar_mcp::header;
//!
//! let value = header::encode("Hello, 世界");
//! assert_eq!(value, "=?base64?SGVsbG8sIOS4lueVjA==?=");
//! assert_eq!(header::decode(&value)?, "Hello, 世界");
//! assert_eq!(header::encode("us-west1"), "us-west1");
//! # Ok::<(), header::InvalidValue>(())
//! ```

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue};

/// The protocol version of a request (2025-06-18 and later).
pub const MCP_PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
/// The session of a request (2025-03-26 to 2025-11-25).
pub const MCP_SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
/// The method of a request (2026-07-28 and later).
pub const MCP_METHOD: HeaderName = HeaderName::from_static("mcp-method");
/// The tool, prompt, resource or task of a request (2026-07-28 and later).
pub const MCP_NAME: HeaderName = HeaderName::from_static("mcp-name");
/// Where a broken stream is to be taken up again (2025-03-26 to 2025-11-25).
pub const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// What the names of headers begin with that mirror a tool's arguments (2026-07-28 and later).
pub const MCP_PARAM: &str = "mcp-param-";

const OPENING: &str = "=?base64?";
const CLOSING: &str = "?=";

/// A header value that cannot be read as a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidValue {
    /// It has bytes outside of visible ASCII, space and tab.
    #[error("not plain ASCII, encode it as `=?base64?...?=`")]
    NotAscii,
    /// Between the markers is no padded standard Base64.
    #[error("invalid Base64 between `=?base64?` and `?=`")]
    NotBase64,
    /// The Base64 is not that of UTF-8.
    #[error("invalid UTF-8 in Base64")]
    NotUtf8,
}

/// Reads a header value: white space around it is dropped, then the markers decide.
///
/// # Errors
///
/// When the value is not ASCII, or has both markers and no canonical Base64 of UTF-8 between them.
pub fn decode(value: &HeaderValue) -> Result<Cow<'_, str>, InvalidValue> {
    let text = plain(value).ok_or(InvalidValue::NotAscii)?;
    let inside = text
        .strip_prefix(OPENING)
        .and_then(|rest| rest.strip_suffix(CLOSING));
    let Some(inside) = inside else {
        return Ok(Cow::Borrowed(text));
    };
    let bytes = STANDARD
        .decode(inside)
        .map_err(|_| InvalidValue::NotBase64)?;
    let decoded = String::from_utf8(bytes).map_err(|_| InvalidValue::NotUtf8)?;
    Ok(Cow::Owned(decoded))
}

/// Writes a header value: as it is when that is safe, else between the markers.
#[must_use]
pub fn encode(text: &str) -> HeaderValue {
    let is_literal = text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && text.trim_matches(' ') == text
        && !(text.starts_with(OPENING) && text.ends_with(CLOSING));
    let literal = is_literal.then(|| HeaderValue::from_str(text).ok());
    literal.flatten().unwrap_or_else(|| {
        let encoded = format!("{OPENING}{}{CLOSING}", STANDARD.encode(text));
        // Base64 and the markers are visible ASCII, so this cannot fail.
        HeaderValue::try_from(encoded).unwrap_or_else(|_| HeaderValue::from_static(""))
    })
}

/// A value without the white space around it (RFC 9110, section 5.5); `None` when it is not ASCII.
pub(crate) fn plain(value: &HeaderValue) -> Option<&str> {
    let text = value.to_str().ok()?;
    Some(text.trim_matches([' ', '\t']))
}
