//! Which credential a request presents.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};
use percent_encoding::percent_decode_str;
use tollbar_core::{ClientCertificate, Exchange, Kind, Refusal};

use crate::{Credential, Source};

/// The one credential of a request, and where it stands.
pub(super) struct Presented<'a> {
    pub(super) source: &'a Source,
    credential: Raw<'a>,
}

enum Raw<'a> {
    Header(&'a HeaderValue),
    Certificate(ClientCertificate),
}

/// The credential that a request presents at one of these places. `None` when it presents nothing.
///
/// Where `Authorization` is left to the MCP server alone, it is no second credential, and the only one where
/// there is none for the gateway. Where it is judged here as well, it is one like any other.
///
/// # Errors
///
/// 400 when there are two, or one that cannot be read. Also for two lines of an `Authorization` that is
/// left to the MCP server: of two readers behind, each may take another one.
pub(super) fn find<'a>(
    sources: &'a [Source],
    leaves_authorization: bool,
    head: &'a Parts,
    exchange: &Exchange,
) -> Result<Option<Presented<'a>>, Refusal> {
    let mut found: Option<Presented<'a>> = None;
    for source in sources {
        let raw = match source {
            Source::Nothing | Source::Relayed { verified: false } => None,
            Source::Authorization | Source::Relayed { verified: true } => {
                the_one(&head.headers, &header::AUTHORIZATION)?.map(Raw::Header)
            }
            Source::Header(name) => the_one(&head.headers, name)?.map(Raw::Header),
            Source::Certificate(forwarded) => certificate(forwarded.as_ref(), head, exchange)?,
        };
        let Some(credential) = raw else {
            continue;
        };
        if found.is_some() {
            return Err(Refusal::new(
                Kind::Malformed,
                "two_credentials",
                "two credentials are presented: present one",
            ));
        }
        found = Some(Presented { source, credential });
    }
    if leaves_authorization {
        let left = the_one(&head.headers, &header::AUTHORIZATION)?;
        let relayed = sources.iter().find(|source| source.is_relayed());
        if let (None, Some(source), Some(value)) = (&found, relayed, left) {
            let credential = Raw::Header(value);
            found = Some(Presented { source, credential });
        }
    }
    Ok(found)
}

fn certificate<'a>(
    forwarded: Option<&crate::certificate::ForwardedCertificate>,
    head: &Parts,
    exchange: &Exchange,
) -> Result<Option<Raw<'a>>, Refusal> {
    let certificate = match forwarded {
        Some(forwarded) => forwarded.read(head, exchange)?,
        None => exchange.certificate().cloned(),
    };
    Ok(certificate.map(Raw::Certificate))
}

/// Whether a header looks like one of these to a server with a CGI-like interface, which cannot tell
/// `x_api_key` from `x-api-key`: what stands there would go on unseen.
pub(super) fn is_disguised<'a>(
    headers: &HeaderMap,
    taken: &(impl Iterator<Item = &'a HeaderName> + Clone),
) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let odd = headers
        .keys()
        .filter(|name| !name.as_str().bytes().all(is_plain));
    odd.map(|name| name.as_str().bytes().map(folded))
        .any(|name| {
            taken
                .clone()
                .any(|taken| taken.as_str().bytes().map(folded).eq(name.clone()))
        })
}

const fn folded(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() {
        byte
    } else {
        b'-'
    }
}

/// The only line of a header.
fn the_one<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a HeaderValue>, Refusal> {
    let mut lines = headers.get_all(name).iter();
    let line = lines.next();
    if lines.next().is_some() {
        return Err(Refusal::new(
            Kind::Malformed,
            "credential_repeated",
            "the header of the credential is repeated: send it once",
        ));
    }
    Ok(line)
}

impl<'a> Presented<'a> {
    /// The credential's value as it stands in the header; `None` for a certificate.
    pub(super) const fn value(&self) -> Option<&'a HeaderValue> {
        match self.credential {
            Raw::Header(value) => Some(value),
            Raw::Certificate(_) => None,
        }
    }

    /// The credential, read.
    ///
    /// # Errors
    ///
    /// 400 when it is no token or too long, 401 for a scheme that is not `Bearer`.
    pub(super) fn credential(&self, limit: usize) -> Result<Credential<'a>, Refusal> {
        let value = match &self.credential {
            Raw::Header(value) => value,
            Raw::Certificate(certificate) => {
                return Ok(Credential::Certificate(certificate.clone()));
            }
        };
        if value.len() > limit {
            return Err(Refusal::new(
                Kind::Malformed,
                "credential_too_long",
                "the credential is longer than any that is issued",
            ));
        }
        if self.source.is_relayed() {
            return Ok(Credential::Relayed(value));
        }
        token(value, self.source).map(Credential::Token)
    }
}

