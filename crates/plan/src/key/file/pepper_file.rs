//! The file of a pepper.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use zeroize::Zeroizing;

use super::{KeyFileError, MOST_BYTES, document::Document, lock::FileLock, place::Place};
use crate::key::{Pepper, random::fill};

/// The longest pepper, in bytes.
const MOST: u64 = 4096;

/// The pepper of a file; a new one when there is none and no key was made with it.
pub(super) fn open(
    keys: &Place,
    path: PathBuf,
    patience: Duration,
) -> Result<Pepper, KeyFileError> {
    let place = Place::new(path);
    if let Some(pepper) = read(&place)? {
        return Ok(pepper);
    }
    let _lock = FileLock::take(keys, patience)?;
    // Another process may have made it meanwhile.
    if let Some(pepper) = read(&place)? {
        return Ok(pepper);
    }
    if has_keys(keys)? {
        return Err(missing(keys, &place));
    }
    let text = generate()?;
    place.replace(text.as_bytes())?;
    pepper(&*text, place.path())
}

/// The pepper of a file; `None` when there is none and no key was made with it. Makes nothing.
pub(super) fn look(keys: &Place, path: PathBuf) -> Result<Option<Pepper>, KeyFileError> {
    let place = Place::new(path);
    let pepper = read(&place)?;
    if pepper.is_some() || !has_keys(keys)? {
        return Ok(pepper);
    }
    // Without the lock, another process may have made both meanwhile.
    let pepper = read(&place)?;
    pepper.map(Some).ok_or_else(|| missing(keys, &place))
}

fn has_keys(keys: &Place) -> Result<bool, KeyFileError> {
    match keys.read(MOST_BYTES)? {
        Some(content) => {
            let document = Document::parse(&content.bytes, keys.path())?;
            Ok(!document.ledger.is_empty())
        }
        None => Ok(false),
    }
}

fn missing(keys: &Place, pepper: &Place) -> KeyFileError {
    KeyFileError::PepperMissing {
        pepper: pepper.path().to_path_buf(),
        keys: keys.path().to_path_buf(),
    }
}

fn read(place: &Place) -> Result<Option<Pepper>, KeyFileError> {
    let Some(content) = place.read(MOST)? else {
        return Ok(None);
    };
    if content.is_readable {
        let path = place.path().display();
        tracing::warn!("other users may read the pepper `{path}`: run `chmod go-rwx {path}`");
    }
    let text = Zeroizing::new(content.bytes);
    pepper(&*text, place.path()).map(Some)
}

/// The text without the end of its line.
fn pepper(text: impl AsRef<[u8]>, path: &Path) -> Result<Pepper, KeyFileError> {
    Pepper::new(text.as_ref().trim_ascii()).map_err(|source| KeyFileError::BadPepper {
        path: path.to_path_buf(),
        source,
    })
}

/// 32 random bytes in hexadecimal digits, and the end of a line.
fn generate() -> Result<Zeroizing<String>, KeyFileError> {
    let mut bytes = Zeroizing::new([0; Pepper::SHORTEST]);
    fill(&mut *bytes).map_err(|error| KeyFileError::NoRandomness(error.to_string()))?;
    let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len() + 1));
    for half in bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]) {
        text.extend(char::from_digit(half.into(), 16));
    }
    text.push('\n');
    Ok(text)
}
