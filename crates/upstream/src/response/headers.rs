//! Which headers of an answer go on.

use http::{HeaderMap, header};

use crate::{failure::Failure, hop::Named};

/// The headers that go on to the client. All others pass unchanged, repeated lines and their order
/// included.
pub(super) fn passed(headers: HeaderMap, cookies: bool) -> Result<HeaderMap, Failure> {
    let named = Named::of(&headers).map_err(|_| Failure::Malformed)?;
    // RFC 9112 section 6.3: it overrides the length, and a recipient removes that.
    let chunked = headers.contains_key(header::TRANSFER_ENCODING);
    let mut kept = HeaderMap::with_capacity(headers.keys_len());
    let mut current = None;
    // Of lines of one name, only the first comes with it.
    for (name, value) in headers {
        if let Some(name) = name {
            let keep = !named.drops(&name)
                && match name.as_str() {
                    "set-cookie" | "set-cookie2" => cookies,
                    "content-length" => !chunked,
                    name => !is_of_the_origin(name),
                };
            current = keep.then_some(name);
        }
        if let Some(name) = &current {
            kept.append(name, value);
        }
    }
    Ok(kept)
}

/// Headers that speak for a whole origin. To the client that is the gateway's origin, for which the
/// upstream cannot speak.
fn is_of_the_origin(name: &str) -> bool {
    name.starts_with("access-control-")
        || matches!(
            name,
            "alt-svc"
                | "clear-site-data"
                | "nel"
                | "public-key-pins"
                | "report-to"
                | "reporting-endpoints"
                | "strict-transport-security"
        )
}
