//! What is read from a certificate.

use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, SanType, string::BmpString};
use sha2::{Digest as _, Sha256};
use tollbar_core::CertificateName;
use tollbar_plan::certificate::{CertificateRule, InvalidCertificate, read};

use crate::authority::{agent, signed, subject, text};

#[test]
fn subject_names_thumbprint_and_validity_are_read() {
    let mut params = agent();
    params.not_before = rcgen::date_time_ymd(2001, 2, 3);
    params.not_after = rcgen::date_time_ymd(2101, 1, 1);
    let certificate = signed(&params);
    let read = read(certificate.der()).unwrap();
    assert_eq!(read.subject(), "CN=agent,O=Example");
    assert_eq!(
        read.names(),
        [
            CertificateName::Dns("Agent.example".into()),
            CertificateName::Uri("spiffe://example/ns/prod/agent".into()),
            CertificateName::Email("agent@Example.org".into()),
        ]
    );
    let thumbprint: [u8; 32] = Sha256::digest(certificate.der()).into();
    assert_eq!(read.thumbprint(), &thumbprint);
    let epoch = SystemTime::UNIX_EPOCH;
    assert_eq!(read.not_before(), epoch + Duration::from_secs(981_158_400));
    assert_eq!(read.not_after(), epoch + Duration::from_secs(4_133_980_800));
}

#[test]
fn times_before_the_epoch_and_at_the_end_of_the_calendar_are_read() {
    let mut params = agent();
    params.not_before = rcgen::date_time_ymd(1951, 1, 1);
    params.not_after = rcgen::date_time_ymd(9999, 12, 31);
    let read = read(signed(&params).der()).unwrap();
    assert!(read.not_before() < SystemTime::UNIX_EPOCH);
    assert!(read.not_after() > SystemTime::now() + Duration::from_secs(200_000_000_000));
}

#[test]
fn a_subject_is_written_so_that_nothing_can_pose_as_something_else() {
    let written = |value: &str| {
        let mut params = CertificateParams::default();
        params.distinguished_name = subject([(DnType::CommonName, value)]);
        read(signed(&params).der()).unwrap().subject().to_owned()
    };
    for (value, text) in [
        ("agent", "CN=agent"),
        ("agent,O=Example", r"CN=agent\,O=Example"),
        ("a+OU=x", r"CN=a\+OU=x"),
        (" a ", r"CN=\ a\ "),
        ("#41", r"CN=\#41"),
        (r#"<"a";\>"#, r#"CN=\<\"a\"\;\\\>"#),
        ("a\nb\0c\u{7f}", r"CN=a\0Ab\00c\7F"),
        ("Jörg 名", "CN=Jörg 名"),
        ("", "CN="),
        (" ", r"CN=\ "),
    ] {
        assert_eq!(written(value), text);
        // What is shown can be written into a rule, and is the same there.
        let rule = CertificateRule::subject(text).unwrap();
        assert_eq!(rule, CertificateRule::subject(&written(value)).unwrap());
    }
}

#[test]
fn what_is_not_text_or_has_no_name_is_written_as_der() {
    let mut name = DistinguishedName::new();
    name.push(DnType::CustomDnType(vec![1, 3, 6, 1, 4, 1, 99_999, 1]), "x");
    name.push(
        DnType::CustomDnType(vec![1, 2, 840, 113_549, 1, 9, 1]),
        "a@b",
    );
    name.push(
        DnType::CommonName,
        DnValue::BmpString(BmpString::try_from("a").unwrap()),
    );
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    let subject = read(signed(&params).der()).unwrap().subject().to_owned();
    assert_eq!(
        subject,
        "CN=#1e020061,emailAddress=a@b,1.3.6.1.4.1.99999.1=#0c0178"
    );
    assert!(CertificateRule::subject(&subject).is_ok());
}

#[test]
fn names_that_cannot_be_shown_safely_are_left_out() {
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![
        SanType::DnsName(text("a.example\0.evil.example")),
        SanType::DnsName(text("")),
        SanType::URI(text("spiffe://example/a b")),
        SanType::IpAddress([127, 0, 0, 1].into()),
        SanType::DnsName(text("b.example")),
    ];
    let read = read(signed(&params).der()).unwrap();
    assert_eq!(read.names(), [CertificateName::Dns("b.example".into())]);
}

#[test]
fn what_is_over_a_bound_or_no_certificate_is_an_error() {
    let certificate = signed(&agent());
    let mut longer = certificate.der().to_vec();
    longer.push(0);
    assert_eq!(read(&longer), Err(InvalidCertificate::Trailing(1)));
    let long = vec![0; 65_536];
    assert_eq!(read(&long), Err(InvalidCertificate::TooLong(65_536)));
    for nonsense in [&b""[..], b"hello", b"\x30\x00", &[0x30; 100]] {
        let error = read(nonsense).unwrap_err();
        assert!(matches!(error, InvalidCertificate::Malformed(_)), "{error}");
    }
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![SanType::DnsName(text("a")); 1_001];
    let error = read(signed(&params).der()).unwrap_err();
    assert_eq!(error, InvalidCertificate::TooManyNames);
}
