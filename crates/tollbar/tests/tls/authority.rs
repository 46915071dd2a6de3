//! An authority of our own.

use std::time::SystemTime;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertificateRevocationListParams,
    CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose,
    RevokedCertParams, SanType, SerialNumber, date_time_ymd,
};
use tollbar::{Tls, TlsBuilder};

/// Somebody who signs certificates.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its key.
pub(crate) struct Identity {
    pub(crate) certificate: Certificate,
    pub(crate) key: KeyPair,
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self::named("Authority")
    }

    pub(crate) fn named(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// The certificate of a server on this machine.
    pub(crate) fn server(&self) -> Identity {
        let names = ["localhost", "127.0.0.1"].map(str::to_owned);
        self.sign(&CertificateParams::new(names).unwrap())
    }

    /// What a client needs, before it is signed.
    pub(crate) fn agent(name: &str) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        let dns = format!("{name}.example").try_into().unwrap();
        params.subject_alt_names = vec![SanType::DnsName(dns)];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.serial_number = Some(SerialNumber::from(u64::from(name.as_bytes()[0])));
        params
    }

    /// The certificate of a client.
    pub(crate) fn client(&self, name: &str) -> Identity {
        self.sign(&Self::agent(name))
    }

    /// A client's certificate that ends at this time.
    pub(crate) fn client_until(&self, name: &str, until: SystemTime) -> Identity {
        let mut params = Self::agent(name);
        params.not_after = until.into();
        self.sign(&params)
    }

    pub(crate) fn sign(&self, params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Identity { certificate, key }
    }

    /// The list that revokes the certificates of these clients, until this year.
    pub(crate) fn revoke(&self, names: &[&str], until: i32) -> String {
        let revoked = names.iter().map(|name| RevokedCertParams {
            serial_number: Self::agent(name).serial_number.unwrap(),
            revocation_time: date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        });
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(until, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.0).unwrap().pem().unwrap()
    }

    /// TLS with a new certificate of this authority.
    pub(crate) fn tls(&self) -> TlsBuilder {
        let server = self.server();
        Tls::builder().certificate_pem(server.certificate.pem(), server.key.serialize_pem())
    }
}
