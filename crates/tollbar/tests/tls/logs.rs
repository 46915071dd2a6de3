//! What is said of handshakes that fail.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use rcgen::ExtendedKeyUsagePurpose;
use rustls::{
    client::ResolvesClientCert,
    crypto::ring,
    sign::CertifiedKey,
    {SignatureScheme, pki_types::PrivateKeyDer},
};
use tokio::{io::AsyncWriteExt as _, net::TcpStream};
use tollbar::{ClientAuthentication, Server};
use tollbar_test_log::Log;

use crate::{
    authority::{Authority, Identity},
    client::Client,
    served::{PATIENCE, Served},
};

/// Waits until these words were written.
async fn hear(log: &Log, words: &str) {
    let begun = Instant::now();
    while !log.text().contains(words) {
        let late = begun.elapsed() >= PATIENCE;
        assert!(!late, "never `{words}`: {}", log.text());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn serve(authority: &Authority) -> Served {
    let tls = authority
        .tls()
        .client_ca_pem(authority.pem())
        .client_certificate(ClientAuthentication::Required);
    Served::introducing(Server::new().tls(tls.build().unwrap()))
}

/// Shows whatever it has.
#[derive(Debug)]
struct Shows(Arc<CertifiedKey>);

impl ResolvesClientCert for Shows {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// A client whose certificate says that it is of version 1.
fn of_version_1(authority: &Authority) -> Client {
    let agent = authority.client("agent");
    let mut der = agent.certificate.der().to_vec();
    let version = der
        .windows(5)
        .position(|bytes| bytes == [0xa0, 3, 2, 1, 2])
        .unwrap();
    der[version + 4] = 0;
    let key = PrivateKeyDer::Pkcs8(agent.key.serialize_der().into());
    let key = ring::default_provider()
        .key_provider
        .load_private_key(key)
        .unwrap();
    let mut client = Client::new(authority);
    Arc::make_mut(&mut client.config).client_auth_cert_resolver =
        Arc::new(Shows(Arc::new(CertifiedKey::new(vec![der.into()], key))));
    client
}

#[tokio::test]
async fn the_reason_is_told_in_words() {
    let authority = Authority::new();
    let known = |identity: &Identity| Client::known_as(&authority, identity);
    let yesterday = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
    let mut server = Authority::agent("server");
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    for (client, words) in [
        (
            Client::new(&authority),
            "the client has shown no certificate, and must",
        ),
        (
            known(&Authority::named("other").client("agent")),
            "the client's certificate was issued by nobody in the client CA",
        ),
        (
            known(&authority.client_until("agent", yesterday)),
            "the client's certificate has expired",
        ),
        (
            known(&authority.sign(&server)),
            "the client's certificate is not one for clients: issue it with the extended key usage \
             `clientAuth`",
        ),
        (
            of_version_1(&authority),
            "the client's certificate is version 1: issue it with extensions (X.509 v3)",
        ),
        (
            Client::new(&Authority::named("other")),
            "the client does not trust the server's certificate",
        ),
    ] {
        let (log, _guard) = Log::keep();
        let served = serve(&authority);
        assert!(client.ask(served.address).await.is_err(), "{words}");
        hear(&log, &format!("a TLS handshake has failed: {words}")).await;
    }
}

#[tokio::test]
async fn what_speaks_no_tls_is_told_and_what_says_nothing_is_not() {
    let authority = Authority::new();
    let (log, _guard) = Log::keep();
    let served = serve(&authority);
    drop(TcpStream::connect(served.address).await.unwrap());
    for (bytes, words) in [
        (
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            "the client speaks HTTP without TLS",
        ),
        (b"\x00\x00\x00\x00\x00\x00", "the client does not speak TLS"),
    ] {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        hear(&log, words).await;
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }
    assert_eq!(log.text().lines().count(), 2, "{}", log.text());
}

#[tokio::test]
async fn nobody_fills_the_log() {
    let authority = Authority::new();
    let (log, _guard) = Log::keep();
    let served = serve(&authority);
    for _ in 0..20 {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(b"\x00\x00\x00\x00\x00\x00").await.unwrap();
        // Until the server has had enough.
        let mut rest = Vec::new();
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest).await;
    }
    let told = log.text().lines().count();
    assert!((1..=3).contains(&told), "{}", log.text());
}
