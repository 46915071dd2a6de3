//! JSON as the most lenient of all parsers would read it.
//!
//! It keeps every one of several members with one name, takes comments, trailing commas, single quotes,
//! bare words and control characters, stops at no error, and goes on after the end of a document.

/// A value. Numbers and bare words are kept as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Bare(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Value {
    /// A string, or what stands in its place.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Bare(text) => Some(text),
            Self::Array(_) | Self::Object(_) => None,
        }
    }
}

/// Beyond this depth nothing is of interest.
const DEEPEST: usize = 100;

/// All documents in a text.
pub(super) fn documents(text: &str) -> Vec<Value> {
    let letters: Vec<char> = text.chars().collect();
    let mut reader = Reader { letters, at: 0 };
    let mut found = Vec::new();
    while reader.skip() {
        let before = reader.at;
        found.extend(reader.value(0));
        reader.at = reader.at.max(before + 1);
    }
    found
}

struct Reader {
    letters: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(letter)
    }

    /// Skips what means nothing; `false` at the end.
    fn skip(&mut self) -> bool {
        while let Some(letter) = self.peek() {
            let following = self.letters.get(self.at + 1).copied();
            match (letter, following) {
                ('/', Some('/')) | ('#', _) => {
                    while self.next().is_some_and(|letter| letter != '\n') {}
                }
                ('/', Some('*')) => {
                    self.at += 2;
                    while let Some(letter) = self.next() {
                        if letter == '*' && self.peek() == Some('/') {
                            self.at += 1;
                            break;
                        }
                    }
                }
                (letter, _) if is_space(letter) || ",:".contains(letter) => self.at += 1,
                _ => return true,
            }
        }
        false
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if !self.skip() {
            return None;
        }
        match self.peek()? {
            '{' | '[' if depth >= DEEPEST => {
                self.leave();
                Some(Value::Bare(String::new()))
            }
            '{' => {
                self.at += 1;
                Some(Value::Object(self.members(depth)))
            }
            '[' => {
                self.at += 1;
                let mut items = Vec::new();
                while self.skip() && self.peek() != Some(']') {
                    let before = self.at;
                    items.extend(self.value(depth + 1));
                    if self.at == before {
                        self.at += 1;
                    }
                }
                self.at += 1;
                Some(Value::Array(items))
            }
            quote @ ('"' | '\'') => {
                self.at += 1;
                Some(Value::Text(self.quoted(quote)))
            }
            '}' | ']' => None,
            _ => Some(Value::Bare(self.bare())),
        }
    }

    fn members(&mut self, depth: usize) -> Vec<(String, Value)> {
        let mut members = Vec::new();
        while self.skip() && self.peek() != Some('}') {
            let before = self.at;
            let name = self.value(DEEPEST);
            let value = self.value(depth + 1);
            if let (Some(name), Some(value)) = (name, value) {
                members.push((name.text().unwrap_or_default().to_owned(), value));
            }
            if self.at == before {
                self.at += 1;
            }
        }
        self.at += 1;
        members
    }

    /// Skips a value with all that it contains.
    fn leave(&mut self) {
        let mut open = 0_usize;
        while let Some(letter) = self.next() {
            match letter {
                '"' => drop(self.quoted('"')),
                '{' | '[' => open += 1,
                '}' | ']' => open -= 1,
                _ => {}
            }
            if open == 0 {
                return;
            }
        }
    }

    /// The four digits after `\u`.
    fn unit(&mut self) -> Option<u16> {
        let digits: String = self.letters.iter().skip(self.at).take(4).collect();
        let unit = u16::from_str_radix(&digits, 16).ok()?;
        self.at += digits.len();
        Some(unit)
    }

    fn bare(&mut self) -> String {
        let mut word = String::new();
        while let Some(letter) = self.peek() {
            if is_space(letter) || "{}[]\",:".contains(letter) {
                break;
            }
            word.push(letter);
            self.at += 1;
        }
        word
    }

    fn quoted(&mut self, quote: char) -> String {
        let mut units: Vec<u16> = Vec::new();
        while let Some(mut letter) = self.next() {
            if letter == quote {
                break;
            }
            if letter == '\\' {
                letter = match self.next().unwrap_or_default() {
                    'u' => {
                        units.extend(self.unit());
                        continue;
                    }
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    letter => letter,
                };
            }
            units.extend(letter.encode_utf16(&mut [0; 2]).iter());
        }
        String::from_utf16_lossy(&units)
    }
}

fn is_space(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control() || letter == '\u{feff}'
}

#[test]
fn what_no_two_parsers_read_alike_is_read_in_every_way() {
    let text = "\u{feff}{'a':1,\"a\":[NaN,],/*x*/\"b\\u0061\":\"\\/\\u00e9\",} // y\n{\"c\":{}} ]";
    let read = documents(text);
    let bare = |text: &str| Value::Bare(text.to_owned());
    let members = |members: &[(&str, Value)]| {
        let owned = members
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        Value::Object(owned.collect())
    };
    let first = members(&[
        ("a", bare("1")),
        ("a", Value::Array(vec![bare("NaN")])),
        ("ba", Value::Text("/é".to_owned())),
    ]);
    assert_eq!(read, [first, members(&[("c", members(&[]))])]);
    let deep = format!("{{\"a\":{}{},\"b\":1}}", "[".repeat(5000), "]".repeat(5000));
    assert!(format!("{:?}", documents(&deep)).contains("(\"b\", Bare(\"1\"))"));
}
