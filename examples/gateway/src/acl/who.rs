//! Who asks, as it is written on a command line or in a file of expectations.

use std::{collections::BTreeMap, net::IpAddr};

use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};
use tollbar::plan::key::Key;

use crate::config::{Scope, Text, nearest};

/// Who asks, as far as it is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Who {
    /// Without any credential.
    pub(super) anonymous: bool,
    pub(super) plan: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) client: Option<String>,
    /// Name or id.
    pub(super) key: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) claims: Map<String, Value>,
    pub(super) address: Option<IpAddr>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
}

/// The same as a table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WhoTable {
    anonymous: bool,
    plan: Option<String>,
    subject: Option<String>,
    client: Option<String>,
    key: Option<String>,
    scopes: Vec<String>,
    claims: BTreeMap<String, Value>,
    address: Option<String>,
    headers: BTreeMap<String, String>,
}

/// The fields, as they are written.
const FIELDS: [&str; 8] = [
    "plan", "subject", "client", "key", "scope", "claim", "address", "header",
];

impl Who {
    /// Reads all that is said. The reason is one for people.
    pub(super) fn read<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut who = Self::default();
        for text in texts {
            let mut rest = text;
            while !rest.is_empty() {
                rest = who.take(rest)?;
            }
        }
        if who == Self::default() {
            return Err("it says nothing: write `anonymous`, or such as `plan=key`".to_owned());
        }
        Ok(who)
    }

    /// Whether something is said that only tokens tell.
    pub(super) fn is_of_token(&self) -> bool {
        self.client.is_some() || !self.claims.is_empty()
    }

    /// Reads one field, and gives back what stands behind its comma.
    fn take<'a>(&mut self, text: &'a str) -> Result<&'a str, String> {
        if let Some(rest) = text.strip_prefix("anonymous")
            && (rest.is_empty() || rest.starts_with(','))
        {
            self.anonymous = true;
            return Ok(rest.strip_prefix(',').unwrap_or_default());
        }
        let named = text
            .split_once('=')
            .filter(|(field, _)| !field.contains(','));
        let Some((field, behind)) = named else {
            let word = text.split(',').next().unwrap_or_default();
            return Err(format!(
                "`{word}` is no field with a value: write `anonymous`, or such as `plan=key`; a \
                 comma in a value is `\\,`"
            ));
        };
        let (field, name) = match field.split_once('.') {
            Some((field, name)) => (field, Some(name)),
            None => (field, None),
        };
        if let ("claim", Some(path)) = (field, name) {
            let (value, rest) = claim(path, behind)?;
            insert(&mut self.claims, path, value)?;
            return Ok(rest);
        }
        let (value, rest) = plain(behind);
        self.set(field, name, value)?;
        Ok(rest)
    }

    fn set(&mut self, field: &str, name: Option<&str>, value: String) -> Result<(), String> {
        if value.is_empty() && field != "header" {
            return Err(format!("`{field}` is empty: remove it, or write its value"));
        }
        let slot = match (field, name) {
            ("plan", None) => &mut self.plan,
            ("subject", None) => &mut self.subject,
            ("client", None) => &mut self.client,
            ("key", None) => {
                not_a_key(&value)?;
                &mut self.key
            }
            ("scope", None) => {
                return self.add_scope(&value);
            }
            ("address", None) => return self.set_address(&value),
            ("header", Some(name)) => return self.add_header(name, &value),
            ("claim" | "header", None) => {
                return Err(format!("`{field}` has a name: write `{field}.NAME=VALUE`"));
            }
            _ => return Err(unknown(field, name)),
        };
        match slot.replace(value) {
            None => Ok(()),
            Some(_) => Err(format!("`{field}` is given twice: there is one of it")),
        }
    }

    fn add_scope(&mut self, text: &str) -> Result<(), String> {
        let scope: Text<Scope> =
            text.parse().map_err(
                |reason: String| match text.split_ascii_whitespace().count() {
                    0 | 1 => reason,
                    _ => format!("{reason}; several are `scope=A,scope=B`"),
                },
            )?;
        self.scopes.push(scope.as_str().to_owned());
        Ok(())
    }

    fn set_address(&mut self, text: &str) -> Result<(), String> {
        let address = text
            .parse::<IpAddr>()
            .map_err(|_| format!("`{text}` is not an IP address"))?;
        match self.address.replace(address) {
            None => Ok(()),
            Some(_) => Err("`address` is given twice: there is one of it".to_owned()),
        }
    }

    fn add_header(&mut self, name: &str, value: &str) -> Result<(), String> {
        let name: HeaderName = name
            .parse()
            .map_err(|_| format!("`{name}` is not the name of a header"))?;
        let value = HeaderValue::from_str(value)
            .map_err(|_| format!("`{value}` is not the value of a header"))?;
        self.headers.push((name, value));
        Ok(())
    }
}

