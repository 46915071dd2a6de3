//! Which scopes a token has, and which it needs.

use super::{
    TokenFault,
    members::{Members, Unreadable},
};
use crate::OAuth2Error;

/// Where scopes stand: the first of these members that is there. The first is the standards' (RFC 7662
/// section 2.2, RFC 9068 section 2.2.3), the other that of Microsoft, Okta and others.
const MEMBERS: [&str; 2] = ["scope", "scp"];

/// Which scopes a token has, and which it needs.
#[derive(Clone, Debug)]
pub(crate) struct ScopeRules {
    pub(crate) needed: Vec<Box<str>>,
    /// What clients are told to ask for, where the server calls it otherwise than it stands in tokens.
    pub(crate) challenge: Option<Vec<Box<str>>>,
    /// All that are needed, or one of them.
    pub(crate) all: bool,
    /// What stands between the scopes of a text.
    pub(crate) separator: char,
}

impl ScopeRules {
    /// The scopes of a token: a text with separators, or an array, each of whose texts is read so too.
    pub(super) fn of(&self, members: Members<'_>) -> Result<Vec<Box<str>>, Unreadable> {
        for name in MEMBERS {
            let Some(texts) = members.texts(name)? else {
                continue;
            };
            let scopes = texts.iter().flat_map(|text| text.split(self.separator));
            let scopes = scopes.map(str::trim).filter(|scope| !scope.is_empty());
            return Ok(scopes.map(Into::into).collect());
        }
        Ok(Vec::new())
    }

    /// Whether all that are needed are scopes: they are named in a challenge, between quotes.
    pub(crate) fn check(&self) -> Result<(), OAuth2Error> {
        let mut named = self.needed.iter().chain(self.challenge.iter().flatten());
        match named.find(|scope| !is_scope(scope)) {
            Some(scope) => Err(OAuth2Error::Scope(scope.to_string())),
            None => Ok(()),
        }
    }

    /// What is wrong when these are all.
    pub(super) fn lacking(&self, scopes: &[Box<str>]) -> Option<TokenFault> {
        let mut needed = self.needed.iter();
        let suffices = match self.all {
            true => needed.all(|scope| scopes.contains(scope)),
            false => self.needed.is_empty() || needed.any(|scope| scopes.contains(scope)),
        };
        (!suffices).then(|| TokenFault::Scope(self.named()))
    }

    /// What is needed, for the log.
    pub(super) fn expected(&self) -> String {
        let which = if self.all { "all of" } else { "one of" };
        format!("{which} {}", self.needed.join(" "))
    }

    /// What a client should ask for: what is named for that, else every scope that is needed, and of
    /// those of which one is enough the first.
    fn named(&self) -> Box<str> {
        match (&self.challenge, self.all) {
            (Some(scopes), _) => scopes.join(" ").into(),
            (None, true) => self.needed.join(" ").into(),
            (None, false) => self.needed.first().cloned().unwrap_or_default(),
        }
    }
}

/// RFC 6749 section 3.3: visible characters without `"` and `\`.
fn is_scope(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    !text.is_empty() && text.bytes().all(allowed)
}
