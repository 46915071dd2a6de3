//! Servers behind TLS.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls_pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::{TlsAcceptor, rustls};

use crate::{
    asking::{Asking, UNAVAILABLE, ann},
    scripted::{Scripted, active, usual},
};

/// A server on `localhost` with a certificate for this name, and that certificate as PEM.
async fn server(name: &str) -> (Scripted, String) {
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
    let origin = format!("https://localhost:{port}");
    let script = usual(&origin, |_| active());
    let server = Scripted::new(origin, script);
    let by_task = server.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                tokio::spawn(by_task.clone().serve(stream));
            }
        }
    });
    (server, cert.pem())
}

#[tokio::test]
async fn a_certificate_of_a_given_authority_is_trusted() {
    let (server, pem) = server("localhost").await;
    let built = server.builder().ca_pem(pem).build().unwrap();
    assert_eq!(Asking::new(built).ask().await, ann());
}

#[tokio::test]
async fn a_stranger_gets_no_secret() {
    let (one, _) = server("localhost").await;
    let built = one.builder().build().unwrap();
    assert_eq!(Asking::new(built).ask().await, UNAVAILABLE);
    let (other, pem) = server("other.example").await;
    let built = other.builder().ca_pem(pem).build().unwrap();
    assert_eq!(Asking::new(built).ask().await, UNAVAILABLE);
    assert!(one.paths().is_empty() && other.paths().is_empty());
}
