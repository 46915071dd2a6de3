//! What cannot be served, and how that is said.

use std::time::{Duration, SystemTime};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::CertificateParams;
use tollbar::{ClientAuthentication, Server, Tls, TlsError};

use crate::{authority::Authority, client::Client, served::Served};

fn error(builder: tollbar::TlsBuilder) -> TlsError {
    builder.build().expect_err("nothing is wrong")
}

#[test]
fn a_certificate_and_its_key_are_needed() {
    let server = Authority::new().server();
    let (chain, key) = (server.certificate.pem(), server.key.serialize_pem());
    let build = |chain: &str, key: &str| error(Tls::builder().certificate_pem(chain, key));
    assert_eq!(error(Tls::builder()), TlsError::NoCertificate);
    assert_eq!(build("", &key), TlsError::NoCertificate);
    assert_eq!(build(&key, &key), TlsError::NoCertificate);
    assert_eq!(build(&chain, ""), TlsError::NoKey);
    assert_eq!(build(&chain, &chain), TlsError::NoKey);
    let two = format!("{key}{key}");
    assert_eq!(build(&chain, &two), TlsError::SeveralKeys);
    let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assert_eq!(build(&chain, &encrypted), TlsError::EncryptedKey);
    let together = format!("{key}{chain}");
    let built = Tls::builder()
        .certificate_pem(&*together, &*together)
        .build();
    assert!(built.is_ok(), "both may be one file");
}

#[test]
fn a_key_must_belong_to_the_first_certificate() {
    let authority = Authority::new();
    let (one, other) = (authority.server(), authority.server());
    let key = one.key.serialize_pem();
    let chain = format!("{}{}", authority.pem(), one.certificate.pem());
    for chain in [other.certificate.pem(), chain] {
        let built = Tls::builder().certificate_pem(chain, &*key);
        assert_eq!(error(built), TlsError::KeyMismatch);
    }
}

#[test]
fn what_is_damaged_is_said_without_showing_any_of_it() {
    let server = Authority::new().server();
    let (chain, key) = (server.certificate.pem(), server.key.serialize_pem());
    let secret = key.lines().nth(1).unwrap();
    let cut = key.replace("-----END PRIVATE KEY-----\n", "");
    let not_base64 = key.replace(secret, &secret.replace(&secret[..4], "!!!!"));
    for damaged in [&cut, &not_base64] {
        let built = error(Tls::builder().certificate_pem(&*chain, &**damaged));
        assert!(
            matches!(
                built,
                TlsError::Pem {
                    what: "private key",
                    ..
                }
            ),
            "{built}"
        );
        for shown in [built.to_string(), format!("{built:?}")] {
            assert!(!shown.contains(&secret[8..24]), "{shown}");
        }
    }
    let builder = Tls::builder().certificate_pem(&*chain, &*key);
    assert!(!format!("{builder:?}").contains(&secret[8..24]));
    let bytes = format!("{:?}", &key.as_bytes()[40..50]);
    assert!(!format!("{builder:?}").contains(bytes.trim_matches(['[', ']'])));

    let nonsense = |label: &str| format!("-----BEGIN {label}-----\nMIIB\n-----END {label}-----\n");
    let built = error(Tls::builder().certificate_pem(nonsense("CERTIFICATE"), &*key));
    assert!(matches!(built, TlsError::Certificate(_)), "{built}");
    let built = error(Tls::builder().certificate_pem(&*chain, nonsense("PRIVATE KEY")));
    assert!(matches!(built, TlsError::Key(_)), "{built}");
    let built = error(
        Authority::new()
            .tls()
            .client_ca_pem(nonsense("CERTIFICATE")),
    );
    assert!(matches!(built, TlsError::ClientCa(_)), "{built}");
}

#[test]
fn client_certificates_need_a_ca_and_a_ca_needs_client_certificates() {
    let authority = Authority::new();
    for authentication in [
        ClientAuthentication::Optional,
        ClientAuthentication::Required,
    ] {
        let built = authority.tls().client_certificate(authentication);
        assert_eq!(error(built), TlsError::NoClientCa);
    }
    let off = authority
        .tls()
        .client_certificate(ClientAuthentication::Off);
    let unused = off.clone().client_ca_pem(authority.pem());
    assert_eq!(error(unused), TlsError::ClientCaUnused);
    let unused = off.client_crl_pem(authority.revoke(&[], 2999));
    assert_eq!(error(unused), TlsError::ClientCaUnused);
    for nothing in ["", "hello"] {
        let built = error(authority.tls().client_ca_pem(nothing));
        assert!(matches!(built, TlsError::ClientCa(_)), "{built}");
        let with_ca = authority.tls().client_ca_pem(authority.pem());
        let built = error(with_ca.client_crl_pem(nothing));
        assert!(matches!(built, TlsError::ClientCrl(_)), "{built}");
    }
    let alone = authority.tls().client_crl_pem(authority.revoke(&[], 2999));
    assert_eq!(error(alone), TlsError::NoClientCa);
}

/// The key as SEC1 (RFC 5915), which is what stands inside of PKCS#8.
fn sec1(pkcs8: &[u8]) -> String {
    let inner = STANDARD.encode(&pkcs8[29..]);
    format!("-----BEGIN EC PRIVATE KEY-----\n{inner}\n-----END EC PRIVATE KEY-----\n")
}

#[tokio::test]
async fn keys_of_every_form_are_served() {
    let authority = Authority::new();
    let server = authority.server();
    let chain = server.certificate.pem();
    let rsa = include_str!("rsa/certificate.pem");
    for (root, chain, key) in [
        (&*authority.pem(), &*chain, &*server.key.serialize_pem()),
        (&authority.pem(), &chain, &sec1(&server.key.serialize_der())),
        (rsa, rsa, include_str!("rsa/key.pem")),
    ] {
        let tls = Tls::builder().certificate_pem(chain, key).build().unwrap();
        let server = Served::introducing(Server::new().tls(tls));
        let client = Client::with(root, None, crate::client::BOTH);
        assert!(client.ask(server.address).await.is_ok(), "{}", &key[..30]);
    }
}

#[tokio::test]
async fn an_expired_certificate_is_served_and_can_be_seen() {
    let authority = Authority::new();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2021, 1, 1);
    let server = authority.sign(&params);
    let tls = Tls::builder()
        .certificate_pem(server.certificate.pem(), server.key.serialize_pem())
        .build()
        .unwrap();
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_609_459_200);
    assert_eq!(tls.valid_until(), Some(end));
    assert!(tls.valid_from().unwrap() < end);
    let server = Served::introducing(Server::new().tls(tls.clone()));
    let error = Client::new(&authority)
        .connect(server.address)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("xpired"), "{error}");
    tls.replace(authority.tls().build().unwrap());
    assert!(tls.valid_until().unwrap() > SystemTime::now());
    assert!(Client::new(&authority).ask(server.address).await.is_ok());
}
