//! The members of a token's claims, read strictly.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

/// A member is there and cannot be read, or is not there and has to be: its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable(pub(crate) &'static str);

/// The claims of a token, by what they mean (RFC 7519 section 4.1, RFC 7662 section 2.2). A member that
/// is `null` is not there.
#[derive(Clone, Copy)]
pub(super) struct Members<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Members<'a> {
    fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A member as it stands, for the log.
    pub(super) fn shown(self, name: &str) -> String {
        match self.get(name) {
            None => "nothing".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        }
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A text, which may be empty.
    pub(super) fn text(self, name: &'static str) -> Result<Option<&'a str>, Unreadable> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Unreadable(name)),
        }
    }

    /// A text that names somebody. An empty one names nobody.
    pub(super) fn name(self, name: &'static str) -> Result<Option<&'a str>, Unreadable> {
        let text = self.text(name)?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// A text, or an array of them.
    pub(super) fn texts(self, name: &'static str) -> Result<Option<Vec<&'a str>>, Unreadable> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(vec![text])),
            Some(Value::Array(values)) => {
                let texts: Option<_> = values.iter().map(Value::as_str).collect();
                texts.map(Some).ok_or(Unreadable(name))
            }
            Some(_) => Err(Unreadable(name)),
        }
    }

    /// A `NumericDate` (RFC 7519 section 2): seconds since 1970, with or without a fraction.
    pub(super) fn time(self, name: &'static str) -> Result<Option<SystemTime>, Unreadable> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let since = match (value.as_u64(), value.as_f64()) {
            (Some(seconds), _) => Some(Duration::from_secs(seconds)),
            (None, Some(seconds)) => Duration::try_from_secs_f64(seconds).ok(),
            (None, None) => None,
        };
        let time = since.and_then(|since| UNIX_EPOCH.checked_add(since));
        time.map(Some).ok_or(Unreadable(name))
    }
}
