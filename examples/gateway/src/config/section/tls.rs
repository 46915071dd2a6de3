//! `[listener.tls]`

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// TLS on the listener, 1.2 and 1.3.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    /// The file of the listener's certificate (PEM), with its chain behind it, relative to the
    /// configuration.
    #[schemars(example = &"gateway.pem")]
    pub(crate) certificate_file: PathBuf,
    /// The file of its private key (PEM).
    #[schemars(example = &"gateway.key")]
    pub(crate) key_file: PathBuf,
    /// A file of certificate authorities (PEM) whose client certificates are accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"clients-ca.pem")]
    pub(crate) client_ca_file: Option<PathBuf>,
    /// A file of lists of revoked client certificates (PEM), RFC 5280. With it there must be a
    /// current list of each authority in a client's chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"clients-crl.pem")]
    pub(crate) client_crl_file: Option<PathBuf>,
    /// Whether clients are asked for a certificate in the handshake. Default: `required` with
    /// `client_ca_file`, else `off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_certificate: Option<ClientCertificate>,
}

impl Tls {
    /// Whether clients are asked for a certificate in the handshake.
    pub(crate) const fn client_certificate(&self) -> ClientCertificate {
        match (self.client_certificate, &self.client_ca_file) {
            (Some(asked), _) => asked,
            (None, Some(_)) => ClientCertificate::Required,
            (None, None) => ClientCertificate::Off,
        }
    }
}

/// Whether clients are asked for a certificate in the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClientCertificate {
    /// They are not asked.
    Off,
    /// They may show one. One that cannot be verified ends the handshake.
    Optional,
    /// Nobody gets in without one.
    Required,
}
