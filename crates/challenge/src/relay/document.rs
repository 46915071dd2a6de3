//! The metadata that a server publishes.

use bytes::Bytes;

use super::{fault::RelayFault, members::Members};

pub(super) const RESOURCE: &str = "resource";
pub(super) const SERVERS: &str = "authorization_servers";
const SIGNED: &str = "signed_metadata";
/// RFC 9728 section 2: tokens that go with a proof, or with a certificate, of whoever sends them.
const BOUND: [&str; 2] = [
    "dpop_bound_access_tokens_required",
    "tls_client_certificate_bound_access_tokens",
];

/// Protected resource metadata (RFC 9728 section 2), as it was fetched.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    bytes: Bytes,
    members: Members,
}

impl Document {
    /// Reads a JSON object. What it says is not judged yet.
    pub(super) fn parse(bytes: Vec<u8>) -> Result<Self, RelayFault> {
        let names = [RESOURCE, SERVERS, SIGNED, BOUND[0], BOUND[1]];
        let members = Members::parse(&bytes, &names)?;
        let bytes = bytes.into();
        Ok(Self { bytes, members })
    }

    /// As it was fetched.
    pub(super) const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// What it says it is about, if that is a text.
    pub(crate) fn resource(&self) -> Option<String> {
        self.members.get(RESOURCE)
    }

    /// The authorization servers that it names, if that is an array of texts.
    pub(crate) fn authorization_servers(&self) -> Option<Vec<String>> {
        self.members.get(SERVERS)
    }

    /// Whether tokens that clients get for the gateway's URL are worth anything at the server.
    pub(crate) fn check_bound_tokens(&self) -> Result<(), RelayFault> {
        for member in BOUND {
            let is_bound = match self.members.has(member) {
                true => self.members.get::<Option<bool>>(member),
                false => Some(None),
            };
            match is_bound {
                // Some write `null` for what they do not say.
                Some(None | Some(false)) => {}
                Some(Some(true)) => return Err(RelayFault::Bound(member)),
                None => {
                    let expected = "true or false";
                    return Err(RelayFault::Member { member, expected });
                }
            }
        }
        Ok(())
    }

    /// The same, as about another resource. A signature would still be about the first one (RFC 9728
    /// section 2.2), and is left out.
    pub(super) fn about(&self, resource: &str) -> Bytes {
        self.members.rewritten(RESOURCE, resource, SIGNED).into()
    }
}
