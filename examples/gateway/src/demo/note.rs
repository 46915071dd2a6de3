//! Notes: the one thing that clients can change.

use std::collections::BTreeMap;

/// URIs of notes are this and a name.
pub(super) const PREFIX: &str = "demo://notes/";

/// How many notes there may be.
pub(super) const MOST_NOTES: usize = 50;

/// How long the name of a note may be, in bytes.
pub(super) const LONGEST_NAME: usize = 40;

/// How long a note may be, in bytes.
pub(super) const LONGEST_TEXT: usize = 4096;

/// All notes by name; a sorted map, so that lists come out the same each time.
#[derive(Debug)]
pub(super) struct Notes(BTreeMap<String, String>);

/// What writing a note did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// There was no note of that name.
    Created,
    /// The note had another text before.
    Replaced,
}

impl Notes {
    /// Starts with the one note that is there from the beginning.
    pub(super) fn new() -> Self {
        let welcome = "Nobody has written here yet. Change me with the tool `write_note`.";
        Self(BTreeMap::from([("welcome".to_owned(), welcome.to_owned())]))
    }

    /// The names of all notes, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The text of a note.
    pub(super) fn read(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Writes a note over the one of the same name, if there is one.
    ///
    /// # Errors
    ///
    /// A sentence for the user when the name is not made of 1 to [`LONGEST_NAME`] characters `a-z`,
    /// `0-9` and `-`, the text is longer than [`LONGEST_TEXT`] bytes or there are [`MOST_NOTES`]
    /// notes already.
    pub(super) fn write(&mut self, name: &str, text: &str) -> Result<Written, String> {
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(letters) {
            return Err(format!(
                "the name of a note is 1 to {LONGEST_NAME} letters a-z, digits and hyphens"
            ));
        }
        if text.len() > LONGEST_TEXT {
            return Err(format!("a note is at most {LONGEST_TEXT} bytes long"));
        }
        if let Some(old) = self.0.get_mut(name) {
            text.clone_into(old);
            return Ok(Written::Replaced);
        }
        if self.0.len() >= MOST_NOTES {
            return Err(format!(
                "there are {MOST_NOTES} notes already: write over one of them"
            ));
        }
        self.0.insert(name.to_owned(), text.to_owned());
        Ok(Written::Created)
    }
}
