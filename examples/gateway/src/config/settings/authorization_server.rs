//! Authorization servers, judged.

use tollbar::oauth2::AuthorizationServer;

use crate::config::{fingerprint::Fingerprint, section};

/// One authorization server, built.
#[derive(Clone, Debug)]
pub(crate) struct ServerSettings {
    pub(crate) section: section::AuthorizationServer,
    pub(crate) server: AuthorizationServer,
    /// Whether there is an id to ask with, but not its secret. Only where secrets may be missing.
    pub(crate) lacks_secret: bool,
    /// Of the section, with the secret and the file that it refers to.
    pub(crate) fingerprint: Fingerprint,
}

impl ServerSettings {
    pub(crate) fn name(&self) -> &str {
        self.section.name.as_str()
    }
}
