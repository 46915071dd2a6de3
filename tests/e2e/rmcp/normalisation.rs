//! What is masked before transcripts are compared: `tests/clients/normalised.json`, as for all clients.

use std::fs;

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;
use tollbar_tests::programs;

/// Values and texts that differ from run to run without a gateway too.
#[derive(Debug, Deserialize)]
pub(super) struct Normalisation {
    texts: Vec<Text>,
    fields: Vec<Field>,
}

/// A pattern that is replaced wherever it is found.
#[derive(Debug, Deserialize)]
struct Text {
    pattern: String,
    becomes: String,
    #[serde(skip)]
    compiled: Option<Regex>,
}

/// A value of some steps, by its path; `*` stands for every element.
#[derive(Debug, Deserialize)]
struct Field {
    server: String,
    step: String,
    path: Vec<String>,
    /// It may be missing, and is taken out.
    #[serde(default)]
    optional: bool,
}

impl Normalisation {
    /// Reads the list of one server.
    pub(super) fn read(server: &str) -> Self {
        let path = programs::tests().join("clients/normalised.json");
        let mut read: Self = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        read.fields.retain(|field| field.server == server);
        for text in &mut read.texts {
            text.compiled = Some(Regex::new(&text.pattern).unwrap());
        }
        read
    }

    /// Normalises one step.
    pub(super) fn apply(&self, name: &str, step: &mut Value) {
        for field in &self.fields {
            if Regex::new(&field.step).unwrap().is_match(name) {
                mask(step, &field.path, field.optional);
            }
        }
        self.replace(step);
    }

    fn replace(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                for Text {
                    compiled, becomes, ..
                } in &self.texts
                {
                    let pattern = compiled.as_ref().unwrap();
                    if pattern.is_match(text) {
                        *text = pattern.replace_all(text, becomes.as_str()).into_owned();
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.replace(item)),
            Value::Object(members) => members.values_mut().for_each(|one| self.replace(one)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Replaces the values at a path, or takes out an optional one.
fn mask(value: &mut Value, path: &[String], optional: bool) {
    let Some((key, rest)) = path.split_first() else {
        *value = "<normalised>".into();
        return;
    };
    match value {
        Value::Array(items) if key == "*" => {
            items.iter_mut().for_each(|item| mask(item, rest, optional));
        }
        Value::Object(members) if optional && rest.is_empty() => {
            members.remove(key);
        }
        Value::Object(members) => {
            for (name, member) in members {
                if key == "*" || name == key {
                    mask(member, rest, optional);
                }
            }
        }
        _ => {}
    }
}
