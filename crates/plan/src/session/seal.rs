//! Sealing and opening session ids.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use tollbar_core::{Consumer, Session};
use tollbar_mcp::Version;

use super::SessionSecret;

/// Seals and opens. The form is `v1.<version>.<id>.<code>`: all of it visible ASCII, as an
/// `Mcp-Session-Id` must be (MCP 2025-11-25 `basic/transports`, Session Management), id and code in
/// base64url without padding.
pub(super) struct Seal {
    secret: SessionSecret,
    /// With the secret and the proxy's name in it already.
    code: Hmac<Sha256>,
}

/// Stands in the place of a version that is not known.
const UNKNOWN: &str = "-";

impl Seal {
    pub(super) fn new(secret: SessionSecret, proxy: &str) -> Self {
        // Of the length of a block, so that there is no wrong length (RFC 2104 section 2).
        let mut key = [0; 64];
        key[..32].copy_from_slice(&Sha256::digest(secret.bytes()));
        let mut code = Hmac::<Sha256>::new(&key.into());
        part(&mut code, b"tollbar session v1");
        part(&mut code, proxy.as_bytes());
        Self { secret, code }
    }

    pub(super) fn for_proxy(&self, proxy: &str) -> Self {
        Self::new(self.secret.clone(), proxy)
    }

    /// What the consumer gets for this session.
    pub(super) fn seal(&self, session: &Session, consumer: &Consumer) -> String {
        let version = session.version().map_or(UNKNOWN, Version::as_str);
        let code = self.code(session.id(), version, consumer);
        let mut sealed = format!("v1.{version}.");
        URL_SAFE_NO_PAD.encode_string(session.id(), &mut sealed);
        sealed.push('.');
        URL_SAFE_NO_PAD.encode_string(code.finalize().into_bytes(), &mut sealed);
        sealed
    }

    /// The session that was sealed for this consumer. `None` for anything else.
    pub(super) fn open(&self, sealed: &str, consumer: &Consumer) -> Option<Session> {
        let mut parts = sealed.strip_prefix("v1.")?.split('.');
        let (version, id, code) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let id = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
        let given = URL_SAFE_NO_PAD.decode(code).ok()?;
        // In constant time.
        self.code(&id, version, consumer)
            .verify_slice(&given)
            .ok()?;
        let version = match version {
            UNKNOWN => None,
            version => Some(Version::parse(version)?),
        };
        Some(Session::new(id, version))
    }

    /// The code over all that the seal vouches for. Each part stands behind its length, so that no
    /// two lists of parts read the same.
    fn code(&self, id: &str, version: &str, consumer: &Consumer) -> Hmac<Sha256> {
        let mut code = self.code.clone();
        part(&mut code, consumer.plan().as_bytes());
        // A key is the same consumer when it is rotated, or gets another owner.
        match consumer.key_id() {
            Some(key) => {
                part(&mut code, b"key");
                part(&mut code, key.as_bytes());
            }
            None => {
                part(&mut code, b"subject");
                for fact in [consumer.subject(), consumer.client_id()] {
                    part(&mut code, if fact.is_some() { b"+" } else { b"-" });
                    part(&mut code, fact.unwrap_or_default().as_bytes());
                }
            }
        }
        part(&mut code, version.as_bytes());
        part(&mut code, id.as_bytes());
        code
    }
}

fn part(code: &mut Hmac<Sha256>, bytes: &[u8]) {
    code.update(&(bytes.len() as u64).to_be_bytes());
    code.update(bytes);
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}
