//! Whether the listener can speak TLS.

use std::{fs, io, io::Read as _, path::Path};

use tollbar::{ClientAuthentication, Tls, TlsError};

use super::Judge;
use crate::config::{
    report::Problem,
    section::{self, ClientCertificate},
    settings::TlsSettings,
    tree::Place,
};

/// The longest file of certificates that is read, in bytes.
const LONGEST: u64 = 4 << 20;

impl Judge<'_> {
    /// Builds the listener's TLS; `None` when it cannot be built, with a problem that says why.
    pub(super) fn tls(&mut self, section: &section::Tls) -> Option<TlsSettings> {
        let place = Place::root().key("listener").key("tls");
        let authorities = section.client_ca_file.as_ref();
        let authorities = authorities.map(|path| self.pem(path, &place.key("client_ca_file")));
        let client_ca = self.gathering.clone().close(&section.client_certificate());
        let chain = self.pem(&section.certificate_file, &place.key("certificate_file"));
        let key = self.pem(&section.key_file, &place.key("key_file"));
        self.asking(section, &place);
        let gathering = std::mem::take(&mut self.gathering);
        let mut builder = Tls::builder()
            .certificate_pem(chain?, key?)
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
                self.note(&place, Problem::error(error.to_string()));
                None
            }
        }
    }

    /// Asking and verifying belong together.
    fn asking(&mut self, section: &section::Tls, place: &Place) {
        let asks = section.client_certificate() != ClientCertificate::Off;
        match (&section.client_ca_file, asks) {
            (None, true) => {
                let problem =
                    Problem::error("clients are asked for certificates that nobody can verify");
                let fix = "name the authorities that have issued them: `client_ca_file = \
                           \"clients-ca.pem\"`";
                self.note(&place.key("client_certificate"), problem.fix(fix));
            }
            (Some(_), false) => {
                let problem = Problem::warning("no client is asked for a certificate");
                let fix = "set `client_certificate = \"optional\"` or `\"required\"`, or remove \
                           `client_ca_file`";
                self.note(&place.key("client_ca_file"), problem.fix(fix));
            }
            (None, false) | (Some(_), true) => {}
        }
    }

    /// The content of a file of certificates or keys.
    pub(super) fn pem(&mut self, path: &Path, place: &Place) -> Option<Vec<u8>> {
        let path = self.file(path);
        match read(&path) {
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

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(LONGEST)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
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
        TlsError::Pem { what, .. } if what.contains("key") => place.key("key_file"),
        TlsError::Pem { what, .. } if what.contains("CA") => place.key("client_ca_file"),
        _ => place.key("certificate_file"),
    }
}
