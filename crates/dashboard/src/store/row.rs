//! An event as the columns of a table.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use tollbar_analytics::{Event, Outcome};
use tollbar_core::Consumer;
use tollbar_mcp::Method;

use super::histogram::bucket;

/// What names beyond [`StoreSettings::groups`](crate::StoreSettings::groups) are counted as.
pub const OTHER: &str = "(other)";

/// Where the minutes of a count begin and end, in microseconds.
pub(crate) const MINUTE: i64 = 60_000_000;

/// The longest text in a column, in bytes.
const LONGEST: usize = 1_024;

/// What an exchange is counted by. Empty texts stand for what is not known, also in the tables.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Group<'a> {
    pub(crate) minute: i64,
    pub(crate) proxy: &'a str,
    pub(crate) method: &'a str,
    pub(crate) subject_kind: &'static str,
    pub(crate) subject: &'a str,
    pub(crate) plan: &'a str,
    pub(crate) consumer: &'a str,
    pub(crate) class: u16,
    pub(crate) outcome: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) code: Option<i64>,
}

impl Group<'_> {
    /// Without what a stranger has chosen, but for who it is.
    pub(crate) fn folded(mut self, is_method_known: bool) -> Self {
        if !is_method_known {
            self.method = OTHER;
        }
        if !self.subject.is_empty() {
            self.subject = OTHER;
        }
        if self.outcome != Outcome::Refused.as_str() {
            self.code = None;
        }
        self
    }

    /// Without who it is.
    pub(crate) fn nameless(mut self) -> Self {
        if !self.consumer.is_empty() {
            self.consumer = OTHER;
        }
        self
    }
}

/// What is kept of an event beside its line.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) at: i64,
    pub(crate) group: Group<'a>,
    pub(crate) is_method_known: bool,
    /// Whether a plan has found out who asked: nobody has such a name by making it up.
    pub(crate) is_consumer_verified: bool,
    pub(crate) is_error: bool,
    pub(crate) proxy_version: Option<&'a str>,
    pub(crate) client_id: Option<&'a str>,
    pub(crate) key_id: Option<&'a str>,
    pub(crate) client: Option<Cow<'a, str>>,
    pub(crate) http_method: &'a str,
    pub(crate) status: Option<u16>,
    pub(crate) tool_error: bool,
    pub(crate) refusal: Option<&'static str>,
    pub(crate) decision: Option<&'static str>,
    pub(crate) rule: Option<&'a str>,
    pub(crate) own: Option<u64>,
    pub(crate) upstream: Option<u64>,
    pub(crate) head: Option<u64>,
    pub(crate) total: u64,
    pub(crate) bucket: usize,
}

impl<'a> Row<'a> {
    pub(crate) fn of(event: &'a Event) -> Self {
        let at = since_epoch(event.at);
        let asked = event.asked.as_ref();
        let consumer = event.consumer.as_ref();
        let verdict = event.verdict.as_ref();
        let total = micros(event.times.total);
        let outcome = event.outcome();
        Self {
            at,
            group: Group {
                minute: at.div_euclid(MINUTE),
                proxy: cut(event.proxy.name.as_deref().unwrap_or_default()),
                method: cut(asked
                    .and_then(|asked| asked.method_name())
                    .unwrap_or_default()),
                subject_kind: asked
                    .and_then(|asked| asked.subject_kind)
                    .unwrap_or_default(),
                subject: cut(asked
                    .and_then(|asked| asked.subject.as_deref())
                    .unwrap_or_default()),
                plan: consumer
                    .map(|consumer| cut(consumer.plan()))
                    .unwrap_or_default(),
                consumer: cut(consumer.and_then(name).unwrap_or_default()),
                class: event.status.map_or(0, |status| status.as_u16() / 100),
                outcome: outcome.as_str(),
                reason: event.refusal.as_ref().map_or("", |refusal| refusal.reason),
                code: event.code(),
            },
            is_method_known: !matches!(
                asked.and_then(|asked| asked.method.as_ref()),
                Some(Method::Other(_))
            ),
            is_consumer_verified: consumer.is_some_and(Consumer::is_verified),
            is_error: outcome.is_error(),
            proxy_version: event.proxy.version.as_deref().map(cut),
            client_id: consumer.and_then(Consumer::client_id).map(cut),
            key_id: consumer.and_then(Consumer::key_id).map(cut),
            client: event
                .client
                .as_ref()
                .map(|client| match (client.name(), client.version()) {
                    (name, "") => Cow::Borrowed(cut(name)),
                    (name, version) => Cow::Owned(format!("{} {}", cut(name), cut(version))),
                }),
            http_method: cut(&event.http_method),
            status: event.status.map(|status| status.as_u16()),
            tool_error: event.upstream.is_some_and(|answer| answer.is_tool_error),
            refusal: event.refusal.as_ref().map(|refusal| refusal.kind.as_str()),
            decision: verdict.map(|verdict| if verdict.allows() { "allow" } else { "deny" }),
            rule: verdict.and_then(|verdict| verdict.rule()).map(cut),
            own: event.times.own().map(micros),
            upstream: event.times.answered.map(micros),
            head: event.times.head.map(micros),
            total,
            bucket: bucket(total),
        }
    }
}

/// The best name of a consumer that there is.
fn name(consumer: &Consumer) -> Option<&str> {
    let names = [
        consumer.subject(),
        consumer.key_name(),
        consumer.client_id(),
        consumer.key_id(),
        consumer.pseudonym(),
    ];
    names.into_iter().flatten().next()
}

/// The text, cut between two characters where it is too long.
fn cut(text: &str) -> &str {
    if text.len() <= LONGEST + '…'.len_utf8() {
        // An event cuts by itself, and says so with three bytes.
        return text;
    }
    let kept = (0..=LONGEST).rev().find_map(|end| text.get(..end));
    kept.unwrap_or_default()
}

/// Microseconds since 1970, negative before.
pub(crate) fn since_epoch(at: SystemTime) -> i64 {
    let whole = |duration: Duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    match at.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => whole(since),
        Err(before) => -whole(before.duration()),
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// A number as SQLite keeps it: signed.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
