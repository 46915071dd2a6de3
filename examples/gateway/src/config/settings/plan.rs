//! Plans, judged, and what their rights stand on.

use tollbar::plan::certificate::CertificateRule;

use super::{KeySettings, TlsSettings};
use crate::config::{
    fingerprint::Fingerprint,
    section::{File, Plan, PlanType},
};

/// One plan, with its parts built.
#[derive(Clone, Debug)]
pub(crate) struct PlanSettings {
    pub(crate) section: Plan,
    /// Of a certificate plan.
    pub(crate) rules: Vec<CertificateRule>,
    /// Of the section, and of what its rights stand on elsewhere in the configuration.
    pub(crate) fingerprint: Fingerprint,
}

/// What rights stand on, besides the plans themselves.
#[derive(Clone, Debug)]
pub(in crate::config) struct Shared {
    keys: Option<Fingerprint>,
    certificates: Fingerprint,
}

impl Shared {
    pub(in crate::config) fn new(
        file: &File,
        keys: Option<&KeySettings>,
        tls: Option<&TlsSettings>,
    ) -> Self {
        let certificates = Fingerprint::of(&file.listener.trusted_peers);
        Self {
            keys: keys.map(|keys| keys.fingerprint),
            certificates: match tls {
                Some(tls) => certificates.with(tls.client_ca),
                None => certificates,
            },
        }
    }
}

impl PlanSettings {
    pub(in crate::config) fn new(section: &Plan, shared: &Shared) -> Self {
        let fingerprint = Fingerprint::of(section);
        Self {
            fingerprint: match (section.kind, shared.keys) {
                (PlanType::Key, Some(keys)) => fingerprint.with(keys),
                (PlanType::Certificate, _) => fingerprint.with(shared.certificates),
                (PlanType::Key | PlanType::Keyless, _) => fingerprint,
            },
            section: section.clone(),
            rules: Vec::new(),
        }
    }

    /// The plan of a proxy that has none.
    pub(in crate::config) fn keyless() -> Self {
        let section = Plan {
            kind: PlanType::Keyless,
            name: None,
            header: None,
            admit: Vec::new(),
        };
        Self {
            fingerprint: Fingerprint::of(&section),
            section,
            rules: Vec::new(),
        }
    }

    /// What the plan is called, and what it is when its name does not say that.
    pub(crate) fn describe(&self) -> String {
        let (name, word) = (self.section.name(), self.section.kind.as_str());
        if name == word {
            name.to_owned()
        } else {
            format!("{name} ({word})")
        }
    }
}
