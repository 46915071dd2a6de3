//! Texts without cases.

/// A text without cases, as readers have it that fold what Unicode folds (`ſ` is a small `S`): by way of the large
/// letter, which more than one small letter may have.
pub(crate) fn folded(text: &str) -> impl Iterator<Item = char> {
    let large = text.chars().flat_map(char::to_uppercase);
    large.flat_map(char::to_lowercase)
}
