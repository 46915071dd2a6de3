//! Secrets in lists, where what stands before them tells their name.

use serde_json::Value;

use crate::secret::{HIDDEN, Meaning, hides};

/// The longest name of a header or a variable, in bytes. What is longer is text.
const LONGEST: usize = 128;

/// Hides the values of a list of a name and its value, of several such in a row, and of arguments of a command.
pub(super) fn hide_in_list(elements: &mut [Value], meaning: impl Fn(&str) -> Meaning) {
    // All but lists of texts is left in peace at once.
    if !elements.iter().any(Value::is_string) {
        return;
    }
    let is_even = elements.len().is_multiple_of(2);
    let mut before = Meaning::Open;
    for index in 0..elements.len() {
        let Some([element, rest @ ..]) = elements.get_mut(index..) else {
            return;
        };
        if hides(std::mem::replace(&mut before, Meaning::Open), element) {
            *element = HIDDEN.into();
            continue;
        }
        let Some(text) = element.as_str().filter(|text| text.len() <= LONGEST) else {
            continue;
        };
        before = match text.strip_prefix('-') {
            Some(_) if is_user(text) && has_password(rest.first()) => Meaning::Secret,
            Some(_) if text.contains(['=', ' ']) => Meaning::Open,
            Some(option) => meaning(option),
            None if is_even && index.is_multiple_of(2) => meaning(text),
            None => Meaning::Open,
        };
    }
}

/// Options of curl, and others, that take a user and a password.
fn is_user(option: &str) -> bool {
    matches!(option, "-u" | "-U" | "--user" | "--proxy-user")
}

/// Two numbers are ids of a user and a group.
fn has_password(value: Option<&Value>) -> bool {
    let pair = value
        .and_then(Value::as_str)
        .and_then(|it| it.split_once(':'));
    let is_number = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    pair.is_some_and(|(user, password)| !(is_number(user) && is_number(password)))
}
