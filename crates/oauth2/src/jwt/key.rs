//! A key of an authorization server.

#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::{Map, Value};
use tollbar_core::Revocation;

use super::Algorithm;

/// A key by which tokens are verified, and the right of all whom it has let in.
pub(super) struct Key {
    id: Option<Box<str>>,
    /// The only one that it may be used with, if it says so.
    algorithm: Option<Algorithm>,
    material: Material,
    /// Ends what it has let in, when the authorization server has it no longer. In an `Arc` of its own,
    /// so that only grants hold clones of it.
    pub(super) revocation: Arc<Revocation>,
}

#[derive(PartialEq, Eq)]
enum Material {
    /// Modulus and exponent, big-endian.
    Rsa(Box<[u8]>, Box<[u8]>),
    /// A point, uncompressed (SEC 1 section 2.3.3).
    P256(Box<[u8]>),
    P384(Box<[u8]>),
    Ed25519(Box<[u8]>),
}

/// Why a key is not used.
pub(super) type Unusable = &'static str;

impl Key {
    /// Reads a public key (RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2). Members of a
    /// private key are not looked at, nor are certificates.
    ///
    /// # Errors
    ///
    /// Says why it cannot be used to verify signatures here.
    pub(super) fn read(key: &Value) -> Result<Self, Unusable> {
        let members = key.as_object().ok_or("it is no JSON object")?;
        let id = text(members, "kid", "its `kid` is no text")?;
        if text(members, "use", "its `use` is no text")?.is_some_and(|it| it != "sig") {
            return Err("its `use` is not `sig`");
        }
        match members.get("key_ops") {
            None => {}
            Some(Value::Array(uses)) if uses.iter().any(|it| it == "verify") => {}
            Some(_) => return Err("its `key_ops` have no `verify`"),
        }
        let algorithm = match text(members, "alg", "its `alg` is no text")? {
            None => None,
            Some(name) => {
                Some(Algorithm::from_name(name).ok_or("its `alg` is not for signatures here")?)
            }
        };
        let key = Self {
            id: id.map(Into::into),
            algorithm,
            material: Material::read(members)?,
            revocation: Arc::default(),
        };
        match algorithm.is_none_or(|algorithm| key.material.fits(algorithm)) {
            true => Ok(key),
            false => Err("its `alg` is not one of its `kty`"),
        }
    }

    /// Whether a token with this `kid` (or none) may be signed by it in this way.
    pub(super) fn fits(&self, id: Option<&str>, algorithm: Algorithm) -> bool {
        id.is_none_or(|id| self.id.as_deref() == Some(id))
            && self.algorithm.is_none_or(|it| it == algorithm)
            && self.material.fits(algorithm)
    }

    /// Whether both are the very same key, which says the same of itself.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (&self.id, self.algorithm, &self.material) == (&other.id, other.algorithm, &other.material)
    }

    /// Whether this is the signature of `input`.
    pub(super) fn verify(&self, algorithm: Algorithm, input: &[u8], signature: &[u8]) -> bool {
        if !self.fits(None, algorithm) {
            return false;
        }
        let (curve, point): (&'static dyn VerificationAlgorithm, _) = match &self.material {
            Material::Rsa(n, e) => {
                let key = RsaPublicKeyComponents { n, e };
                let verified = algorithm.rsa().map(|it| key.verify(it, input, signature));
                return matches!(verified, Some(Ok(())));
            }
            // The two numbers side by side, not in ASN.1 (RFC 7518 section 3.4).
            Material::P256(point) => (&ECDSA_P256_SHA256_FIXED, point),
            Material::P384(point) => (&ECDSA_P384_SHA384_FIXED, point),
            Material::Ed25519(point) => (&ED25519, point),
        };
        let key = UnparsedPublicKey::new(curve, point);
        key.verify(input, signature).is_ok()
    }
}

impl Material {
    fn read(members: &Map<String, Value>) -> Result<Self, Unusable> {
        let kind = text(members, "kty", "its `kty` is no text")?;
        let curve = text(members, "crv", "its `crv` is no text")?;
        match (kind, curve) {
            (Some("RSA"), _) => {
                let n = without_zeros(octets(members, "n")?);
                let e = without_zeros(octets(members, "e")?);
                check_rsa(&n, &e)?;
                Ok(Self::Rsa(n, e))
            }
            (Some("EC"), Some("P-256")) => Ok(Self::P256(point(members, 32)?)),
            (Some("EC"), Some("P-384")) => Ok(Self::P384(point(members, 48)?)),
            (Some("OKP"), Some("Ed25519")) => Ok(Self::Ed25519(coordinate(members, "x", 32)?)),
            (Some("oct"), _) => Err("it is a shared secret"),
            _ => Err("its `kty` or `crv` is not known here"),
        }
    }

    const fn fits(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Rsa(..) => algorithm.rsa().is_some(),
            Self::P256(_) => matches!(algorithm, Algorithm::Es256),
            Self::P384(_) => matches!(algorithm, Algorithm::Es384),
            Self::Ed25519(_) => matches!(algorithm, Algorithm::EdDsa),
        }
    }
}

/// Below 2048 bits a modulus can be factored one day (RFC 7518 section 3.3), above 8192 each token
/// would take milliseconds.
fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), Unusable> {
    let is_odd = |number: &[u8]| number.last().is_some_and(|it| it % 2 == 1);
    let unused = n.first().map_or(0, |it| it.leading_zeros() as usize);
    if !(2048..=8192).contains(&(n.len() * 8 - unused)) {
        return Err("its modulus has fewer than 2048 bits, or more than 8192");
    }
    if !is_odd(n) || !is_odd(e) || matches!(e, [1]) || e.len() > 4 {
        return Err("its modulus or exponent is not one of RSA");
    }
    Ok(())
}

/// Both coordinates in full length, behind the byte that says so (RFC 7518 section 6.2.1.2).
fn point(members: &Map<String, Value>, length: usize) -> Result<Box<[u8]>, Unusable> {
    let (x, y) = (
        coordinate(members, "x", length)?,
        coordinate(members, "y", length)?,
    );
    Ok([&[4], &*x, &*y].concat().into())
}

fn coordinate(
    members: &Map<String, Value>,
    name: &str,
    length: usize,
) -> Result<Box<[u8]>, Unusable> {
    let octets = octets(members, name)?;
    match octets.len() == length {
        true => Ok(octets.into()),
        false => Err("a coordinate does not have the length of its curve"),
    }
}

fn octets(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, Unusable> {
    let text = members.get(name).and_then(Value::as_str);
    let octets = text.and_then(|text| BASE64_URL_SAFE_NO_PAD.decode(text).ok());
    octets.ok_or("a number of it is missing, or not base64url without padding")
}

/// Some servers write a zero in front, as a sign.
fn without_zeros(octets: Vec<u8>) -> Box<[u8]> {
    let zeros = octets.iter().take_while(|it| **it == 0).count();
    octets.into_iter().skip(zeros).collect()
}

fn text<'a>(
    members: &'a Map<String, Value>,
    name: &str,
    error: Unusable,
) -> Result<Option<&'a str>, Unusable> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(error),
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .field("revocation", &self.revocation)
            .finish_non_exhaustive()
    }
}
