//! TLS, with an authority of our own.

use std::sync::Arc;

use http::Response;
use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ServerConfig, crypto::ring::default_provider};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;
use tollbar_core::Body;
use tollbar_upstream::{HttpVersion, Upstream, UpstreamError};
use url::Url;

use crate::{
    client::{ask, call, refusal, text},
    server::{fixed, raw},
};

/// A server whose certificate is for this name, by an authority whose certificate comes back as PEM.
/// It answers with the HTTP version that it was asked in.
async fn secure(name: &str, alpn: &[&[u8]]) -> (Url, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = leaf.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let url = raw(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            let service = service_fn(|request: http::Request<hyper::body::Incoming>| async move {
                let version = format!("{:?}", request.version());
                Ok::<_, std::convert::Infallible>(Response::new(Body::from(version)))
            });
            let server = auto::Builder::new(TokioExecutor::new());
            let _ = server.serve_connection(TokioIo::new(stream), service).await;
        }
    })
    .await;
    (https(&url), authority.pem())
}

fn https(url: &Url) -> Url {
    url.as_str().replace("http://", "https://").parse().unwrap()
}

#[tokio::test]
async fn a_certificate_of_a_given_authority_is_trusted() {
    let (url, pem) = secure("127.0.0.1", &[]).await;
    let upstream = Upstream::builder(url).ca_pem(pem).build().unwrap();
    assert_eq!(text(ask(&upstream, call()).await).await, "HTTP/1.1");
}

#[tokio::test]
async fn http2_is_negotiated_when_both_want_it() {
    let spoken = |version, alpn: &'static [&'static [u8]]| async move {
        let (url, pem) = secure("127.0.0.1", alpn).await;
        let upstream = Upstream::builder(url)
            .ca_pem(pem)
            .http_version(version)
            .build()
            .unwrap();
        text(ask(&upstream, call()).await).await
    };
    let both: &[&[u8]] = &[b"h2", b"http/1.1"];
    assert_eq!(spoken(HttpVersion::Negotiated, both).await, "HTTP/2.0");
    assert_eq!(
        spoken(HttpVersion::Negotiated, &[b"http/1.1"]).await,
        "HTTP/1.1"
    );
    assert_eq!(spoken(HttpVersion::Http1, both).await, "HTTP/1.1");
    assert_eq!(spoken(HttpVersion::Http2, both).await, "HTTP/2.0");
}

#[tokio::test]
async fn a_stranger_is_not_trusted() {
    let (url, _) = secure("127.0.0.1", &[]).await;
    let (_, another) = secure("127.0.0.1", &[]).await;
    for upstream in [
        Upstream::new(url.clone()).unwrap(),
        Upstream::builder(url).ca_pem(another).build().unwrap(),
    ] {
        let (status, reason, message) = refusal(&upstream, call()).await;
        assert_eq!((status, reason.as_str()), (502, "upstream_tls"));
        assert!(message.contains("certificate"), "{message}");
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_valid() {
    let (url, pem) = secure("other.example", &[]).await;
    let upstream = Upstream::builder(url).ca_pem(pem).build().unwrap();
    let (status, reason, message) = refusal(&upstream, call()).await;
    assert_eq!((status, reason.as_str()), (502, "upstream_tls"));
    assert!(message.contains("certificate"), "{message}");
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_a_bad_certificate() {
    let (url, _) = fixed("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    // It never sees the two line ends that it waits for, so it is one that answers at once.
    drop(url);
    let url = raw(|mut stream| async move {
        use tokio::io::AsyncWriteExt as _;
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        crate::server::until_closed(&mut stream).await;
    })
    .await;
    let (status, reason, message) = refusal(&Upstream::new(https(&url)).unwrap(), call()).await;
    assert_eq!((status, reason.as_str()), (502, "upstream_tls"));
    assert!(message.contains("does not speak TLS"), "{message}");

    let closing = raw(|stream| async move { drop(stream) }).await;
    let (status, reason, message) = refusal(&Upstream::new(https(&closing)).unwrap(), call()).await;
    assert_eq!((status, reason.as_str()), (502, "upstream_tls"));
    assert!(message.contains("handshake"), "{message}");
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_out_of_time() {
    let url = raw(|mut stream| async move { crate::server::until_closed(&mut stream).await }).await;
    let limit = std::time::Duration::from_millis(200);
    let upstream = Upstream::builder(https(&url))
        .connect_timeout(limit)
        .build()
        .unwrap();
    let (status, reason, _) = refusal(&upstream, call()).await;
    assert_eq!((status, reason.as_str()), (504, "upstream_connect_timeout"));
}

#[test]
fn what_is_no_certificate_is_refused_when_built() {
    let build = |pem: &str| {
        let url = "https://mcp.example/mcp".parse().unwrap();
        Upstream::builder(url).ca_pem(pem).build().unwrap_err()
    };
    assert!(matches!(build(""), UpstreamError::NoCertificate));
    assert!(matches!(build("hello"), UpstreamError::NoCertificate));
    let cut = "-----BEGIN CERTIFICATE-----\nMIIB\n";
    assert!(matches!(build(cut), UpstreamError::Pem(_)));
    let nonsense = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    assert!(matches!(build(nonsense), UpstreamError::Certificate(_)));
}
