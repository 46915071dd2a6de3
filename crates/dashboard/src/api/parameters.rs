//! What a request asks for.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use url::form_urlencoded;

use super::problem::Problem;
use crate::{
    Dimension, Filter, Order, Period,
    time::{duration, moment},
};

/// The longest query of a URI, in bytes.
const LONGEST: usize = 16 << 10;

/// What a period is made of.
pub(super) const PERIOD: [&str; 3] = ["from", "until", "last"];

/// What a filter is made of, besides its period.
pub(super) const FILTER: [&str; 14] = [
    "proxy",
    "plan",
    "consumer",
    "method",
    "subject_kind",
    "subject",
    "reason",
    "outcome",
    "ended",
    "session",
    "status",
    "class",
    "code",
    "errors",
];

/// The period of a request that names none.
const USUAL: Duration = Duration::from_secs(60 * 60);

/// The parameters of a request, each once.
#[derive(Debug)]
pub(super) struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    /// Those of this query, all of which have to be known: what is misspelt would not be looked at.
    pub(super) fn parse(query: Option<&'a str>, known: &[&[&str]]) -> Result<Self, Problem> {
        let query = query.unwrap_or_default();
        if query.len() > LONGEST {
            return Err(Problem::wrong(format!(
                "the query has more than {LONGEST} bytes"
            )));
        }
        let mut all: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !known.iter().any(|names| names.contains(&&*name)) {
                let known = known.concat().join("`, `");
                return Err(Problem::wrong(match known.is_empty() {
                    true => format!("unknown parameter `{name}`: there are none here"),
                    false => format!("unknown parameter `{name}`: known are `{known}`"),
                }));
            }
            if all.iter().any(|(other, _)| *other == name) {
                return Err(Problem::wrong(format!("`{name}` stands there twice")));
            }
            all.push((name, value));
        }
        Ok(Self(all))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.0.iter();
        all.find(|(other, _)| other == name)
            .map(|(_, value)| &**value)
    }

    fn read<T>(
        &self,
        name: &str,
        what: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        self.get(name)
            .map(|text| read(text).ok_or_else(|| Problem::wrong(format!("`{name}` is not {what}"))))
            .transpose()
    }

    pub(super) fn filter(&self) -> Result<Filter, Problem> {
        let text = |name| self.get(name).map(Box::from);
        Ok(Filter {
            proxy: text("proxy"),
            plan: text("plan"),
            consumer: text("consumer"),
            method: text("method"),
            subject_kind: text("subject_kind"),
            subject: text("subject"),
            reason: text("reason"),
            outcome: text("outcome"),
            ended: text("ended"),
            session: self.read(
                "session",
                "the digest of a session, 16 hexadecimal digits",
                |text| {
                    (text.len() == 16)
                        .then(|| u64::from_str_radix(text, 16).ok())
                        .flatten()
                },
            )?,
            status: self.read("status", "an HTTP status", |text| text.parse().ok())?,
            class: self.read(
                "class",
                "the first digit of an HTTP status, or 0 for none",
                |text| text.parse().ok().filter(|class| *class <= 5),
            )?,
            code: self.read("code", "a whole number", |text| text.parse().ok())?,
            only_errors: self
                .read("errors", "`true` or `false`", |text| text.parse().ok())?
                .unwrap_or(false),
            ..Filter::new(self.period()?)
        })
    }

    fn period(&self) -> Result<Period, Problem> {
        const MOMENT: &str = "a time of RFC 3339, a date, or seconds since 1970";
        let from = self.read("from", MOMENT, moment)?;
        let until = self
            .read("until", MOMENT, moment)?
            .unwrap_or_else(SystemTime::now);
        let last = self.read("last", "a duration such as `15m`, `24h` or `7d`", duration)?;
        if from.is_some() && last.is_some() {
            return Err(Problem::wrong("`from` and `last` exclude each other"));
        }
        let back = until.checked_sub(last.unwrap_or(USUAL));
        let from = from.or(back).unwrap_or(SystemTime::UNIX_EPOCH);
        if from >= until {
            return Err(Problem::wrong("the period ends before it begins"));
        }
        Ok(Period::new(from, until))
    }

    pub(super) fn step(&self) -> Result<Option<Duration>, Problem> {
        self.read(
            "step",
            "a duration of whole minutes, such as `5m`",
            |text| {
                duration(text).filter(|step| !step.is_zero() && step.as_secs().is_multiple_of(60))
            },
        )
    }

    pub(super) fn limit(&self, usual: usize, most: usize) -> Result<usize, Problem> {
        let what = format!("a number from 1 to {most}");
        let limit = self.read("limit", &what, |text| {
            text.parse().ok().filter(|limit| (1..=most).contains(limit))
        })?;
        Ok(limit.unwrap_or(usual))
    }

    pub(super) fn dimension(&self) -> Result<Dimension, Problem> {
        let known = Dimension::ALL.map(Dimension::as_str).join("`, `");
        let by = self.read("by", &format!("one of `{known}`"), |text| {
            Dimension::ALL.into_iter().find(|by| by.as_str() == text)
        })?;
        by.ok_or_else(|| Problem::wrong(format!("`by` is missing: one of `{known}`")))
    }

    pub(super) fn order(&self) -> Result<Order, Problem> {
        let order = self.read(
            "order",
            "one of `count`, `errors`, `slowest`",
            |text| match text {
                "count" => Some(Order::Count),
                "errors" => Some(Order::Errors),
                "slowest" => Some(Order::Slowest),
                _ => None,
            },
        )?;
        Ok(order.unwrap_or_default())
    }
}
