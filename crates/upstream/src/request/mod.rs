//! From the client's request to the upstream's.

mod body;
mod headers;
mod target;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    body::RequestBody,
    headers::{HeaderRules, fix},
    target::Target,
};

use std::net::IpAddr;

use http::{Method, Request, request::Parts};
use tollbar_core::Body;

use crate::failure::Failure;

/// The same request once more, when its body is here as a whole.
pub(crate) fn again(request: &Request<RequestBody>) -> Option<Request<RequestBody>> {
    let mut same = Request::new(request.body().again()?);
    *same.uri_mut() = request.uri().clone();
    *same.headers_mut() = request.headers().clone();
    *same.method_mut() = request.method().clone();
    Some(same)
}

/// The request as the upstream gets it. Only what is named here goes on: extensions of the client's
/// connection (an upgrade, a protocol) do not.
pub(crate) fn outgoing(
    head: Parts,
    body: Body,
    peer: Option<IpAddr>,
    target: &Target,
    rules: &HeaderRules,
) -> Result<Request<RequestBody>, Failure> {
    // CONNECT would open a tunnel, and TRACE would show the client what was added for the upstream.
    if matches!(head.method, Method::CONNECT | Method::TRACE) {
        return Err(Failure::Method);
    }
    let mut request = Request::new(RequestBody::new(body));
    *request.uri_mut() = target.uri(&head.uri)?;
    *request.headers_mut() = rules.apply(head.headers, peer)?;
    *request.method_mut() = head.method;
    Ok(request)
}
