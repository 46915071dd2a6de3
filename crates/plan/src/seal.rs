//! The code under everything that is sealed to a consumer.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use tollbar_core::Consumer;

use crate::SessionSecret;

/// Vouches for what a consumer was given through a proxy, with HMAC-SHA-256. What is given for one
/// purpose is worth nothing for another one.
pub(crate) struct Seal {
    secret: SessionSecret,
    proxy: Box<str>,
    /// With the secret, the purpose and the proxy's name in it already.
    code: Hmac<Sha256>,
}

impl Seal {
    /// For a purpose, which is a constant of the crate, and for the proxy of this name.
    pub(crate) fn new(secret: SessionSecret, purpose: &'static str, proxy: &str) -> Self {
        // Of the length of a block, so that there is no wrong length (RFC 2104 section 2).
        let mut key = [0; 64];
        key[..32].copy_from_slice(&Sha256::digest(secret.bytes()));
        let mut code = Hmac::<Sha256>::new(&key.into());
        part(&mut code, purpose);
        part(&mut code, proxy);
        Self {
            secret,
            proxy: proxy.into(),
            code,
        }
    }

    pub(crate) const fn secret(&self) -> &SessionSecret {
        &self.secret
    }

    pub(crate) const fn proxy(&self) -> &str {
        &self.proxy
    }

    /// Appends a part as it stands in a seal: base64url without padding (RFC 4648 section 5).
    pub(crate) fn write(bytes: impl AsRef<[u8]>, sealed: &mut String) {
        URL_SAFE_NO_PAD.encode_string(bytes, sealed);
    }

    /// Reads what [`write`](Self::write) has written, and nothing that only means the same.
    pub(crate) fn read(written: &str) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(written).ok()
    }

    /// Appends the code over these parts, given to this consumer.
    pub(crate) fn sign(&self, consumer: &Consumer, parts: &[&str], sealed: &mut String) {
        Self::write(self.code(consumer, parts).finalize().into_bytes(), sealed);
    }

    /// Whether this is the code over these parts, given to this consumer. In constant time.
    pub(crate) fn vouches(&self, consumer: &Consumer, parts: &[&str], code: &str) -> bool {
        let given = Self::read(code);
        given.is_some_and(|given| self.code(consumer, parts).verify_slice(&given).is_ok())
    }

    /// A digest of a credential that nobody without the secret can make, or try credentials against: 128
    /// bits of the code, as they [stand in a seal](Self::write). The case of the scheme does not count.
    pub(crate) fn pseudonym(&self, scheme: &[u8], credentials: &[u8]) -> String {
        let mut code = self.code.clone();
        code.update(&(scheme.len() as u64).to_be_bytes());
        for byte in scheme {
            code.update(&[byte.to_ascii_lowercase()]);
        }
        code.update(credentials);
        let code = code.finalize().into_bytes();
        let mut written = String::new();
        Self::write(code.get(..16).unwrap_or_default(), &mut written);
        written
    }

    /// Each part stands behind its length, so that no two lists of parts read the same.
    fn code(&self, consumer: &Consumer, parts: &[&str]) -> Hmac<Sha256> {
        let mut code = self.code.clone();
        part(&mut code, consumer.plan());
        // A key is the same consumer when it is rotated, or gets another owner.
        match consumer.key_id() {
            // Nothing that nobody has verified names anybody: the plan alone, and not as its nobody.
            _ if !consumer.is_verified() => part(&mut code, "unverified"),
            Some(key) => {
                part(&mut code, "key");
                part(&mut code, key);
            }
            None => {
                part(&mut code, "subject");
                for fact in [consumer.subject(), consumer.client_id()] {
                    part(&mut code, if fact.is_some() { "+" } else { "-" });
                    part(&mut code, fact.unwrap_or_default());
                }
            }
        }
        for text in parts {
            part(&mut code, text);
        }
        code
    }
}

fn part(code: &mut Hmac<Sha256>, text: &str) {
    code.update(&(text.len() as u64).to_be_bytes());
    code.update(text.as_bytes());
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

#[cfg(test)]
mod tests {
    use tollbar_core::Consumer;

    use super::{Seal, SessionSecret};

    #[test]
    fn each_purpose_proxy_and_part_counts() {
        let seal =
            |purpose, proxy| Seal::new(SessionSecret::new(&[7; 32]).unwrap(), purpose, proxy);
        let sign = |seal: &Seal, parts: &[&str]| {
            let mut code = String::new();
            seal.sign(&Consumer::new("keyless"), parts, &mut code);
            code
        };
        let code = sign(&seal("one", "a"), &["x", "y"]);
        for (other, parts) in [
            (seal("two", "a"), &["x", "y"][..]),
            (seal("one", "b"), &["x", "y"]),
            (seal("onea", ""), &["x", "y"]),
            (seal("one", "a"), &["xy"]),
            (seal("one", "a"), &["xy", ""]),
            (seal("one", "a"), &["x"]),
        ] {
            assert_ne!(sign(&other, parts), code);
            assert!(!other.vouches(&Consumer::new("keyless"), parts, &code));
        }
        let same = seal("one", "a");
        assert!(same.vouches(&Consumer::new("keyless"), &["x", "y"], &code));
    }
}
