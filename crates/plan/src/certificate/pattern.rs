//! What a rule looks for in a certificate.

use std::borrow::Cow;

use tollbar_core::{CertificateName, ClientCertificate};

use super::{InvalidRule, distinguished_name, hex};

/// What a rule looks for, in the one form in which it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    Thumbprint([u8; 32]),
    /// As [`distinguished_name::write`] writes it.
    Subject(Box<str>),
    /// In lower case.
    Dns(Box<str>),
    Uri(Box<str>),
    /// Ends in `/`.
    UriBeneath(Box<str>),
    /// With the host in lower case.
    Email(Box<str>),
    Any,
}

impl Pattern {
    pub(super) fn thumbprint(hex: &str) -> Result<Self, InvalidRule> {
        let invalid = || InvalidRule::Thumbprint(hex.to_owned());
        let mut digits = Vec::with_capacity(64);
        if hex.contains(':') {
            for pair in hex.split(':') {
                let pair: [u8; 2] = pair.as_bytes().try_into().map_err(|_| invalid())?;
                digits.extend(pair);
            }
        } else {
            digits.extend(hex.bytes());
        }
        let bytes = hex::decode(&digits).ok_or_else(invalid)?;
        bytes
            .try_into()
            .map(Self::Thumbprint)
            .map_err(|_| invalid())
    }

    pub(super) fn subject(name: &str) -> Result<Self, InvalidRule> {
        Ok(Self::Subject(
            distinguished_name::normalise(name)?.into_boxed_str(),
        ))
    }

    pub(super) fn dns(name: &str) -> Result<Self, InvalidRule> {
        Ok(Self::Dns(visible(name)?.to_ascii_lowercase().into()))
    }

    pub(super) fn uri(uri: &str) -> Result<Self, InvalidRule> {
        let uri = visible(uri)?;
        if !uri.contains('*') {
            return Ok(Self::Uri(uri.into()));
        }
        let wildcard = || InvalidRule::Wildcard(uri.to_owned());
        let beneath = uri.strip_suffix('*').ok_or_else(wildcard)?;
        // A scheme and a host, or it would say less than it looks like.
        let (_, path) = beneath.split_once("://").ok_or_else(wildcard)?;
        let is_path =
            !path.starts_with('/') && path.ends_with('/') && !path.contains(['*', '?', '#']);
        is_path
            .then(|| Self::UriBeneath(beneath.into()))
            .ok_or_else(wildcard)
    }

    pub(super) fn email(address: &str) -> Result<Self, InvalidRule> {
        let address = visible(address)?;
        Ok(Self::Email(folded(address).into_owned().into()))
    }

    /// What the certificate has that is looked for.
    pub(super) fn find<'a>(&self, certificate: &'a ClientCertificate) -> Option<Cow<'a, str>> {
        let mut names = certificate.names().iter();
        match self {
            Self::Thumbprint(thumbprint) => {
                (certificate.thumbprint() == thumbprint).then(|| hex::encode(thumbprint).into())
            }
            Self::Subject(subject) => {
                (certificate.subject() == &**subject).then(|| certificate.subject().into())
            }
            Self::Dns(wanted) => names.find_map(|name| match name {
                CertificateName::Dns(name) => name
                    .eq_ignore_ascii_case(wanted)
                    .then(|| name.to_ascii_lowercase().into()),
                _ => None,
            }),
            Self::Uri(wanted) => names.find_map(|name| match name {
                CertificateName::Uri(uri) => (uri == wanted).then(|| (&**uri).into()),
                _ => None,
            }),
            Self::UriBeneath(path) => names.find_map(|name| match name {
                CertificateName::Uri(uri) => {
                    is_plain(uri.strip_prefix(&**path)?).then(|| (&**uri).into())
                }
                _ => None,
            }),
            Self::Email(wanted) => names.find_map(|name| match name {
                CertificateName::Email(address) => {
                    Some(folded(address)).filter(|address| address == &**wanted)
                }
                _ => None,
            }),
            Self::Any => Some(whoever(certificate)),
        }
    }
}

/// The best name that a certificate has for its holder.
fn whoever(certificate: &ClientCertificate) -> Cow<'_, str> {
    if !certificate.subject().is_empty() {
        return certificate.subject().into();
    }
    let mut names = certificate.names().iter();
    let name = names.find_map(|name| match name {
        CertificateName::Dns(name) => Some(name.to_ascii_lowercase().into()),
        CertificateName::Uri(uri) => Some((&**uri).into()),
        CertificateName::Email(address) => Some(folded(address)),
        _ => None,
    });
    name.unwrap_or_else(|| hex::encode(certificate.thumbprint()).into())
}

/// Whether the rest of a URI stays beneath the path before it, however it is read.
fn is_plain(rest: &str) -> bool {
    let is_part = |part: &str| !["", ".", ".."].contains(&part);
    rest.split('/').all(is_part) && !rest.contains(['%', '?', '#', '\\'])
}

/// A mail address with its host in lower case.
fn folded(address: &str) -> Cow<'_, str> {
    match address.rsplit_once('@') {
        Some((mailbox, host)) if host.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            format!("{mailbox}@{}", host.to_ascii_lowercase()).into()
        }
        _ => address.into(),
    }
}

fn visible(name: &str) -> Result<&str, InvalidRule> {
    let is_visible = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    is_visible
        .then_some(name)
        .ok_or_else(|| InvalidRule::Name(name.to_owned()))
}
