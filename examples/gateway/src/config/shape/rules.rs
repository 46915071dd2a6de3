//! The words of a schema, read.

use serde_json::{Map, Value as Json};

use crate::config::{tree::Value, value::Complaint};

/// What one schema says of a value.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a>(Option<&'a Map<String, Json>>);

impl<'a> Rules<'a> {
    pub(super) fn new(schema: &'a Json) -> Self {
        Self(schema.as_object())
    }

    fn word(self, word: &str) -> Option<&'a Json> {
        self.0?.get(word)
    }

    /// The shapes of which one must fit.
    pub(super) fn choices(self) -> Option<&'a [Json]> {
        let choices = self.word("anyOf").or_else(|| self.word("oneOf"));
        choices?.as_array().map(Vec::as_slice)
    }

    /// The texts of an enumeration: one list, or a choice of commented single ones.
    pub(super) fn words(self) -> Option<Vec<&'a str>> {
        match (self.word("enum"), self.choices()) {
            (Some(words), _) => words.as_array()?.iter().map(Json::as_str).collect(),
            (None, Some(choices)) => choices
                .iter()
                .map(|choice| choice.get("const").and_then(Json::as_str))
                .collect(),
            (None, None) => None,
        }
    }

    /// The name of the format of a text.
    pub(super) fn format(self) -> Option<&'a str> {
        self.word("format")?.as_str()
    }

    /// The schema of one key of a table.
    pub(super) fn member(self, key: &str) -> Option<&'a Json> {
        let own = self.word("properties").and_then(|members| members.get(key));
        own.or_else(|| {
            self.word("additionalProperties")
                .filter(|schema| schema.is_object())
        })
    }

    /// The keys that a table may have.
    pub(super) fn members(self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        let members = self.word("properties").and_then(Json::as_object);
        members.into_iter().flat_map(Map::keys).map(String::as_str)
    }

    /// Whether a table may have no other keys.
    pub(super) fn is_closed(self) -> bool {
        self.word("additionalProperties") == Some(&Json::Bool(false))
    }

    /// The keys that a table must have.
    pub(super) fn required(self) -> impl Iterator<Item = &'a str> + use<'a> {
        let names = self.word("required").and_then(Json::as_array);
        names.into_iter().flatten().filter_map(Json::as_str)
    }

    /// The schema of each element of an array.
    pub(super) fn items(self) -> Option<&'a Json> {
        self.word("items")
    }

    /// The JSON types that may stand here; none means any.
    fn types(self) -> Vec<&'a str> {
        match self.word("type") {
            Some(Json::String(name)) => vec![name],
            Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
            _ if self.words().is_some() => vec!["string"],
            _ => Vec::new(),
        }
    }

    pub(super) fn is_null(self) -> bool {
        self.types() == ["null"]
    }

    pub(super) fn allows_type(self, value: &Value) -> bool {
        let name = match value {
            Value::Null => "null",
            Value::Boolean(_) => "boolean",
            Value::Integer(_) => "integer",
            Value::Number(_) => "number",
            Value::Text(_) => "string",
            Value::Time => "time",
            Value::List(_) => "array",
            Value::Table(_) => "object",
        };
        let types = self.types();
        types.is_empty() || types.contains(&name)
    }

    /// What may stand here, with its article.
    pub(super) fn expected(self) -> &'static str {
        match self.types().first() {
            Some(&"boolean") => "true or false",
            Some(&"integer") => "an integer",
            Some(&"array") => "an array",
            Some(&"object") => "a table",
            _ => "a string",
        }
    }

    /// What a value looks like, as it would stand in TOML.
    pub(super) fn example(self) -> Option<String> {
        self.word("examples")?.get(0).map(toml)
    }

    /// What to write.
    pub(super) fn instruction(self) -> String {
        match (self.example(), self.expected()) {
            (Some(example), _) => format!("write it like `{example}`"),
            (None, "true or false") => "write `true` or `false`, without quotes".to_owned(),
            (None, "a string") => match self.words() {
                Some(words) => {
                    let words: Vec<String> = words.iter().map(|it| format!("`\"{it}\"`")).collect();
                    format!("write {}", words.join(" or "))
                }
                None => "write it in quotes".to_owned(),
            },
            (None, "an array") => {
                let element = self.items().and_then(|items| Self::new(items).example());
                match element {
                    Some(element) => format!("write it like `[{element}]`"),
                    None => "write an array".to_owned(),
                }
            }
            (None, kind) => format!("write {kind}"),
        }
    }

    /// What is wrong with a number that is too small or too large.
    pub(super) fn range(self, number: i64) -> Option<Complaint> {
        let bound = |word| self.word(word).and_then(Json::as_i64);
        let (least, most) = (bound("minimum"), bound("maximum"));
        let small = least.is_some_and(|least| number < least);
        let large = most.is_some_and(|most| number > most);
        if !small && !large {
            return None;
        }
        let fix = match (least, most) {
            (Some(least), Some(most)) => format!("write a number from {least} to {most}"),
            (Some(least), None) => format!("write {least} or more"),
            (None, Some(most)) => format!("write {most} or less"),
            (None, None) => return None,
        };
        Some(Complaint::new(format!("{number} is out of range"), fix))
    }
}

fn toml(value: &Json) -> String {
    match value {
        Json::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{key} = {}", toml(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => other.to_string(),
    }
}