impl TryFrom<WhoTable> for Who {
    type Error = String;

    fn try_from(table: WhoTable) -> Result<Self, String> {
        let mut who = Self {
            anonymous: table.anonymous,
            ..Self::default()
        };
        let texts = [
            ("plan", table.plan),
            ("subject", table.subject),
            ("client", table.client),
            ("key", table.key),
            ("address", table.address),
        ];
        for (field, text) in texts {
            if let Some(text) = text {
                who.set(field, None, text)?;
            }
        }
        for scope in &table.scopes {
            who.add_scope(scope)?;
        }
        for (path, value) in table.claims {
            insert(&mut who.claims, &path, value)?;
        }
        for (name, value) in table.headers {
            who.add_header(&name, &value)?;
        }
        match who == Self::default() {
            true => Err("it says nothing: write `anonymous = true`, or a plan".to_owned()),
            false => Ok(who),
        }
    }
}

fn not_a_key(text: &str) -> Result<(), String> {
    match Key::may_stand_in(text) {
        false => Ok(()),
        true => Err(
            "that is a key, not its name: others can see it; `tollbar-gateway keys identify` says \
             whose it is"
                .to_owned(),
        ),
    }
}

fn unknown(field: &str, name: Option<&str>) -> String {
    if name.is_some() && FIELDS.contains(&field) {
        return format!("`{field}` has no names: write `{field}=VALUE`");
    }
    match nearest(field, FIELDS) {
        Some(near) => format!("`{field}` is no field: did you mean `{near}`?"),
        None => {
            let fields: Vec<_> = FIELDS.iter().map(|field| format!("`{field}`")).collect();
            format!("`{field}` is no field: there are {}", fields.join(", "))
        }
    }
}

/// A value up to the next comma without a `\` before it, and what stands behind that.
fn plain(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut rest = text.chars();
    loop {
        match (rest.next(), rest.as_str()) {
            (None | Some(','), end) => return (value, end),
            (Some('\\'), behind) if behind.starts_with(',') => {
                value.push(',');
                rest.next();
            }
            (Some(other), _) => value.push(other),
        }
    }
}

/// A value that is JSON, with the commas inside, or a text.
fn claim<'a>(path: &str, text: &'a str) -> Result<(Value, &'a str), String> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let reason = match values.next() {
        Some(Ok(value)) => {
            let rest = text.get(values.byte_offset()..).unwrap_or_default();
            if rest.is_empty() {
                return Ok((value, rest));
            }
            if let Some(rest) = rest.strip_prefix(',') {
                return Ok((value, rest));
            }
            "something stands behind its end".to_owned()
        }
        Some(Err(error)) => error.to_string(),
        None => String::new(),
    };
    let (value, rest) = plain(text);
    // No text begins so by chance.
    match text.starts_with(['[', '{']) {
        true if text.contains("\\,") => Err(format!(
            "`claim.{path}` is not JSON: in JSON, write `,` without `\\` before it"
        )),
        true => Err(format!(
            "`claim.{path}` is not JSON ({reason}): write a text that begins with `[` or `{{` in \
             double quotes"
        )),
        false => Ok((Value::String(value), rest)),
    }
}

/// Puts a claim where rules find it: under its name, or at its pointer.
fn insert(claims: &mut Map<String, Value>, path: &str, value: Value) -> Result<(), String> {
    let steps: Vec<String> = match path.strip_prefix('/') {
        None => vec![path.to_owned()],
        Some(pointer) => pointer
            .split('/')
            .map(|step| step.replace("~1", "/").replace("~0", "~"))
            .collect(),
    };
    let Some((last, before)) = steps.split_last() else {
        return Ok(());
    };
    let mut inside = claims;
    for step in before {
        let next = inside
            .entry(step.as_str())
            .or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(next) = next else {
            return Err(format!("the claim `{path}` lies in one that is no object"));
        };
        inside = next;
    }
    match inside.insert(last.clone(), value) {
        None => Ok(()),
        Some(_) => Err(format!("the claim `{path}` is given twice")),
    }
}

#[cfg(test)]
mod tests;
