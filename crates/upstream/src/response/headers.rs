//! Which headers of an answer go on.

use http::{HeaderMap, HeaderValue, header};

use crate::{failure::Failure, hop::Named};

/// For whatever a browser might take for a page: it runs no script, loads nothing, and has an origin
/// of its own (Content Security Policy Level 3, sections 6.1.4 and 6.3.2).
const INERT: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// The headers that go on to the client. All others pass unchanged, repeated lines and their order
/// included.
///
/// To a browser all upstreams behind one gateway are one origin. A page of one of them must not run
/// there, since it could call all others.
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
                    name => !is_of_the_origin(name) && !commands_a_proxy(name),
                };
            current = keep.then_some(name);
        }
        if let Some(name) = &current {
            kept.append(name, value);
        }
    }
    if !is_data(&kept) {
        kept.insert(header::CONTENT_SECURITY_POLICY, INERT);
    }
    kept.insert(header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF);
    Ok(kept)
}

/// Whether the content is of a type that MCP answers with, and that no browser runs or renders.
fn is_data(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return false;
    };
    // A browser takes the last one of several types (Fetch, "extract a MIME type").
    let Some(line) = line.to_str().ok().filter(|line| !line.contains(',')) else {
        return false;
    };
    let essence = line.split(';').next().unwrap_or_default().trim();
    [
        "application/json",
        "application/problem+json",
        "text/event-stream",
    ]
    .iter()
    .any(|data| essence.eq_ignore_ascii_case(data))
}

/// Headers that speak for a whole origin, or lead away from it. To the client that is the gateway's
/// origin, for which the upstream cannot speak.
fn is_of_the_origin(name: &str) -> bool {
    name.starts_with("access-control-")
        || matches!(
            name,
            "alt-svc"
                | "clear-site-data"
                | "nel"
                | "public-key-pins"
                | "refresh"
                | "report-to"
                | "reporting-endpoints"
                | "service-worker-allowed"
                | "strict-transport-security"
        )
}

/// Headers that a proxy in front of the gateway obeys: it sends a file of its own, asks elsewhere,
/// looks for commands in the content or takes the gateway for broken. There they come from the
/// gateway, which is trusted more than an upstream is.
fn commands_a_proxy(name: &str) -> bool {
    const FAMILIES: [&str; 5] = [
        "x-accel-",
        "x-envoy-",
        "x-lighttpd-",
        "x-litespeed-",
        "x-reproxy-",
    ];
    // `x-accel-buffering: no` is what keeps nginx from holding back an event stream.
    (name != "x-accel-buffering" && FAMILIES.iter().any(|family| name.starts_with(family)))
        || matches!(
            name,
            "edge-control" | "surrogate-control" | "x-sendfile" | "x-sendfile2"
        )
}
