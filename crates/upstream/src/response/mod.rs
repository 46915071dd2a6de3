//! From the upstream's answer to the client's.

mod body;
mod headers;

#[cfg(test)]
mod tests;

pub(crate) use self::body::AnswerBody;

use http::{Response, StatusCode, response::Parts};
use url::Url;

use crate::{failure::Failure, redirect::Redirect};

/// The head of an answer as the client gets it. Only status and headers go on.
pub(crate) fn pass(head: Parts, cookies: bool, configured: &Url) -> Result<Response<()>, Failure> {
    if head.status == StatusCode::SWITCHING_PROTOCOLS {
        return Err(Failure::Upgrade);
    }
    if head.status.is_redirection() {
        let (redirect, location) = Redirect::of(&head.headers, configured);
        return Err(Failure::Redirect(redirect, location));
    }
    let mut response = Response::new(());
    *response.status_mut() = head.status;
    *response.headers_mut() = headers::passed(head.headers, cookies)?;
    Ok(response)
}
