//! One challenge of `WWW-Authenticate`.

mod cursor;
mod invalid;
mod leading;
mod reader;
mod syntax;
mod writer;

pub use self::invalid::InvalidChallenge;

use http::{HeaderMap, HeaderValue};

use self::syntax::{is_text, is_token, is_token68};

/// What a server asks a client for: a scheme, and either one token or named parameters (RFC 9110
/// section 11.6.1).
///
/// Scheme and names of parameters are compared without regard to case, and kept as they were written.
/// Parameters keep their order.
///
/// ```
/// use http::{HeaderMap, header::WWW_AUTHENTICATE};
/// use tollbar_challenge::Challenge;
///
/// let mut headers = HeaderMap::new();
/// let line = r#"Basic realm="old", Bearer Scope="mcp", realm="a \"b\"""#;
/// headers.insert(WWW_AUTHENTICATE, line.parse().unwrap());
///
/// let mut challenges = Challenge::parse_all(&headers).unwrap();
/// let bearer = &mut challenges[1];
/// assert!(bearer.is("bearer"));
/// assert_eq!(bearer.get("scope"), Some("mcp"));
/// assert_eq!(bearer.get("realm"), Some(r#"a "b""#));
///
/// bearer.set("scope", "mcp tools").unwrap();
/// assert_eq!(bearer.to_value(), r#"Bearer Scope="mcp tools", realm="a \"b\"""#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    scheme: Box<str>,
    content: Content,
}

/// What stands behind the scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Token(Box<str>),
    Parameters(Vec<Parameter>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parameter {
    name: Box<str>,
    value: Box<str>,
    /// Whether the value is written as a quoted string: some schemes ask for one form, some for the
    /// other (RFC 7616 section 3.3), so that what was read is written in the form that it had.
    quoted: bool,
}

impl Challenge {
    /// A challenge of this scheme, with nothing behind it.
    ///
    /// # Errors
    ///
    /// [`InvalidChallenge::Scheme`] when this is no token (RFC 9110 section 5.6.2).
    pub fn new(scheme: &str) -> Result<Self, InvalidChallenge> {
        match is_token(scheme) {
            true => Ok(Self::empty(scheme)),
            false => Err(InvalidChallenge::Scheme(scheme.to_owned())),
        }
    }

    /// A challenge for a bearer token (RFC 6750 section 3), without parameters.
    #[must_use]
    pub fn bearer() -> Self {
        Self::empty(BEARER)
    }

    /// A challenge of this scheme with one token, as `Negotiate` has it.
    ///
    /// # Errors
    ///
    /// [`InvalidChallenge`] when the scheme is no token, or the token no `token68` (RFC 9110 section
    /// 11.2): letters, digits and `-._~+/`, and perhaps `=` behind.
    pub fn with_token(scheme: &str, token: &str) -> Result<Self, InvalidChallenge> {
        let mut challenge = Self::new(scheme)?;
        if !is_token68(token) {
            return Err(InvalidChallenge::Token);
        }
        challenge.content = Content::Token(token.into());
        Ok(challenge)
    }

    fn empty(scheme: &str) -> Self {
        Self {
            scheme: scheme.into(),
            content: Content::Parameters(Vec::new()),
        }
    }

    /// Reads every `WWW-Authenticate` line: all challenges in their order.
    ///
    /// A list may be spread over lines as its writer liked (RFC 9110 section 5.3), may have empty
    /// elements, and odd spaces. What is no UTF-8 is read as Latin-1. Two slips that many servers make
    /// are forgiven, since nothing else can be meant: a comma that is missing between two parameters,
    /// and a value without quotes that is no token, such as a URL.
    ///
    /// # Errors
    ///
    /// [`InvalidChallenge`] when a line is anything else, when a challenge has two parameters of one
    /// name, when the lines have more than 16 KiB together, and when there are more than 64 challenges
    /// and parameters.
    pub fn parse_all(headers: &HeaderMap) -> Result<Vec<Self>, InvalidChallenge> {
        reader::read(headers)
    }

    /// The scheme, as it was written.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Whether this is a challenge of that scheme.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The token behind the scheme, where it has one instead of parameters.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        match &self.content {
            Content::Token(token) => Some(token),
            Content::Parameters(_) => None,
        }
    }

    /// Names and values of the parameters, in their order; without quotes and quoted pairs.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let parameters = match &self.content {
            Content::Token(_) => &[],
            Content::Parameters(parameters) => parameters.as_slice(),
        };
        parameters.iter().map(|it| (&*it.name, &*it.value))
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Sets a parameter: in its place when it is there, else behind the others.
    ///
    /// # Errors
    ///
    /// [`InvalidChallenge`] when the name is no token, when the value holds a control character other
    /// than a tab, and when the challenge has a token instead of parameters.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), InvalidChallenge> {
        if !is_token(name) {
            return Err(InvalidChallenge::Name(name.to_owned()));
        }
        if !is_text(value) {
            return Err(InvalidChallenge::Value(name.to_owned()));
        }
        match self.put(name, value) {
            true => Ok(()),
            false => Err(InvalidChallenge::TokenAndParameter),
        }
    }

    /// Sets a parameter whose name and value were checked before. `false` when there is a token.
    pub(crate) fn put(&mut self, name: &str, value: &str) -> bool {
        let Content::Parameters(parameters) = &mut self.content else {
            return false;
        };
        let mut own = parameters.iter_mut();
        match own.find(|it| it.name.eq_ignore_ascii_case(name)) {
            Some(own) => {
                own.value = value.into();
                own.quoted = true;
            }
            None => parameters.push(Parameter {
                name: name.into(),
                value: value.into(),
                quoted: true,
            }),
        }
        true
    }

    /// Takes a parameter out. Says whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let Content::Parameters(parameters) = &mut self.content else {
            return false;
        };
        let before = parameters.len();
        parameters.retain(|it| !it.name.eq_ignore_ascii_case(name));
        parameters.len() < before
    }

    /// The challenge as the value of a `WWW-Authenticate` line.
    ///
    /// Values stand in quotes, but for those of a scheme other than `Bearer` that were read without
    /// them.
    #[must_use]
    pub fn to_value(&self) -> HeaderValue {
        Self::line([self])
    }

    /// These challenges as the value of one line. Empty when there are none.
    ///
    /// Put `Bearer` first: MCP clients look no further than the first line and its first scheme.
    #[must_use]
    pub fn line<'a>(challenges: impl IntoIterator<Item = &'a Self>) -> HeaderValue {
        writer::write(challenges)
    }
}

/// The scheme of RFC 6750.
pub(crate) const BEARER: &str = "Bearer";

/// The parameter that names the metadata of the resource (RFC 9728 section 5.1).
pub(crate) const POINTER: &str = "resource_metadata";
