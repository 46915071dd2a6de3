//! The text of a key file.

use std::path::Path;

use serde::Deserialize;

use super::KeyFileError;
use crate::key::{KeyRecord, ledger::Ledger, written::WrittenRecord};

/// The version that is written, and the only one that is read.
const VERSION: u64 = 1;

/// A key file:
///
/// ```json
/// {"version":1,"pepper":"<fingerprint>","keys":[
/// {"id":"k_...","name":"...", ...}
/// ]}
/// ```
pub(super) struct Document {
    /// The fingerprint of the pepper that the keys were hashed with.
    pub(super) pepper: String,
    pub(super) ledger: Ledger,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u64,
    pepper: String,
    keys: Vec<WrittenRecord>,
}

/// What every version has.
#[derive(Deserialize)]
struct Head {
    version: u64,
}

impl Document {
    /// Reads a document whole, or not at all. The path is for messages.
    pub(super) fn parse(text: &[u8], path: &Path) -> Result<Self, KeyFileError> {
        let path = || path.to_path_buf();
        let written = match serde_json::from_slice::<Written>(text) {
            Ok(written) if written.version == VERSION => written,
            outcome => {
                // A later version may have members that this one does not know: say that first.
                let head = serde_json::from_slice(text);
                let reason = match (head, outcome) {
                    (Ok(Head { version }), _) if version != VERSION => {
                        let path = path();
                        return Err(KeyFileError::Version { path, version });
                    }
                    (_, Err(error)) => error.to_string(),
                    (_, Ok(_)) => "it has no version".to_owned(),
                };
                return Err(KeyFileError::Damaged {
                    path: path(),
                    reason,
                });
            }
        };
        let records = written.keys.into_iter().map(KeyRecord::from);
        let ledger = Ledger::new(records).map_err(|source| KeyFileError::Broken {
            path: path(),
            source,
        })?;
        Ok(Self {
            pepper: written.pepper,
            ledger,
        })
    }

    /// One line for each key, the oldest first, so that people can read it and compare two.
    pub(super) fn write(&self) -> String {
        let mut records: Vec<_> = self.ledger.records().collect();
        records.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
        // A fingerprint is sixteen hexadecimal digits.
        let pepper = &self.pepper;
        let mut text = format!("{{\"version\":{VERSION},\"pepper\":\"{pepper}\",\"keys\":[");
        let mut separator = "\n";
        for record in records {
            text.push_str(separator);
            text.push_str(&record.to_json());
            separator = ",\n";
        }
        text.push_str("\n]}\n");
        text
    }
}
