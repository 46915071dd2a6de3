//! The plan of client certificates.

use std::{future::ready, sync::Arc, time::SystemTime};

use tollbar_core::{ClientCertificate, Consumer, Exchange, Grant, Kind, Refusal};

use super::{CertificateRule, ForwardedCertificate, validity};
use crate::{Admission, Credential, Fit, Identify, Plan, Source};

/// Admits the holders of client certificates, by a list of rules of which the first that matches
/// counts. Without any rule nobody is admitted.
///
/// The right ends with the certificate: requests on a connection that outlives it are refused, and
/// open streams end.
///
/// Refuses with `certificate_expired` and `certificate_not_yet_valid` (401), and
/// `certificate_not_admitted` (403) when no rule matches.
#[derive(Clone, Debug)]
pub struct CertificatePlan {
    name: Arc<str>,
    forwarded: Option<ForwardedCertificate>,
    rules: Vec<CertificateRule>,
}

impl CertificatePlan {
    /// A plan that is called `certificate`, asks for the certificate of the TLS handshake, and admits
    /// nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            name: Arc::from("certificate"),
            forwarded: None,
            rules: Vec::new(),
        }
    }

    /// Sets what the plan is called in logs and rules. Default `certificate`.
    #[must_use]
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Takes the certificate that a trusted terminator passes in a header, *instead of* the one of
    /// the TLS handshake, which would be the terminator's own.
    #[must_use]
    pub fn forwarded(mut self, forwarded: ForwardedCertificate) -> Self {
        self.forwarded = Some(forwarded);
        self
    }

    /// Adds a rule behind those that are there.
    #[must_use]
    pub fn admit(mut self, rule: CertificateRule) -> Self {
        self.rules.push(rule);
        self
    }

    fn judge(
        &self,
        certificate: &ClientCertificate,
        now: SystemTime,
    ) -> Result<Admission, Refusal> {
        validity::check(certificate, now)?;
        let mut admitted = self.rules.iter().filter_map(|rule| rule.admit(certificate));
        let (subject, scopes) = admitted.next().ok_or_else(|| {
            let message = format!("no rule admits the certificate {}", described(certificate));
            Refusal::new(Kind::Forbidden, "certificate_not_admitted", message)
        })?;
        let consumer = Consumer::new(Arc::clone(&self.name))
            .with_subject(subject)
            .with_scopes(scopes.iter().cloned());
        let grant = Grant::new().until(certificate.not_after());
        Ok(Admission::new(consumer).with_grant(grant))
    }
}

/// A certificate as a rule can name it. Its holder knows all of it.
fn described(certificate: &ClientCertificate) -> String {
    let mut subject = certificate.subject();
    if let Some((end, _)) = subject.char_indices().nth(LONGEST_SUBJECT) {
        subject = &subject[..end];
    }
    let thumbprint: String = certificate
        .thumbprint()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("with subject `{subject}` and thumbprint `{thumbprint}`")
}

/// How many characters of a subject are told.
const LONGEST_SUBJECT: usize = 256;

impl Default for CertificatePlan {
    fn default() -> Self {
        Self::new()
    }
}

impl Plan for CertificatePlan {
    fn name(&self) -> &str {
        &self.name
    }

    fn source(&self) -> Source {
        Source::Certificate(self.forwarded.clone())
    }

    fn fit(&self, credential: &Credential<'_>) -> Fit {
        match credential {
            Credential::Certificate(_) => Fit::Certain,
            Credential::Nothing | Credential::Token(_) | Credential::Relayed(_) => Fit::No,
        }
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
        let judged = match &credential {
            Credential::Certificate(certificate) => self.judge(certificate, SystemTime::now()),
            Credential::Nothing | Credential::Token(_) | Credential::Relayed(_) => {
                Err(Refusal::new(
                    Kind::Unauthenticated,
                    "certificate_missing",
                    "a client certificate is needed",
                ))
            }
        };
        Box::pin(ready(judged))
    }
}
