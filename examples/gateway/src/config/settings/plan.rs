//! Plans, judged, and what their rights stand on.

use tollbar::plan::certificate::CertificateRule;

use super::{KeySettings, ServerSettings, TlsSettings};
use crate::config::{
    fingerprint::Fingerprint,
    section::{File, Plan, PlanType, Verifier},
};

/// One plan, with its parts built.
#[derive(Clone, Debug)]
pub(crate) struct PlanSettings {
    pub(crate) section: Plan,
    /// Of a certificate plan.
    pub(crate) rules: Vec<CertificateRule>,
    /// Of a plan for tokens: whose they are.
    pub(crate) server: Option<ServerSettings>,
    /// Of the section, and of what its rights stand on elsewhere in the configuration.
    pub(crate) fingerprint: Fingerprint,
}

/// What rights stand on, besides the plans themselves.
#[derive(Clone, Debug)]
pub(in crate::config) struct Shared {
    keys: Option<Fingerprint>,
    certificates: Fingerprint,
    /// By name; `None` for one that cannot be built.
    servers: Vec<(String, Option<ServerSettings>)>,
}

impl Shared {
    pub(in crate::config) fn new(
        file: &File,
        keys: Option<&KeySettings>,
        tls: Option<&TlsSettings>,
        servers: &[Option<ServerSettings>],
    ) -> Self {
        let certificates = Fingerprint::of(&file.listener.trusted_peers);
        Self {
            keys: keys.map(|keys| keys.fingerprint),
            certificates: match tls {
                Some(tls) => certificates.with(tls.client_ca),
                None => certificates,
            },
            servers: file
                .authorization_server
                .iter()
                .map(|section| section.name.as_str().to_owned())
                .zip(servers.iter().cloned())
                .collect(),
        }
    }

    /// The authorization server of this name, when there is one and it can be built. The first one
    /// where two have one name.
    pub(in crate::config) fn server(&self, name: &str) -> Option<&ServerSettings> {
        let mut servers = self.servers.iter();
        let (_, server) = servers.find(|(known, _)| known == name)?;
        server.as_ref()
    }

    /// The names of all authorization servers.
    pub(in crate::config) fn server_names(&self) -> impl Iterator<Item = &str> + Clone {
        self.servers.iter().map(|(name, _)| name.as_str())
    }
}

impl PlanSettings {
    pub(in crate::config) fn new(section: &Plan, shared: &Shared) -> Self {
        let fingerprint = Fingerprint::of(section);
        Self {
            fingerprint: match (section.kind, shared.keys) {
                (PlanType::Key, Some(keys)) => fingerprint.with(keys),
                (PlanType::Certificate, _) => fingerprint.with(shared.certificates),
                _ => fingerprint,
            },
            section: section.clone(),
            rules: Vec::new(),
            server: None,
        }
    }

    /// Takes the tokens of this server when they are for one of these.
    pub(in crate::config) fn with_server(
        mut self,
        server: ServerSettings,
        audiences: &[String],
    ) -> Self {
        let fingerprint = self.fingerprint.with(server.fingerprint);
        self.fingerprint = fingerprint.and(&audiences);
        self.server = Some(server);
        self
    }

    /// The plan of a proxy that names none.
    pub(in crate::config) fn unnamed(kind: PlanType) -> Self {
        let section = Plan::new(kind);
        Self {
            fingerprint: Fingerprint::of(&section),
            section,
            rules: Vec::new(),
            server: None,
        }
    }

    /// What the plan is called, what it is when its name does not say that, and whose tokens it takes.
    pub(crate) fn describe(&self) -> String {
        let (name, word) = (self.section.name(), self.section.kind.as_str());
        let kind = (name != word).then_some(word);
        let verifier = self.section.verify.map(Verifier::as_str);
        let server = self.server.as_ref().map(ServerSettings::name);
        let details: Vec<&str> = [kind, verifier, server].into_iter().flatten().collect();
        match details.as_slice() {
            [] => name.to_owned(),
            details => format!("{name} ({})", details.join(", ")),
        }
    }
}
