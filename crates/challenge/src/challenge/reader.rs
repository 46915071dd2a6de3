//! From `WWW-Authenticate` to challenges.

use http::{HeaderMap, header::WWW_AUTHENTICATE};

use super::{
    BEARER, Challenge, Content, InvalidChallenge, Parameter,
    cursor::{Cursor, Value},
    syntax::is_token,
};

/// The most bytes that all lines may have together.
pub(super) const LONGEST: usize = 16 << 10;
/// The most challenges and parameters.
pub(super) const MOST: usize = 64;

pub(super) fn read(headers: &HeaderMap) -> Result<Vec<Challenge>, InvalidChallenge> {
    let lines = headers.get_all(WWW_AUTHENTICATE);
    let length = lines.iter().map(|line| line.len()).sum();
    if length > LONGEST {
        return Err(InvalidChallenge::TooLong(length));
    }
    let mut found = Found::default();
    for line in lines {
        // Several lines are one list (RFC 9110 section 5.3): parameters may stand in the next one.
        found.read(&mut Cursor::new(line.as_bytes()))?;
    }
    Ok(found.challenges)
}

/// What was read so far.
#[derive(Debug, Default)]
struct Found {
    challenges: Vec<Challenge>,
    count: usize,
}

impl Found {
    /// Reads one line.
    ///
    /// An element of the list is a parameter of the challenge before it, or begins the next one
    /// (RFC 9110 section 11.6.1): a name and `=`, or a scheme.
    fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<(), InvalidChallenge> {
        let mut begins = true;
        loop {
            let separated = cursor.skip_separators() || begins;
            if cursor.peek().is_none() {
                return Ok(());
            }
            begins = false;
            let at = cursor.at();
            let word = cursor.word()?;
            let spaced = cursor.skip_space();
            match cursor.peek() {
                Some(b'=') => {
                    let value = cursor.value()?;
                    self.add_parameter(word, value, at)?;
                }
                // A parameter may stand there without a comma, a scheme may not: it would be a word of
                // a value without quotes.
                _ if !separated => {
                    return Err(InvalidChallenge::Syntax {
                        at,
                        expected: "a comma",
                    });
                }
                None | Some(b',') => self.add(Challenge::empty(word))?,
                Some(_) if spaced => {
                    let mut challenge = Challenge::empty(word);
                    if let Some(token) = cursor.token68() {
                        challenge.content = Content::Token(token.into());
                    }
                    self.add(challenge)?;
                }
                Some(_) => return Err(cursor.expected("a space or a comma")),
            }
        }
    }

    fn add(&mut self, challenge: Challenge) -> Result<(), InvalidChallenge> {
        self.count()?;
        self.challenges.push(challenge);
        Ok(())
    }

    /// Adds a parameter to the last challenge.
    fn add_parameter(
        &mut self,
        name: &str,
        value: Value,
        at: usize,
    ) -> Result<(), InvalidChallenge> {
        self.count()?;
        let expected = "a scheme";
        let Some(challenge) = self.challenges.last_mut() else {
            return Err(InvalidChallenge::Syntax { at, expected });
        };
        let is_bearer = challenge.is(BEARER);
        let Content::Parameters(parameters) = &mut challenge.content else {
            return Err(InvalidChallenge::Syntax { at, expected });
        };
        let is_known = |it: &Parameter| it.name.eq_ignore_ascii_case(name);
        if parameters.iter().any(is_known) {
            return Err(InvalidChallenge::Repeated { at });
        }
        parameters.push(Parameter {
            name: name.into(),
            quoted: value.quoted || is_bearer || !is_token(&value.text),
            value: value.text.into(),
        });
        Ok(())
    }

    const fn count(&mut self) -> Result<(), InvalidChallenge> {
        self.count += 1;
        match self.count > MOST {
            true => Err(InvalidChallenge::TooMany),
            false => Ok(()),
        }
    }
}
