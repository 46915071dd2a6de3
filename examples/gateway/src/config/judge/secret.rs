//! Secrets, where they stand.

use std::{fs, io::Read as _, path::Path};

use super::{Judge, Secrets};
use crate::config::{report::Problem, secret::SecretText, section::Secret, tree::Place};

/// The longest secret that is read from a file, in bytes.
const LONGEST: u64 = 64 * 1024;

/// The fewest bytes of a secret that others could try to find out.
const LEAST: usize = 32;

/// Why there is no secret.
enum Missing {
    Malformed(&'static str),
    NotThere(String, String),
}

impl Judge<'_> {
    /// The secret's text, with what is put before it. `None` when there is none, with a problem that
    /// says why.
    pub(super) fn secret(&mut self, secret: &Secret, place: &Place) -> Option<SecretText> {
        let problem = match self.resolve(secret) {
            Ok(text) => {
                self.gathering.add(text.expose().as_bytes());
                return Some(text);
            }
            Err(Missing::Malformed(message)) => {
                let fix = "write `{ env = \"NAME\" }` or `{ file = \"path\" }`";
                Problem::error(message).fix(fix).missing()
            }
            Err(Missing::NotThere(message, fix)) => match self.environment.secrets {
                Secrets::Required => Problem::error(message).fix(fix),
                Secrets::Optional => Problem::warning(message).fix(fix),
            },
        };
        self.note(place, problem);
        None
    }

    /// A secret that is long enough to be made a key of.
    pub(super) fn long_secret(&mut self, secret: &Secret, place: &Place) -> Option<SecretText> {
        let text = self.secret(secret, place)?;
        let length = text.expose().len();
        if length >= LEAST {
            return Some(text);
        }
        let problem = Problem::error(format!(
            "this secret has {length} bytes: it needs at least {LEAST}"
        ));
        self.note(place, problem.fix("make one: `openssl rand -hex 32`"));
        None
    }

    fn resolve(&mut self, secret: &Secret) -> Result<SecretText, Missing> {
        let text = match (&secret.env, &secret.file) {
            (Some(name), None) => self
                .environment
                .variable(name)
                .filter(|text| !text.is_empty())
                .ok_or_else(|| {
                    Missing::NotThere(
                        format!("the environment variable `{name}` is not set, or empty"),
                        format!("set `{name}` for the gateway's process"),
                    )
                })?,
            (None, Some(path)) => {
                let path = self.file(path);
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
            (Some(_), Some(_)) => {
                return Err(Missing::Malformed("a secret has one source, not two"));
            }
            (None, None) => return Err(Missing::Malformed("a secret needs a source")),
        };
        let prefix = secret.prefix.as_deref().unwrap_or_default();
        Ok(SecretText::new(format!("{prefix}{text}")))
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?
        .take(LONGEST)
        .read_to_string(&mut text)?;
    Ok(text)
}
