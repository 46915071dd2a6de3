//! From the upstream's answer to the client's.

mod body;
mod headers;
mod redirect;

#[cfg(test)]
mod tests;

pub(crate) use self::{body::AnswerBody, redirect::Redirect};

use http::{Response, StatusCode};
use hyper::body::Incoming;
use tollbar_core::Body;
use url::Url;

use crate::failure::Failure;

/// The answer as the client gets it. Only status, headers and body go on.
pub(crate) fn answer(
    response: Response<Incoming>,
    cookies: bool,
    configured: &Url,
    origin: &str,
    body: impl FnOnce(Incoming) -> Body,
) -> Result<Response<Body>, Failure> {
    let (head, incoming) = response.into_parts();
    if head.status == StatusCode::SWITCHING_PROTOCOLS {
        return Err(Failure::Upgrade);
    }
    if head.status.is_redirection() {
        return Err(Failure::Redirect(Redirect::of(&head.headers, configured, origin)));
    }
    let headers = headers::passed(head.headers, cookies)?;
    let mut response = Response::new(body(incoming));
    *response.status_mut() = head.status;
    *response.headers_mut() = headers;
    Ok(response)
}
