//! Certificates for tests.

use std::time::{Duration, SystemTime};

use rcgen::{
    Certificate, CertificateParams, DistinguishedName, DnType, KeyPair, SanType, string::Ia5String,
};

/// A subject of common names and the like.
pub(crate) fn subject<const N: usize>(parts: [(DnType, &str); N]) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (kind, value) in parts {
        name.push(kind, value);
    }
    name
}

/// Parameters with the names that agents have.
pub(crate) fn agent() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = subject([
        (DnType::OrganizationName, "Example"),
        (DnType::CommonName, "agent"),
    ]);
    params.subject_alt_names = vec![
        SanType::DnsName(text("Agent.example")),
        SanType::URI(text("spiffe://example/ns/prod/agent")),
        SanType::Rfc822Name(text("agent@Example.org")),
    ];
    params
}

pub(crate) fn text(text: &str) -> Ia5String {
    Ia5String::try_from(text).unwrap()
}

pub(crate) fn signed(params: &CertificateParams) -> Certificate {
    params.self_signed(&KeyPair::generate().unwrap()).unwrap()
}

/// A certificate that is valid between two times, in seconds from now.
pub(crate) fn valid(from: i64, until: i64) -> Certificate {
    let mut params = agent();
    params.not_before = at(from).into();
    params.not_after = at(until).into();
    signed(&params)
}

pub(crate) fn at(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    match seconds < 0 {
        true => SystemTime::now() - distance,
        false => SystemTime::now() + distance,
    }
}
