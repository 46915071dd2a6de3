//! The text of a configuration, and how to point into it.

use std::{fs, io::Read as _, path::Path};

use super::report::Problem;

/// The largest file that is read, in bytes. A configuration of a thousand proxies has a quarter.
const LARGEST: u64 = 1 << 20;

/// How a configuration is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Toml,
    Json,
}

/// A configuration's text and its name.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    name: String,
    text: String,
    format: Format,
}

/// Where a byte stands, for people.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Position<'a> {
    /// Counted from 1.
    pub(crate) line: usize,
    /// In characters, counted from 1.
    pub(crate) column: usize,
    /// The whole line, without its end.
    pub(crate) text: &'a str,
}

impl Source {
    /// Reads a file. Its extension tells the format.
    ///
    /// # Errors
    ///
    /// A problem that tells the fix, when it cannot be read or the extension is unknown.
    pub(crate) fn open(path: &Path) -> Result<Self, Problem> {
        let name = path.display().to_string();
        let format = match path.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => Format::Toml,
            Some("json") => Format::Json,
            _ => {
                return Err(Problem::error(format!(
                    "`{name}` is neither TOML nor JSON by its name"
                ))
                .fix("end the file's name in `.toml` or `.json`"));
            }
        };
        let unreadable = |error: &dyn std::fmt::Display| {
            Problem::error(format!("`{name}` cannot be read: {error}"))
                .fix("check the path; `tollbar-gateway config example` prints a file to start from")
        };
        let mut bytes = Vec::new();
        fs::File::open(path)
            .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
            .map_err(|error| unreadable(&error))?;
        if bytes.len() as u64 > LARGEST {
            return Err(unreadable(&"it is larger than 1 MiB"));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text, format)),
            Err(_) => Err(unreadable(&"it is not UTF-8")),
        }
    }

    pub(crate) const fn new(name: String, text: String, format: Format) -> Self {
        Self { name, text, format }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) const fn format(&self) -> Format {
        self.format
    }

    /// Line and column of a byte. One beyond the end stands at the end.
    pub(crate) fn position(&self, offset: usize) -> Position<'_> {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let (before, after) = self.text.split_at(offset);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = after
            .find('\n')
            .map_or(self.text.len(), |newline| offset + newline);
        let text = self.text.get(start..end).unwrap_or_default();
        Position {
            line: before.matches('\n').count() + 1,
            column: before.get(start..).unwrap_or_default().chars().count() + 1,
            text: text.strip_suffix('\r').unwrap_or(text),
        }
    }
}
