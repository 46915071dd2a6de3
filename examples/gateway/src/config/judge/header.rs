//! Headers that are sent to an upstream, and the secrets in them.

use std::{fs, io::Read as _};

use http::{HeaderName, HeaderValue};

use super::{Environment, Judge, Secrets};
use crate::config::{
    report::Problem,
    section::{self, Secret},
    tree::Place,
};

/// The longest secret that is read from a file, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Parts of names of headers that hold credentials.
const CREDENTIALS: [&str; 8] = [
    "authorization",
    "cookie",
    "token",
    "secret",
    "password",
    "api-key",
    "apikey",
    "credential",
];

impl Judge<'_> {
    /// The headers that can be sent; the others become problems.
    pub(super) fn headers(
        &mut self,
        headers: &std::collections::BTreeMap<String, section::HeaderValue>,
        place: &Place,
    ) -> Vec<(HeaderName, HeaderValue)> {
        headers
            .iter()
            .filter_map(|(name, value)| {
                let place = place.key(name);
                let name = self.header_name(name, &place);
                let value = self.header_value(name.as_ref(), value, &place);
                name.zip(value)
            })
            .collect()
    }

    fn header_name(&mut self, name: &str, place: &Place) -> Option<HeaderName> {
        let parsed = name.parse().ok();
        if parsed.is_none() {
            let problem = Problem::error(format!("`{name}` is not the name of a header"));
            let fix = "use letters, digits and `-`, such as `x-team`";
            self.note(place, problem.fix(fix));
        }
        parsed
    }

    fn header_value(
        &mut self,
        name: Option<&HeaderName>,
        value: &section::HeaderValue,
        place: &Place,
    ) -> Option<HeaderValue> {
        let text = match value {
            section::HeaderValue::Plain(text) => {
                if let Some(name) = name.filter(|name| is_credential(name)) {
                    let problem = Problem::error(format!(
                        "the value of `{name}` looks like a secret, which must not stand in a \
                         configuration"
                    ));
                    let fix = "refer to it: `{ env = \"NAME\" }` or `{ file = \"path\" }`";
                    self.note(place, problem.fix(fix).conceal());
                    return None;
                }
                text.clone()
            }
            section::HeaderValue::Secret(secret) => match resolve(secret, self.environment) {
                Ok(text) => text,
                Err(Missing::Malformed(message)) => {
                    let fix = "write `{ env = \"NAME\" }` or `{ file = \"path\" }`";
                    self.note(place, Problem::error(message).fix(fix));
                    return None;
                }
                Err(Missing::NotThere(message, fix)) => {
                    let problem = match self.environment.secrets {
                        Secrets::Required => Problem::error(message),
                        Secrets::Optional => Problem::warning(message),
                    };
                    self.note(place, problem.fix(fix));
                    return None;
                }
            },
        };
        let secret = matches!(value, section::HeaderValue::Secret(_));
        match HeaderValue::try_from(text) {
            Ok(mut value) => {
                value.set_sensitive(secret);
                Some(value)
            }
            Err(_) => {
                let problem = Problem::error("this is not the value of a header");
                let fix = "leave out line ends and other control characters";
                self.note(place, problem.fix(fix).conceal());
                None
            }
        }
    }
}

/// Why there is no secret.
enum Missing {
    Malformed(&'static str),
    NotThere(String, String),
}

/// The secret's text, with what is put before it.
fn resolve(secret: &Secret, environment: &Environment<'_>) -> Result<String, Missing> {
    let text = match (&secret.env, &secret.file) {
        (Some(name), None) => environment
            .variable(name)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| {
                Missing::NotThere(
                    format!("the environment variable `{name}` is not set, or empty"),
                    format!("set `{name}` for the gateway's process"),
                )
            })?,
        (None, Some(path)) => {
            let path = environment.path(path);
            let text = read(&path).map_err(|error| {
                Missing::NotThere(
                    format!("the secret in `{}` cannot be read: {error}", path.display()),
                    "check the path and the file's permissions".to_owned(),
                )
            })?;
            let line = text.strip_suffix('\n').unwrap_or(&text);
            let secret = line.strip_suffix('\r').unwrap_or(line);
            if secret.is_empty() {
                return Err(Missing::NotThere(
                    format!("the file `{}` is empty", path.display()),
                    "write the secret into it".to_owned(),
                ));
            }
            secret.to_owned()
        }
        (Some(_), Some(_)) => return Err(Missing::Malformed("a secret has one source, not two")),
        (None, None) => return Err(Missing::Malformed("a secret needs a source")),
    };
    Ok(format!(
        "{}{text}",
        secret.prefix.as_deref().unwrap_or_default()
    ))
}

fn read(path: &std::path::Path) -> std::io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?
        .take(LONGEST)
        .read_to_string(&mut text)?;
    Ok(text)
}

fn is_credential(name: &HeaderName) -> bool {
    let name = name.as_str();
    CREDENTIALS.iter().any(|part| name.contains(part)) || name.ends_with("-key")
}
