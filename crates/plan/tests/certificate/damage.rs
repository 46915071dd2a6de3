//! Certificates that are damaged, by accident or on purpose.

use std::sync::LazyLock;

use http::{HeaderName, HeaderValue, Request};
use proptest::{collection::vec, prelude::*, sample::Index};
use tollbar_core::{CertificateName, Connection, Exchange, Forwarding};
use tollbar_plan::certificate::{CertificateRule, ForwardedCertificate, read};

use crate::authority::{agent, signed};

static CERTIFICATE: LazyLock<Vec<u8>> = LazyLock::new(|| signed(&agent()).der().to_vec());

/// Whatever is read holds what is promised of it.
fn look(der: &[u8]) {
    let Ok(read) = read(der) else { return };
    for name in read.names() {
        let (CertificateName::Dns(name)
        | CertificateName::Uri(name)
        | CertificateName::Email(name)) = name
        else {
            panic!("an unknown kind of name");
        };
        assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    assert!(!read.subject().chars().any(|it| it.is_ascii_control()));
    if !read.subject().is_empty() {
        let rule = CertificateRule::subject(read.subject());
        assert!(rule.is_ok(), "{rule:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_certificate_with_other_bytes_is_read_or_refused(
        changes in vec((any::<Index>(), any::<u8>()), 1..6),
    ) {
        let mut der = CERTIFICATE.clone();
        for (place, byte) in changes {
            let place = place.index(der.len());
            der[place] = byte;
        }
        look(&der);
    }

    #[test]
    fn a_certificate_with_bytes_more_or_less_is_read_or_refused(
        at in any::<Index>(),
        taken in 0_usize..40,
        given in vec(any::<u8>(), 0..40),
    ) {
        let mut der = CERTIFICATE.clone();
        let at = at.index(der.len());
        let end = (at + taken).min(der.len());
        der.splice(at..end, given);
        look(&der);
    }

    #[test]
    fn noise_is_no_certificate(noise in vec(any::<u8>(), 0..400)) {
        look(&noise);
    }

    #[test]
    fn a_header_with_anything_in_it_is_read_or_refused(
        value in "(:|-----BEGIN%20CERTIFICATE-----%0A|%|)[ -~]{0,60}(:|=|)",
    ) {
        let name = HeaderName::from_static("client-cert");
        let forwarding = Forwarding::new(["127.0.0.1".parse().unwrap()]);
        let mut request = Request::new(());
        request.headers_mut().insert(&name, HeaderValue::from_str(&value).unwrap());
        let (head, ()) = request.into_parts();
        let peer = Connection::new().peer(([127, 0, 0, 1], 1).into());
        let read = ForwardedCertificate::new(name, forwarding).read(&head, &Exchange::on(&peer));
        match read {
            Ok(certificate) => {
                prop_assert!(certificate.is_none());
                prop_assert!(value.trim().is_empty());
            }
            Err(refusal) => prop_assert_eq!(refusal.reason(), "certificate_unreadable"),
        }
    }
}
