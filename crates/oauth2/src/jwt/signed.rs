//! A signed token, taken apart.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::{fault::JwtFault, header::Header, key::Key, keys::Keys, object};
use crate::compact;

/// A token in the compact form (RFC 7515 section 7.1), taken apart; nothing in it is known to be true. Of
/// the claims no more is read than who has issued it, so that made-up ones cost little.
pub(super) struct Signed<'a> {
    pub(super) header: Header,
    /// Who has issued it, as it says.
    pub(super) issuer: String,
    /// The claims as they stand.
    claims: &'a str,
    /// What is signed: header and claims as they stand.
    input: &'a [u8],
    signature: Vec<u8>,
}

impl<'a> Signed<'a> {
    /// Takes a token apart. There is one way only to write it: base64url without padding, whitespace or
    /// loose bits, and JSON objects in which no name stands twice.
    ///
    /// # Errors
    ///
    /// [`JwtFault`] says what is wrong with it.
    pub(super) fn read(token: &'a str) -> Result<Self, JwtFault> {
        let no_token = JwtFault::Malformed("this is no access token in the form of a JWT");
        let Some((input, signature)) = token.rsplit_once('.') else {
            return Err(no_token);
        };
        let Some((header, claims)) = input.split_once('.') else {
            return Err(no_token);
        };
        if claims.contains('.') {
            return Err(JwtFault::Malformed(
                "the access token is not a signed JWT: it has more than three parts",
            ));
        }
        let header = object::read(&decode(header)?).ok_or(JwtFault::Malformed(
            "the access token's header is not one JSON object with each name once",
        ))?;
        let header = Header::new(header)?;
        let signature = decode(signature)?;
        if signature.is_empty() {
            return Err(JwtFault::Malformed("the access token is not signed"));
        }
        let issuer = compact::unverified_issuer(token).ok_or(JwtFault::Malformed(
            "the access token's claims cannot be read, or do not say who has issued it (`iss`)",
        ))?;
        Ok(Self {
            header,
            issuer,
            claims,
            input: input.as_bytes(),
            signature,
        })
    }

    /// Its claims, to be read when the signature is known to be good.
    ///
    /// # Errors
    ///
    /// [`JwtFault::Malformed`] when parsers could read them in different ways.
    pub(super) fn claims(&self) -> Result<Map<String, Value>, JwtFault> {
        object::read(&decode(self.claims)?).ok_or(JwtFault::Malformed(
            "the access token's claims are not one JSON object with each name once",
        ))
    }

    /// The key of this set by which it is signed.
    ///
    /// # Errors
    ///
    /// [`JwtFault::UnknownKey`] and [`JwtFault::Signature`].
    pub(super) fn verify(&self, keys: &Keys) -> Result<Arc<Key>, JwtFault> {
        let (id, algorithm) = (self.header.key_id.as_deref(), self.header.algorithm);
        let key = keys.find(id, algorithm).ok_or(JwtFault::UnknownKey)?;
        match key.verify(algorithm, self.input, &self.signature) {
            true => Ok(Arc::clone(key)),
            false => Err(JwtFault::Signature),
        }
    }
}

fn decode(part: &str) -> Result<Vec<u8>, JwtFault> {
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(part);
    decoded.map_err(|_| {
        JwtFault::Malformed("the access token is not written in base64url without padding")
    })
}
