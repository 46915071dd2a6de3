//! Whether the listener can speak TLS.

use std::path::Path;

use tollbar::{ClientAuthentication, Tls, TlsError};

use super::{Judge, content};
use crate::config::{
    report::Problem,
    section::{self, ClientCertificate, Proxy},
    settings::TlsSettings,
    tree::Place,
};

/// The longest file of certificates that is read, in bytes.
const LONGEST: u64 = 4 << 20;

impl Judge<'_> {
    /// Builds the listener's TLS; `None` when it cannot be built, with a problem that says why.
    ///
    /// The proxy is one that needs clients to be asked for a certificate.
    pub(super) fn tls(
        &mut self,
        section: &section::Tls,
        proxy: Option<&Proxy>,
    ) -> Option<TlsSettings> {
        let place = Place::root().key("listener").key("tls");
        let authorities = section.client_ca_file.as_ref();
        let authorities = authorities.map(|path| self.pem(path, &place.key("client_ca_file")));
        let lists = section.client_crl_file.as_ref();
        let lists = lists.map(|path| self.pem(path, &place.key("client_crl_file")));
        let client_ca = self.gathering.clone().close(&section.client_certificate());
        let chain = self.pem(&section.certificate_file, &place.key("certificate_file"));
        let key = self.pem(&section.key_file, &place.key("key_file"));
        self.asking(section, &place, proxy);
        let gathering = std::mem::take(&mut self.gathering);
        let (chain, key) = (chain?, key?);
        let swapped = is_swapped(&chain, &key);
        let mut builder = Tls::builder()
            .certificate_pem(chain, key)
            .client_certificate(match section.client_certificate() {
                ClientCertificate::Off => ClientAuthentication::Off,
                ClientCertificate::Optional => ClientAuthentication::Optional,
                ClientCertificate::Required => ClientAuthentication::Required,
            });
        // Without asking there is nothing to verify.
        if let Some(pem) = authorities
            && section.client_certificate() != ClientCertificate::Off
        {
            builder = builder.client_ca_pem(pem?);
            if let Some(lists) = lists {
                builder = builder.client_crl_pem(lists?);
            }
        }
        match builder.build() {
            Ok(tls) => Some(TlsSettings {
                tls,
                fingerprint: gathering.close(section),
                client_ca,
            }),
            // That is said where they are asked.
            Err(TlsError::NoClientCa) if section.client_ca_file.is_none() => None,
            Err(error) => {
                let place = culprit(&error, &place);
                let problem = match (&error, swapped) {
                    (_, true) => Problem::error(error.to_string())
                        .fix("have `certificate_file` and `key_file` changed places?"),
                    (TlsError::KeyMismatch, false) => Problem::error(error.to_string()).fix(
                        "name the key that this certificate was issued for; in a chain the \
                         server's own certificate comes first",
                    ),
                    (TlsError::EncryptedKey | TlsError::SeveralKeys, false) => {
                        Problem::said(&error.to_string())
                    }
                    _ => Problem::error(error.to_string()),
                };
                self.note(&place, problem);
                None
            }
        }
    }

    /// Asking and verifying belong together.
    fn asking(&mut self, section: &section::Tls, place: &Place, proxy: Option<&Proxy>) {
        let asks = section.client_certificate() != ClientCertificate::Off;
        match (&section.client_ca_file, asks, proxy) {
            (None, true, _) => {
                let problem =
                    Problem::error("clients are asked for certificates that nobody can verify");
                let fix = "name the authorities that have issued them: `client_ca_file = \
                           \"clients-ca.pem\"`";
                self.note(&place.key("client_certificate"), problem.fix(fix));
            }
            (Some(_), false, Some(proxy)) => {
                let problem = Problem::error(format!(
                    "no client is asked for a certificate, which the plan of `{}` needs",
                    proxy.name.as_str()
                ));
                let fix =
                    "write `\"optional\"`, or `\"required\"` when nobody shall get in without";
                self.note(&place.key("client_certificate"), problem.fix(fix));
            }
            (Some(_), false, None) => {
                let problem = Problem::warning("no client is asked for a certificate");
                let fix = "set `client_certificate = \"optional\"` or `\"required\"`, or remove \
                           `client_ca_file`";
                self.note(&place.key("client_ca_file"), problem.fix(fix));
            }
            (None, false, _) | (Some(_), true, _) => {}
        }
        if section.client_crl_file.is_some() && section.client_ca_file.is_none() {
            let problem =
                Problem::error("there is a list of revoked certificates, and no authority");
            let fix = "name the authorities that have issued them: `client_ca_file = \
                       \"clients-ca.pem\"`";
            self.note(&place.key("client_crl_file"), problem.fix(fix));
        }
    }

    /// The content of a file of certificates or keys.
    pub(super) fn pem(&mut self, path: &Path, place: &Place) -> Option<Vec<u8>> {
        let path = self.file(path);
        match content::read(&path, LONGEST) {
            Ok(pem) => {
                self.gathering.add(&pem);
                Some(pem)
            }
            Err(error) => {
                let problem =
                    Problem::error(format!("`{}` cannot be read: {error}", path.display()));
                let fix = "check the path and the file's permissions";
                self.note(place, problem.fix(fix));
                None
            }
        }
    }
}

/// Whether each of the two files holds what belongs into the other.
fn is_swapped(chain: &[u8], key: &[u8]) -> bool {
    let holds = |pem: &[u8], label: &[u8]| pem.windows(label.len()).any(|part| part == label);
    let is_key = |pem| holds(pem, b"PRIVATE KEY-----");
    let is_certificate = |pem| holds(pem, b"-----BEGIN CERTIFICATE-----");
    is_key(chain) && !is_certificate(chain) && is_certificate(key) && !is_key(key)
}

/// The key whose file an error is about.
fn culprit(error: &TlsError, place: &Place) -> Place {
    match error {
        TlsError::Key(_)
        | TlsError::NoKey
        | TlsError::EncryptedKey
        | TlsError::SeveralKeys
        | TlsError::KeyMismatch => place.key("key_file"),
        TlsError::ClientCa(_) | TlsError::NoClientCa => place.key("client_ca_file"),
        TlsError::ClientCrl(_) => place.key("client_crl_file"),
        TlsError::Pem { what, .. } if what.contains("CRL") => place.key("client_crl_file"),
        TlsError::Pem { what, .. } if what.contains("key") => place.key("key_file"),
        TlsError::Pem { what, .. } if what.contains("CA") => place.key("client_ca_file"),
        _ => place.key("certificate_file"),
    }
}
