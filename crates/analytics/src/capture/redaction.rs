//! What must not be kept.

use std::{collections::BTreeSet, mem};

use http::HeaderValue;
use serde_json::{Map, Value};
use thiserror::Error;

use super::{
    forms::Forms,
    hidden::{NAMES, VALUES},
    lists::hide_in_list,
};
use crate::secret::{HIDDEN, Meaning, hides, plain};

/// How often JSON may stand in a string of JSON. What is deeper is hidden as a whole.
const DEEPEST: usize = 3;

/// Something that cannot be hidden as it was asked for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidRedaction {
    /// It is not a pointer into `params`, `result` or `error`.
    #[error(
        "`{0}` is not a JSON pointer into a message: write one like `/params/arguments/name`, `/result/...` or `/error/...`"
    )]
    Pointer(Box<str>),
    /// It is not a regular expression.
    #[error("`{pattern}` is not a regular expression: {why}")]
    Pattern {
        /// What was given.
        pattern: Box<str>,
        /// What is wrong with it.
        why: Box<str>,
    },
}

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Params,
    Result,
    Error,
}

/// What must not be kept.
#[derive(Clone, Debug)]
pub(super) struct Redaction {
    /// Within their part.
    pointers: Vec<(Part, Box<str>)>,
    /// As [`plain`] makes them.
    keys: BTreeSet<Box<str>>,
    forms: Forms,
}

impl Redaction {
    pub(super) fn new() -> Self {
        Self {
            pointers: Vec::new(),
            keys: BTreeSet::new(),
            forms: Forms::new(),
        }
    }

    pub(super) fn add_pointer(&mut self, pointer: &str) -> Result<(), InvalidRedaction> {
        let parts = [
            ("/params", Part::Params),
            ("/result", Part::Result),
            ("/error", Part::Error),
        ];
        let found = parts.into_iter().find_map(|(name, part)| {
            let rest = pointer.strip_prefix(name)?;
            (rest.is_empty() || rest.starts_with('/')).then_some((part, rest.into()))
        });
        let invalid = || InvalidRedaction::Pointer(pointer.into());
        self.pointers.push(found.ok_or_else(invalid)?);
        Ok(())
    }

    pub(super) fn add_key(&mut self, name: &str) {
        let plain = plain(name);
        if !plain.is_empty() {
            self.forms.add_key(&plain);
        }
        self.keys.insert(plain.into());
    }

    pub(super) fn add_pattern(&mut self, pattern: &str) -> Result<(), InvalidRedaction> {
        self.forms.add(pattern)
    }

    /// What may be kept of this JSON. `None` when it cannot be read: then nothing may.
    pub(super) fn shown(
        &self,
        part: Part,
        raw: &str,
        credential: Option<&HeaderValue>,
    ) -> Option<String> {
        let mut value: Value = serde_json::from_str(raw).ok()?;
        for (_, pointer) in self.pointers.iter().filter(|(of, _)| *of == part) {
            if let Some(found) = value.pointer_mut(pointer) {
                *found = HIDDEN.into();
            }
        }
        let secret = credential.and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
        let secret = secret.map(|value| value.rsplit(' ').next().unwrap_or(value));
        self.hide(&mut value, secret.filter(|secret| !secret.is_empty()), 0);
        serde_json::to_string(&value).ok()
    }

    fn hide(&self, value: &mut Value, secret: Option<&str>, depth: usize) {
        match value {
            Value::String(text) => *text = self.hide_text(mem::take(text), secret, depth),
            Value::Array(elements) => {
                hide_in_list(elements, |name| self.meaning(name));
                for element in elements {
                    self.hide(element, secret, depth);
                }
            }
            Value::Object(members) => {
                self.hide_value(members);
                let hidden = mem::take(members).into_iter().map(|(key, mut value)| {
                    match hides(self.meaning(&key), &value) {
                        true => value = HIDDEN.into(),
                        false => self.hide(&mut value, secret, depth),
                    }
                    (self.forms.hide(key, secret), value)
                });
                *members = hidden.collect::<Map<_, _>>();
            }
            Value::Number(number) => {
                if self.forms.has_number(number, secret) {
                    *value = HIDDEN.into();
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// A header or a variable as an object that tells its name.
    fn hide_value(&self, members: &mut Map<String, Value>) {
        let names = members.iter().filter(|(key, _)| is_one_of(key, &NAMES));
        let meanings = names.filter_map(|(_, value)| Some(self.meaning(value.as_str()?)));
        let meaning = meanings.max().unwrap_or(Meaning::Open);
        let values = members
            .iter_mut()
            .filter(|(key, _)| is_one_of(key, &VALUES));
        values
            .filter(|(_, value)| hides(meaning, value))
            .for_each(|(_, value)| *value = HIDDEN.into());
    }

    /// Text, which may be JSON itself.
    fn hide_text(&self, text: String, secret: Option<&str>, depth: usize) -> String {
        if text.trim_start().starts_with(['{', '[', '"'])
            && let Ok(mut value) = serde_json::from_str::<Value>(&text)
        {
            if depth == DEEPEST {
                return HIDDEN.into();
            }
            self.hide(&mut value, secret, depth + 1);
            return value.to_string();
        }
        self.forms.hide(text, secret)
    }

    fn meaning(&self, name: &str) -> Meaning {
        match self.keys.is_empty() || !self.keys.contains(&*plain(name)) {
            true => Meaning::of(name),
            false => Meaning::Secret,
        }
    }
}

fn is_one_of(key: &str, names: &[&str]) -> bool {
    names.iter().any(|name| key.eq_ignore_ascii_case(name))
}
