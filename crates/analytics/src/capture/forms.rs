//! Secrets in text, by their form and by what stands before them.

use regex::{NoExpand, Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use serde_json::Number;

use super::{
    InvalidRedaction,
    hidden::{ELEMENTS, LINES, OPTIONS, PATTERNS, SHORT, WORDS},
};
use crate::secret::HIDDEN;

/// The most memory of one expression, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

/// The shortest text that has a form which is looked for always, such as `eyJa.`, in bytes.
const SHORTEST: usize = 5;

/// A value in quotes, whatever it is. An object, a list, and what stands in quotes that are escaped themselves, has its
/// end where nobody who reads text can tell: that hides all that follows.
const QUOTED: &str = r#""(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\[hidden\][^\s"'&<]*|[\[{].*|\\+["'].*|[|>][-+0-9]*(?:\s*\n[ \t]+[^\r\n]+)+|-[ \t]+[^\r\n]+(?:\s*\n[ \t]*-[ \t]+[^\r\n]+)*"#;

/// A value that is one word.
const WORD: &str = r#"[^\s"'&<]+"#;

/// A value that all of the line belongs to, with lines that continue it (RFC 9112 section 5.2).
const LINE: &str = r"[^\r\n]+(?:\r?\n[ \t]+[^\r\n]+)*";

/// Secrets in text.
#[derive(Clone, Debug)]
pub(super) struct Forms {
    patterns: Vec<Regex>,
    /// Those among them that were given, and are looked for in numbers too.
    given: Vec<Regex>,
    /// Finds out in one go whether there is anything. `None` where all together would be too much.
    any: Option<RegexSet>,
    /// Shorter text has nothing that is named, and no form that is looked for always.
    shortest: usize,
}

impl Forms {
    pub(super) fn new() -> Self {
        let name = |name: &str| format!("(?i-u:{name})");
        // What is named goes first: it may have spaces, which none of the forms has.
        let named = [
            named(&name(LINES), LINE),
            named(&name(WORDS), WORD),
            format!(
                r#"(?s:{}(?:\\*["']\s*:|\s*=>?)\s*(?:{QUOTED}|{WORD}))"#,
                name(SHORT)
            ),
            // Of `tokens` there often is a number.
            format!(
                r#"(?s:{}[\\"']*\s*(?::=?|=>?)\s*(?:\\*["'][^"']+|[\[{{]\s*\\*["'].*|[0-9]*[^\s0-9"'&<.,;:!?%\[{{()\]}}]{WORD}))"#,
                name("tokens"),
            ),
            format!(
                r#"(?:{}(?:[ \t]+|=)(?:"[^"]*"?|'[^']*'?|[^\s"']+))"#,
                name(OPTIONS)
            ),
            format!(
                r"(?s:{}(?:\s[^<>]*)?>(?:\s*<!\[CDATA\[.*?(?:\]\]>|\z)|[^<]+))",
                name(ELEMENTS)
            ),
        ];
        let all = named.iter().map(String::as_str).chain(PATTERNS);
        let mut forms = Self {
            patterns: all.filter_map(|pattern| Regex::new(pattern).ok()).collect(),
            given: Vec::new(),
            any: None,
            shortest: SHORTEST,
        };
        forms.gather();
        forms
    }

    pub(super) fn add(&mut self, pattern: &str) -> Result<(), InvalidRedaction> {
        let built = RegexBuilder::new(pattern).size_limit(PATTERN_SIZE).build();
        let pattern = built.map_err(|error| InvalidRedaction::Pattern {
            pattern: pattern.into(),
            why: reason(&error.to_string()).into(),
        })?;
        self.patterns.push(pattern.clone());
        self.given.push(pattern);
        self.gather();
        Ok(())
    }

    /// Hides what follows this key, whatever stands between its letters.
    pub(super) fn add_key(&mut self, plain: &str) {
        self.shortest = self.shortest.min(plain.len());
        let letters: Vec<String> = plain
            .chars()
            .map(|letter| regex::escape(&letter.to_string()))
            .collect();
        let name = format!(r"(?i:\b{})", letters.join("[-_. ]?"));
        // One that would take too much memory is found in JSON only.
        if let Ok(pattern) = Regex::new(&named(&name, WORD)) {
            self.patterns.insert(0, pattern);
            self.gather();
        }
    }

    pub(super) fn hide(&self, mut text: String, secret: Option<&str>) -> String {
        let is_in = |secret: &&str| text.len() >= secret.len() && text.contains(*secret);
        if let Some(secret) = secret.filter(is_in) {
            text = text.replace(secret, HIDDEN);
        }
        // Most keys and many values.
        if self.given.is_empty() && text.len() < self.shortest {
            return text;
        }
        if self.any.as_ref().is_some_and(|any| !any.is_match(&text)) {
            return text;
        }
        for pattern in &self.patterns {
            if pattern.is_match(&text) {
                text = pattern.replace_all(&text, NoExpand(HIDDEN)).into_owned();
            }
        }
        text
    }

    /// Whether a number has what is to be hidden in it: only what was asked for looks like one.
    pub(super) fn has_number(&self, number: &Number, secret: Option<&str>) -> bool {
        let is_number = |secret: &str| secret.bytes().all(|it| it.is_ascii_digit());
        if self.given.is_empty() && !secret.is_some_and(is_number) {
            return false;
        }
        let number = number.to_string();
        secret == Some(&*number) || self.given.iter().any(|it| it.is_match(&number))
    }

    fn gather(&mut self) {
        let all = self.patterns.iter().map(Regex::as_str);
        self.any = RegexSetBuilder::new(all).build().ok();
    }

    #[cfg(test)]
    pub(super) const fn count(&self) -> usize {
        self.patterns.len()
    }
}

/// What is wrong with an expression, in one line: what comes before it shows where.
fn reason(words: &str) -> &str {
    let last = words.lines().last().unwrap_or(words);
    last.strip_prefix("error: ").unwrap_or(last)
}

/// A name with what it names behind it: in JSON, in a header, in a form, in a settings file, in XML.
fn named(name: &str, bare: &str) -> String {
    format!(r#"(?s:{name}(?:[\\"']*\s*(?::=?|=>?)\s*(?:{QUOTED}|{bare})|\s*>[^<]+))"#)
}

#[cfg(test)]
mod tests {
    use super::{Forms, PATTERNS};

    #[test]
    fn all_forms_of_secrets_are_expressions() {
        let forms = Forms::new();
        assert_eq!(forms.count(), PATTERNS.len() + 6);
        assert!(forms.any.is_some());
    }
}
