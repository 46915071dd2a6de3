//! Short ways to say "this request" and "this answer".

use http::{HeaderMap, HeaderName, HeaderValue};
use tollbar_mcp::{Call, Limits, Malformed};

/// The three members of `_meta` that every modern request has.
pub(crate) const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"c","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}"#;

/// A header map of these lines, in this order; names may be repeated.
pub(crate) fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

/// POSTs a body with these headers and the default limits.
pub(crate) fn post(lines: &[(&str, &str)], body: impl AsRef<[u8]>) -> Result<Call, Malformed> {
    Call::post(&headers(lines), body.as_ref(), &Limits::default())
}

/// POSTs as a client of 2025-11-25 does.
pub(crate) fn legacy(body: impl AsRef<[u8]>) -> Result<Call, Malformed> {
    post(&[("mcp-protocol-version", "2025-11-25")], body)
}

/// POSTs as a client of 2026-07-28 does, with these routing headers.
pub(crate) fn modern(
    method: &str,
    name: Option<&str>,
    body: impl AsRef<[u8]>,
) -> Result<Call, Malformed> {
    let mut lines = vec![
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", method),
    ];
    lines.extend(name.map(|name| ("mcp-name", name)));
    post(&lines, body)
}

/// Status, code and echoed id of a refusal.
pub(crate) fn answer(result: Result<Call, Malformed>) -> (u16, i64, Option<String>) {
    let malformed = result.expect_err("should be refused");
    let id = malformed.id().map(ToString::to_string);
    (malformed.status().as_u16(), malformed.code().0, id)
}

/// [`answer`] for a request that had the id 1.
pub(crate) fn echoed(status: u16, code: i64) -> (u16, i64, Option<String>) {
    (status, code, Some("1".to_owned()))
}

/// [`answer`] for a request without a readable id.
pub(crate) fn nameless(status: u16, code: i64) -> (u16, i64, Option<String>) {
    (status, code, None)
}
