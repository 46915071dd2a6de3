//! Secrets, where they stand.

use std::{io, path::Path};

use super::{Judge, Secrets, content};
use crate::config::{report::Problem, secret::SecretText, section::Secret, tree::Place};

/// The longest secret that is read from a file, in bytes.
const LONGEST: u64 = 64 * 1024;

/// The fewest bytes of a secret that others could try to find out.
const LEAST: usize = 32;

/// Why there is no secret.
enum Missing {
    Malformed(&'static str),
    /// What should name a variable may be the secret itself.
    Unnamed,
    NotThere(String, String),
    /// The same for a variable whose name may be a secret.
    NotSet,
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
            Err(Missing::Unnamed) => {
                let message = "this is not the name of an environment variable, and not shown";
                let fix = "write the name of a variable that holds the secret: letters, digits \
                           and `_`, no digit first";
                Problem::error(message).fix(fix).conceal()
            }
            Err(Missing::NotThere(message, fix)) => self.not_there(&message, &fix),
            Err(Missing::NotSet) => {
                let message = "this environment variable is not set, or empty";
                let fix = "set it for the gateway's process; its name is not shown, because it \
                           could be a secret";
                self.not_there(message, fix).conceal()
            }
        };
        self.note(place, problem);
        None
    }

    /// Something that must be there for the gateway to run, and need not be to check a file elsewhere.
    pub(super) fn not_there(&self, message: &str, fix: &str) -> Problem {
        match self.environment.secrets {
            Secrets::Required => Problem::error(message).fix(fix),
            Secrets::Optional => Problem::warning(message).fix(fix),
        }
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
            (Some(name), None) => {
                if !is_name(name) {
                    return Err(Missing::Unnamed);
                }
                let text = self.environment.variable(name);
                text.filter(|text| !text.is_empty()).ok_or_else(|| {
                    if !is_usual(name) {
                        return Missing::NotSet;
                    }
                    Missing::NotThere(
                        format!("the environment variable `{name}` is not set, or empty"),
                        format!("set `{name}` for the gateway's process"),
                    )
                })?
            }
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

fn read(path: &Path) -> io::Result<String> {
    let bytes = content::read(path, LONGEST)?;
    String::from_utf8(bytes).map_err(|error| {
        // Not the error itself: it holds the bytes.
        io::Error::new(io::ErrorKind::InvalidData, error.utf8_error())
    })
}

/// Whether a variable can have this name.
fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    let begins = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    bytes.next().is_some_and(begins)
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether variables usually have such names, and hardly any secret looks like that.
fn is_usual(name: &str) -> bool {
    !name.bytes().any(|byte| byte.is_ascii_lowercase())
}
