//! What the messages of an array ask for.

use serde::Serialize;
use tollbar_core::Verdict;
use tollbar_mcp::{Call, Message};

use super::{
    text::{LONGEST, Text},
    verdict::VerdictRow,
};

/// How many messages of an array are listed. A frame lets 50 pass, unless it is told otherwise.
const LISTED: usize = 100;

/// How many bytes the methods of one array may have together, and how many its subjects.
const TOGETHER: usize = 16 << 10;

/// One message of an array.
#[derive(Debug, Serialize)]
pub(super) struct CallRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Text<'a>>,
    #[serde(flatten)]
    verdict: VerdictRow<'a>,
}

impl<'a> CallRow<'a> {
    /// The messages that have a method, from the first on. `None` when the call is no array, or one
    /// of responses.
    pub(super) fn all(call: &'a Call, verdicts: &'a [Verdict]) -> Option<Vec<Self>> {
        if !call.is_batch() {
            return None;
        }
        let asking = || {
            let messages = call.messages().iter().enumerate();
            messages.filter(|(_, message)| message.method().is_some())
        };
        let listed = asking().take(LISTED).count();
        if listed == 0 {
            return None;
        }
        // An even share: a long name must not push out what comes after it.
        let longest = (TOGETHER / listed).min(LONGEST);
        let rows = asking().take(LISTED);
        let row = |(index, message)| Self::of(message, verdicts.get(index), longest);
        Some(rows.map(row).collect())
    }

    fn of(message: &'a Message, verdict: Option<&'a Verdict>, longest: usize) -> Self {
        let subject = message.subject();
        Self {
            method: message
                .method()
                .map(|method| Text::of(method.as_str(), longest)),
            subject_kind: subject.map(|subject| subject.kind()),
            subject: subject
                .and_then(|subject| subject.name())
                .map(|name| Text::of(name, longest)),
            verdict: verdict
                .map(|verdict| VerdictRow::of(verdict, longest))
                .unwrap_or_default(),
        }
    }
}
