//! Tokens in the compact form of a JWT, looked at before anybody verifies them.

use std::borrow::Cow;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;

/// Longer tokens are not looked into, in bytes. No header of HTTP holds as many.
const LONGEST: usize = 64 << 10;

/// What a header says, as far as it makes a token a JWT (RFC 7515 section 4.1.1).
#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow, rename = "alg")]
    _algorithm: Cow<'a, str>,
}

/// What claims say of who has issued the token.
#[derive(Deserialize)]
struct Claims<'a> {
    #[serde(borrow)]
    iss: Cow<'a, str>,
}

/// Whether a token has the form of a signed JWT (RFC 7515 section 7.1): three parts, the first of which
/// is a header. Says nothing of whether it is good. An opaque token costs a look for two dots.
pub(crate) fn looks_like_a_jwt(token: &str) -> bool {
    let Some((header, _)) = parts(token) else {
        return false;
    };
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).unwrap_or_default();
    is_object(&header) && serde_json::from_slice::<Header<'_>>(&header).is_ok()
}

/// Who has issued a token, as it says itself. Not verified: it may decide who is asked about the token,
/// and nothing else. `None` when it cannot be read, when it stands there twice, and when there is none.
pub(crate) fn unverified_issuer(token: &str) -> Option<String> {
    let (_, claims) = parts(token)?;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?;
    if !is_object(&claims) {
        return None;
    }
    let claims: Claims<'_> = serde_json::from_slice(&claims).ok()?;
    Some(claims.iss.into_owned())
}

/// Whether this can be an object: `serde` takes an array for one as well, by the order of its members.
fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().starts_with(b"{")
}

/// The header and the claims.
fn parts(token: &str) -> Option<(&str, &str)> {
    if token.len() > LONGEST {
        return None;
    }
    let mut parts = token.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(header), Some(claims), Some(_), None) => Some((header, claims)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> String {
        let encode = |part: &str| BASE64_URL_SAFE_NO_PAD.encode(part);
        format!("{}.{}.c2ln", encode(header), encode(claims))
    }

    #[test]
    fn a_jwt_is_known_by_its_header() {
        let jwt = token(r#"{"typ":"at+jwt","alg":"ES256"}"#, r#"{"iss":"a"}"#);
        assert!(looks_like_a_jwt(&jwt));
        assert!(looks_like_a_jwt(&jwt.replace("c2ln", "")));
        for other in [
            "",
            "..",
            "opaque",
            "a.b.c",
            "ya29.a0Af.x",
            "tb_live_abc_def",
            &format!("{jwt}.x"),
            &format!(" {jwt}"),
            &token(r#"{"typ":"JWT"}"#, "{}"),
            &token(r#"{"alg":1}"#, "{}"),
            &token(r#"["alg"]"#, "{}"),
            &format!("{jwt}{}", "A".repeat(LONGEST)),
        ] {
            assert!(!looks_like_a_jwt(other), "{other}");
        }
    }

    #[test]
    fn an_issuer_is_read_once_or_not_at_all() {
        let issuer = |claims: &str| unverified_issuer(&token(r#"{"alg":"ES256"}"#, claims));
        let login = Some("https://login.example/".to_owned());
        assert_eq!(issuer(r#"{"iss":"https:\/\/login.example/"}"#), login);
        assert_eq!(
            issuer(r#"{"a":[{}],"iss":"https://login.example/"}"#),
            login
        );
        assert_eq!(issuer(r#"{"iss":"a","iss":"a"}"#), None);
        assert_eq!(issuer(r#"{"iss":["a"]}"#), None);
        assert_eq!(issuer(r#"["a"]"#), None);
        assert_eq!(issuer(r#"{"Iss":"a"}"#), None);
        assert_eq!(issuer(r#"{"iss":"a"} x"#), None);
        let deep = format!(r#"{{"iss":"a","x":{}}}"#, "[".repeat(30_000));
        assert_eq!(issuer(&deep), None);
        assert_eq!(unverified_issuer("a.b.c"), None);
        assert_eq!(unverified_issuer("opaque"), None);
    }
}