/// The bearer token in the value of an `Authorization`.
///
/// # Errors
///
/// 400 when it is no token, 401 for a scheme that is not `Bearer`.
pub(crate) fn bearer_token(value: &HeaderValue) -> Result<&str, Refusal> {
    token(value, &Source::Authorization)
}

/// Whether anything in an `Authorization` that goes on is such a token, whatever scheme it has. Who mistakes the
/// header may write `Bearer` twice, or not at all, or put the token in quotes, or send it as the user name or
/// the password of `Basic` (RFC 7617).
pub(super) fn holds_token(value: &HeaderValue, is_token: impl Fn(&str) -> bool) -> bool {
    let bytes = value.as_bytes();
    let is_basic = bytes
        .get(..5)
        .is_some_and(|it| it.eq_ignore_ascii_case(b"basic"));
    pieces(bytes).any(|piece| {
        let pair = is_basic.then(|| BASIC.decode(piece).unwrap_or_default());
        is_token(piece) || pieces(&pair.unwrap_or_default()).any(&is_token)
    })
}

/// However it is padded.
const BASIC: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What may stand for itself. No token has other letters than those of ASCII.
fn pieces(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let pieces = bytes.split(|byte| !byte.is_ascii_graphic() || b",:\"'".contains(byte));
    let pieces = pieces.filter(|piece| !piece.is_empty());
    pieces.filter_map(|piece| str::from_utf8(piece).ok())
}

/// The token in a value that stands in this place.
fn token<'a>(value: &'a HeaderValue, source: &Source) -> Result<&'a str, Refusal> {
    let text = value.to_str().map_err(|_| not_a_token(source))?;
    // RFC 9110 section 5.5: white space around a value is not part of it.
    let text = text.trim_matches([' ', '\t']);
    let token = match text.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => {
            rest.trim_start_matches(' ')
        }
        Some((scheme, _)) if *source == Source::Authorization && is_name(scheme) => {
            return Err(Refusal::new(
                Kind::Unauthenticated,
                "scheme_not_taken",
                "the scheme of `Authorization` must be `Bearer`",
            ));
        }
        None if *source != Source::Authorization => text,
        _ => return Err(not_a_token(source)),
    };
    match is_token68(token) {
        true => Ok(token),
        false => Err(not_a_token(source)),
    }
}

/// Whether the query carries a token (RFC 6750 section 2.3), in any spelling that a server could
/// read so.
pub(super) fn stands_in_query(head: &Parts) -> bool {
    let pairs = head.uri.query().unwrap_or_default();
    pairs.split(['&', ';']).any(|pair| {
        let name = pair.split('=').next().unwrap_or_default().replace('+', " ");
        let name: Vec<u8> = percent_decode_str(&name).collect();
        // PHP and Rack take what stands before a bracket for the name.
        let name = name.split(|byte| *byte == b'[').next().unwrap_or_default();
        name.trim_ascii().eq_ignore_ascii_case(b"access_token")
    })
}

/// `token68` of RFC 9110 section 11.2, which is also the `b64token` of RFC 6750.
fn is_token68(text: &str) -> bool {
    let token = text.trim_end_matches('=');
    !token.is_empty()
        && token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn not_a_token(source: &Source) -> Refusal {
    let message = match source {
        Source::Header(name) => format!("`{name}` holds no key: is the variable set?"),
        _ => {
            "`Authorization` holds no bearer token: send `Authorization: Bearer` and the token; is \
              the variable set?"
                .to_owned()
        }
    };
    Refusal::new(Kind::Malformed, "credential_not_a_token", message)
}

/// A credential of the gateway stands where the MCP server's belongs. `owner` is where it belongs.
///
/// 400 and not 401: a client that is challenged logs in, and would not find out.
pub(super) fn misplaced(owner: &Source) -> Refusal {
    let place = match owner {
        Source::Header(name) => format!("send it in `{name}`"),
        _ => "take it out".to_owned(),
    };
    let message = format!(
        "`Authorization` holds a credential of the gateway, and goes on to the MCP server: {place}"
    );
    Refusal::new(Kind::Malformed, "credential_misplaced", message)
}
