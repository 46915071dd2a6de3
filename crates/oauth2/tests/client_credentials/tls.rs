//! Endpoints behind TLS.

use std::{sync::Arc, time::Duration};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls_pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::{TlsAcceptor, rustls};
use url::Url;

use crate::endpoint::{NONE, TOKEN, builder, json, serve, value};

/// An endpoint on `localhost` with a certificate for this name, and that certificate as PEM.
async fn endpoint(name: &str) -> (Url, String) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                let answer = json(200, TOKEN);
                tokio::spawn(serve(stream, answer, Duration::ZERO, <_>::default()));
            }
        }
    });
    let url = format!("https://localhost:{port}/token").parse().unwrap();
    (url, cert.pem())
}

#[tokio::test]
async fn a_certificate_of_a_given_authority_is_trusted() {
    let (url, pem) = endpoint("localhost").await;
    let credentials = builder(&url).ca_pem(pem).build().unwrap();
    assert_eq!(value(&credentials).await.unwrap(), "Bearer issued-token");
}

#[tokio::test]
async fn a_stranger_gets_no_secret() {
    let (url, _) = endpoint("localhost").await;
    assert_eq!(value(&builder(&url).build().unwrap()).await, NONE);
    let (url, pem) = endpoint("other.example").await;
    let credentials = builder(&url).ca_pem(pem).build().unwrap();
    assert_eq!(value(&credentials).await, NONE);
}
