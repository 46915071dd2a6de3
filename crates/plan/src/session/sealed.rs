//! The form of a sealed session id.

use tollbar_core::{Consumer, Session};
use tollbar_mcp::Version;

use crate::{SessionSecret, seal::Seal};

/// Seals and opens session ids. The form is `v1.<version>.<id>.<code>`: all of it visible ASCII, as an
/// `Mcp-Session-Id` must be (MCP 2025-11-25 `basic/transports`, Session Management), id and code in
/// base64url without padding. Behind the version stands `+tasks` where the server has offered tasks.
#[derive(Debug)]
pub(super) struct SessionSeal(Seal);

/// Stands in the place of a version that is not known.
const UNKNOWN: &str = "-";
/// Says that there are tasks in this session.
const TASKS: &str = "+tasks";

impl SessionSeal {
    pub(super) fn new(secret: SessionSecret, proxy: &str) -> Self {
        Self(Seal::new(secret, "tollbar session v1", proxy))
    }

    pub(super) const fn secret(&self) -> &SessionSecret {
        self.0.secret()
    }

    pub(super) const fn proxy(&self) -> &str {
        self.0.proxy()
    }

    /// What the consumer gets for this session, in which the server offers tasks or does not.
    pub(super) fn seal(&self, session: &Session, has_tasks: bool, consumer: &Consumer) -> String {
        let version = session.version().map_or(UNKNOWN, Version::as_str);
        let version = &[version, if has_tasks { TASKS } else { "" }].concat();
        let mut sealed = format!("v1.{version}.");
        Seal::write(session.id(), &mut sealed);
        sealed.push('.');
        let parts = [version, session.id()];
        self.0.sign(consumer, &parts, &mut sealed);
        sealed
    }

    /// The session that was sealed for this consumer. `None` for anything else.
    pub(super) fn open(&self, sealed: &str, consumer: &Consumer) -> Option<Session> {
        let mut parts = sealed.strip_prefix("v1.")?.split('.');
        let (version, id, code) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let id = String::from_utf8(Seal::read(id)?).ok()?;
        if !self.0.vouches(consumer, &[version, &id], code) {
            return None;
        }
        let version = match version.strip_suffix(TASKS).unwrap_or(version) {
            UNKNOWN => None,
            version => Some(Version::parse(version)?),
        };
        Some(Session::new(id, version))
    }
}

/// Whether there are tasks in the session of this id, which somebody has opened before. `None` when it
/// is not sealed, or when that was not known.
pub(crate) fn has_tasks(sealed: &str) -> Option<bool> {
    let (version, _) = sealed.strip_prefix("v1.")?.split_once('.')?;
    (version != UNKNOWN).then(|| version.ends_with(TASKS))
}
