//! An exchange as the exchange log has it.

use std::net::IpAddr;

use serde::Deserialize;
use serde_json::Value;
use tollbar::{acl::Purpose, core::Consumer};

use crate::acl::call::{Call, Thing};

/// What replaying reads of a line.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    pub(super) proxy: Option<String>,
    peer: Option<IpAddr>,
    address: Option<IpAddr>,
    pub(super) plan: Option<String>,
    consumer: Option<String>,
    client_id: Option<String>,
    key_id: Option<String>,
    key: Option<String>,
    /// `false` where nobody here knows who asked.
    verified: Option<bool>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(flatten)]
    call: CallRecord,
    /// Of an array of messages each one has a line.
    #[serde(default)]
    batch_index: usize,
    refusal: Option<String>,
    upstream_status: Option<u16>,
}

/// What it has of one message.
#[derive(Debug, Deserialize)]
pub(super) struct CallRecord {
    method: Option<String>,
    subject_kind: Option<String>,
    subject: Option<String>,
    decision: Option<String>,
    #[serde(default)]
    shadow: bool,
}

/// A message that went by.
#[derive(Debug)]
pub(super) struct Past {
    /// Method and subject, as they are written for `--call`.
    pub(super) text: String,
    pub(super) call: Call,
    /// Whether it was let pass by the rules of then.
    pub(super) passed: bool,
    /// What it was about is not in the log as a whole.
    pub(super) is_cut: bool,
}

/// What a line is.
#[derive(Debug)]
pub(super) enum Read {
    Exchange(Box<Record>),
    /// One in which the gateway says where it listens.
    Announcement,
    Malformed,
}

impl Record {
    /// Reads a line.
    pub(super) fn read(line: &[u8]) -> Read {
        let Ok(value @ Value::Object(_)) = serde_json::from_slice::<Value>(line) else {
            return Read::Malformed;
        };
        if value.get("http_method").is_none() {
            let announces = ["listening", "admin"]
                .iter()
                .any(|it| value.get(it).is_some());
            return match announces {
                true => Read::Announcement,
                false => Read::Malformed,
            };
        }
        match serde_json::from_value(value) {
            Ok(record) => Read::Exchange(Box::new(record)),
            Err(_) => Read::Malformed,
        }
    }

    /// Whether it is the first line of its exchange.
    pub(super) const fn is_first(&self) -> bool {
        self.batch_index == 0
    }

    /// The message about which rules were asked, or would have been. None when it got no further
    /// than to a plan or the frame, or when it has no method.
    pub(super) fn past(&self) -> Option<Past> {
        let refused = self.refusal.is_some() && self.upstream_status.is_none();
        let was_asked = self.call.decision.is_some() || !refused;
        match self.plan {
            Some(_) if was_asked => self.call.past(self.upstream_status.is_some()),
            _ => None,
        }
    }

    /// Who asked, by the plan of this name.
    pub(super) fn consumer(&self, plan: &str) -> Consumer {
        let mut consumer = Consumer::new(plan);
        if !self.is_verified() {
            return consumer.unverified();
        }
        if let Some(subject) = &self.consumer {
            consumer = consumer.with_subject(subject.as_str());
        }
        if let Some(client) = &self.client_id {
            consumer = consumer.with_client_id(client.as_str());
        }
        if let Some(id) = &self.key_id {
            consumer = consumer.with_key_id(id.as_str());
        }
        if let Some(name) = &self.key {
            consumer = consumer.with_key_name(name.as_str());
        }
        consumer.with_scopes(self.scopes.iter().map(String::as_str))
    }

    /// Whether it was known here who asked, as far as the plan finds that out.
    pub(super) fn is_verified(&self) -> bool {
        self.verified != Some(false)
    }

    /// What people call who asked.
    pub(super) fn called(&self) -> &str {
        let names = [&self.key, &self.consumer, &self.client_id, &self.plan];
        names
            .into_iter()
            .flatten()
            .next()
            .map_or("", String::as_str)
    }

    /// From where.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.address
            .or(self.peer)
            .map(|address| address.to_canonical())
    }

    /// Whether something of who asked is not in the log as a whole.
    pub(super) fn is_cut(&self) -> bool {
        // The log lists so many.
        const SCOPES: usize = 64;
        let texts = [&self.consumer, &self.client_id, &self.key_id, &self.key];
        let mut texts = texts.into_iter().flatten().chain(&self.scopes);
        self.scopes.len() >= SCOPES || texts.any(|text| is_cut(text))
    }
}

impl CallRecord {
    fn past(&self, is_sent_on: bool) -> Option<Past> {
        let method = self.method.as_deref()?;
        let subject = self.subject.clone().unwrap_or_default();
        let used = |thing: fn(String) -> Thing| Call::Asks(thing(subject.clone()), Purpose::Use);
        let call = match self.subject_kind.as_deref() {
            Some("tool") => used(Thing::Tool),
            Some("prompt") => used(Thing::Prompt),
            Some("resource") => used(Thing::Resource),
            Some("template") => used(Thing::Template),
            _ if matches!(method, "GET stream" | "session end") => Call::Open("a stream"),
            _ => Call::of_method(method)?,
        };
        Some(Past {
            text: match (&self.subject_kind, &self.subject) {
                (Some(_), Some(subject)) => format!("{method}:{subject}"),
                _ => method.to_owned(),
            },
            is_cut: is_cut(method) || is_cut(&subject),
            // In shadow, what is denied passes.
            // So does what is denied in the midst of an answer: the request had passed.
            passed: self.shadow || is_sent_on || self.decision.as_deref() != Some("deny"),
            call,
        })
    }
}

/// Whether the log has cut a text, which ends with this then, or has hidden a part of it.
fn is_cut(text: &str) -> bool {
    text.ends_with('…') || text.contains("[hidden]")
}
