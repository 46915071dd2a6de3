//! What says that a secret stands there: names whose values are hidden always.

use serde_json::Value;

/// Stands in the place of what is hidden.
pub(crate) const HIDDEN: &str = "[hidden]";

/// Hidden wherever it stands in a name.
const PARTS: [&str; 5] = ["password", "passwd", "passphrase", "secret", "credential"];

/// Hidden at the end of a name, or as all of it. One `s` more makes no difference.
const ENDS: [&str; 15] = [
    "token",
    "pwd",
    "passcode",
    "auth",
    "jwt",
    "otp",
    "sessionid",
    "cookie",
    "authorization",
    "apikey",
    "accesskey",
    "signingkey",
    "encryptionkey",
    "privatekey",
    "secretkey",
];

/// Likewise, but as a word of its own: `spin` and `bypass` are no secrets.
const WORDS: [&str; 2] = ["pass", "pin"];

/// What signs a URI is as good as a password, in its query. Elsewhere it is what a function takes.
const PARAMETERS: [&str; 2] = ["sig", "signature"];

/// What a name says of its value. The greater one hides more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meaning {
    /// It is no secret, as far as the name tells.
    Open,
    /// It is one, unless it is a number: `tokens` are counted more often than shown.
    Count,
    /// It is one.
    Secret,
}

impl Meaning {
    /// Of a member, a header or a variable, in whatever case, whatever parts its words, with or without digits behind.
    pub(crate) fn of(name: &str) -> Self {
        let plain = plain(name);
        let word = plain.trim_end_matches(char::is_numeric);
        let one = word.strip_suffix('s').unwrap_or(word);
        let is_end = |end: &str| one.ends_with(end) || word.ends_with(end);
        // A secretary keeps secrets, and is none.
        if PARTS.iter().any(|part| word.contains(part)) && !word.contains("secretar") {
            return Self::Secret;
        }
        if word.ends_with("tokens") {
            return Self::Count;
        }
        let is_word = || WORDS.iter().any(|it| is_last(name, it));
        if ENDS.iter().any(|end| is_end(end)) || is_word() {
            return Self::Secret;
        }
        Self::Open
    }

    /// Of a parameter in the query of a URI.
    pub(crate) fn of_parameter(name: &str) -> Self {
        let plain = plain(name);
        match PARAMETERS.iter().any(|end| plain.ends_with(end)) {
            true => Self::Secret,
            false => Self::of(name),
        }
    }
}

/// Whether a value is hidden whose name means this.
pub(crate) fn hides(meaning: Meaning, value: &Value) -> bool {
    match meaning {
        Meaning::Open => false,
        Meaning::Count => !is_count(value),
        Meaning::Secret => true,
    }
}

/// Whether this is a number of things, or several of those.
fn is_count(value: &Value) -> bool {
    match value {
        Value::Number(_) | Value::Bool(_) | Value::Null => true,
        // So many digits are no token.
        Value::String(text) => text.len() < 8 && text.bytes().all(|it| it.is_ascii_digit()),
        Value::Array(elements) => elements.iter().all(is_count),
        Value::Object(members) => members.values().all(is_count),
    }
}

/// Whether this is the last word of a name, or all of it: behind what is no letter, or as `userPin` and `userPIN`.
fn is_last(name: &str, word: &str) -> bool {
    let name: Vec<char> = name.chars().map(narrow).collect();
    let is_letter = |it: &char| it.is_alphabetic();
    let length = name.iter().rposition(is_letter).map_or(0, |last| last + 1);
    let plural = usize::from(length > 0 && matches!(name.get(length - 1), Some('s' | 'S')));
    // `pass` itself ends like a plural.
    [length, length - plural].into_iter().any(|length| {
        let letters = name.get(..length).unwrap_or_default();
        let start = length.checked_sub(word.len());
        let Some((before, last)) = start.and_then(|start| letters.split_at_checked(start)) else {
            return false;
        };
        let is_word = last.iter().map(char::to_ascii_lowercase).eq(word.chars());
        let begins = match (before.last().filter(|it| is_letter(it)), last.first()) {
            (Some(before), Some(first)) => before.is_lowercase() && first.is_uppercase(),
            _ => true,
        };
        is_word && begins
    })
}

/// A name in small letters of the usual width, without what parts its words.
pub(crate) fn plain(name: &str) -> String {
    let letters = name.chars().map(narrow).filter(|it| it.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Letters that are as wide as a Chinese one, U+FF01 to U+FF5E, stand for those of ASCII in the same order.
fn narrow(letter: char) -> char {
    let ascii = match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0),
        _ => None,
    };
    ascii.unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::Meaning;

    #[test]
    fn names_of_secrets_are_known_by_what_they_are_made_of() {
        for name in [
            "passwordHash",
            "db-passwd-2",
            "PASSPHRASE_FILE",
            "secretValue",
            "credentialId",
            "pwd",
            "userPwd",
            "pass",
            "DB_PASS",
            "dbPass",
            "passcode",
            "auth",
            "OAuth2",
            "jwt",
            "jwts",
            "otp",
            "pin",
            "userPIN",
            "card.pin",
            "PINs",
            "session_id",
            "sessionIds",
            "cookie",
            "Set-Cookie",
            "cookies",
            "api keys",
            "accessKey",
            "signing-key",
            "encryption_keys",
            "privateKey",
            "secretkeys",
            "token",
            "ID_TOKEN",
            "\u{ff30}\u{ff41}\u{ff53}\u{ff53}\u{ff57}\u{ff4f}\u{ff52}\u{ff44}",
            "\u{ff50}\u{ff49}\u{ff4e}",
            "pass\u{ad}word",
            "p.a.s.s.w.o.r.d",
        ] {
            assert_eq!(Meaning::of(name), Meaning::Secret, "{name}");
        }
        for name in ["max_tokens", "tokens", "promptTokens", "TOTAL-TOKENS"] {
            assert_eq!(Meaning::of(name), Meaning::Count, "{name}");
        }
        for name in [
            "",
            "token_count",
            "pineapple",
            "author",
            "authority",
            "secretary",
            "spin",
            "bypass",
            "compass",
            "pinned",
            "tokenizer",
            "monkey",
            "key",
            "passenger",
            "passed",
            "cookiejar",
            "sig",
            "signature",
            "s",
            "\u{ff53}",
            "2",
        ] {
            assert_eq!(Meaning::of(name), Meaning::Open, "{name}");
        }
        for name in ["sig", "X-Amz-Signature", "token", "page"] {
            let is_open = Meaning::of_parameter(name) == Meaning::Open;
            assert_eq!(is_open, name == "page", "{name}");
        }
    }
}
