//! How an API is made.

use std::sync::Arc;

use super::{Api, Token, routes::Routes};
use crate::{Query, Tail};

/// How many requests may stand at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiSettings {
    /// Questions that are answered or wait. Each takes a thread of the runtime's for blocking. Default 16.
    pub queries: usize,
    /// Readers of the tail. Default 16.
    pub tails: usize,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            queries: 16,
            tails: 16,
        }
    }
}

/// How an [`Api`] is made.
#[derive(Clone, Debug)]
#[must_use = "builds nothing until `build`"]
pub struct ApiBuilder {
    query: Query,
    tail: Option<Tail>,
    token: Option<Token>,
    settings: ApiSettings,
}

impl ApiBuilder {
    pub(super) fn new(query: Query) -> Self {
        Self {
            query,
            tail: None,
            token: None,
            settings: ApiSettings::default(),
        }
    }

    /// Serves `/api/v1/tail` too.
    pub fn tail(mut self, tail: Tail) -> Self {
        self.tail = Some(tail);
        self
    }

    /// Answers only who has this token.
    pub fn token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    /// Other bounds than the usual ones.
    pub const fn settings(mut self, settings: ApiSettings) -> Self {
        self.settings = settings;
        self
    }

    /// The service.
    #[must_use]
    pub fn build(self) -> Api {
        let Self {
            query,
            tail,
            token,
            settings,
        } = self;
        Api(Arc::new(Routes::new(query, tail, token, settings)))
    }
}
