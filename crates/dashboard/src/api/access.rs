//! Who is let in, and with which methods.

use http::{Method, StatusCode, header, request::Parts};

use super::{Token, host, problem::Problem};

/// Who is let in.
pub(super) struct Access(pub(super) Option<Token>);

impl Access {
    /// Whether this request may ask anything at all.
    pub(super) fn admit(&self, head: &Parts) -> Result<(), Problem> {
        match &self.0 {
            Some(token) if !token.opens(&head.headers) => {
                let message = match head.headers.contains_key(header::AUTHORIZATION) {
                    true => "this is not the token",
                    false => "send the token: `Authorization: Bearer ...`",
                };
                let challenge = "Bearer realm=\"tollbar\"";
                let problem = Problem::new(StatusCode::UNAUTHORIZED, message);
                return Err(problem.with(header::WWW_AUTHENTICATE, challenge));
            }
            None if !host::is_own(&head.uri, &head.headers) => {
                let message = "without a token only `localhost` is answered: ask for it by that name, or set a token";
                return Err(Problem::new(StatusCode::FORBIDDEN, message));
            }
            _ => {}
        }
        if ![Method::GET, Method::HEAD].contains(&head.method) {
            let message = "only GET and HEAD are known here";
            let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, message);
            return Err(problem.with(header::ALLOW, "GET, HEAD"));
        }
        Ok(())
    }
}
