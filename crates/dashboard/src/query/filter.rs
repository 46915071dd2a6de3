//! Which exchanges are meant.

use tollbar_analytics::{Event, Outcome};

use super::Period;
use crate::store::Row;

/// Which exchanges are meant. What is `None` is not looked at; everything else has to fit.
///
/// A text fits when it is the same, byte by byte. An empty text fits what is not known: `plan = Some("")` are the
/// exchanges without a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// When the request came in.
    pub period: Period,
    /// The name of the proxy.
    pub proxy: Option<Box<str>>,
    /// The plan that has let it in.
    pub plan: Option<Box<str>>,
    /// Who asked: the subject, else the key's name, the client's id, the key's id or the pseudonym.
    pub consumer: Option<Box<str>>,
    /// The MCP method, such as `tools/call`.
    pub method: Option<Box<str>>,
    /// The kind of what it was about, such as `tool`.
    pub subject_kind: Option<Box<str>>,
    /// Its name.
    pub subject: Option<Box<str>>,
    /// Why it was refused, such as `rate_limited`.
    pub reason: Option<Box<str>>,
    /// How it came out: a word of [`Outcome`].
    pub outcome: Option<Box<str>>,
    /// How it ended, as in a line: `complete`, `client_left`, ... Makes counts slower: they come from the exchanges.
    pub ended: Option<Box<str>>,
    /// The digest of the session of the legacy era. Makes counts slower: they come from the exchanges.
    pub session: Option<u64>,
    /// The HTTP status. Makes counts slower: they come from the exchanges.
    pub status: Option<u16>,
    /// The first digit of the HTTP status.
    pub class: Option<u16>,
    /// The JSON-RPC code.
    pub code: Option<i64>,
    /// Only what was refused, failed, or broke off behind the gateway. A client that left is no error.
    pub only_errors: bool,
}

impl Filter {
    /// All exchanges of this time.
    #[must_use]
    pub const fn new(period: Period) -> Self {
        Self {
            period,
            proxy: None,
            plan: None,
            consumer: None,
            method: None,
            subject_kind: None,
            subject: None,
            reason: None,
            outcome: None,
            ended: None,
            session: None,
            status: None,
            class: None,
            code: None,
            only_errors: false,
        }
    }

    /// Whether the counts of minutes know all that is asked for.
    pub(super) const fn is_counted(&self) -> bool {
        self.ended.is_none() && self.status.is_none() && self.session.is_none()
    }

    /// Whether only errors can fit: there is an index of those.
    pub(super) fn is_about_errors(&self) -> bool {
        let is_said = |text: &Option<Box<str>>| text.as_deref().is_some_and(|it| !it.is_empty());
        let outcome = self.outcome.as_deref();
        self.only_errors
            || is_said(&self.reason)
            || self.code.is_some()
            || self.class.is_some_and(|class| class >= 4)
            || self.status.is_some_and(|status| status >= 400)
            || outcome
                .and_then(Outcome::parse)
                .is_some_and(Outcome::is_error)
    }

    /// Whether an event is meant. What is found in a store and what is seen as it happens are the same.
    #[must_use]
    pub fn fits(&self, event: &Event) -> bool {
        let row = Row::of(event);
        let group = &row.group;
        let texts = [
            (&self.proxy, group.proxy),
            (&self.plan, group.plan),
            (&self.consumer, group.consumer),
            (&self.method, group.method),
            (&self.subject_kind, group.subject_kind),
            (&self.subject, group.subject),
            (&self.reason, group.reason),
            (&self.outcome, group.outcome),
            (&self.ended, event.ended.as_str()),
        ];
        (self.period.from..self.period.until).contains(&row.at)
            && texts
                .iter()
                .all(|(wanted, text)| wanted.as_deref().is_none_or(|it| it == *text))
            && self
                .session
                .is_none_or(|session| event.session == Some(session))
            && self.status.is_none_or(|status| row.status == Some(status))
            && self.class.is_none_or(|class| group.class == class)
            && self.code.is_none_or(|code| group.code == Some(code))
            && (!self.only_errors || row.is_error)
    }
}
