//! Versions of TLS and of HTTP.

use rustls::{
    HandshakeKind, ProtocolVersion,
    version::{TLS12, TLS13},
};
use tollbar::Server;

use crate::{
    authority::Authority,
    client::{BOTH, Client},
    served::Served,
};

#[tokio::test]
async fn both_versions_of_tls_carry_both_versions_of_http() {
    let authority = Authority::new();
    let server = Served::introducing(Server::new().tls(authority.tls().build().unwrap()));
    for (versions, version) in [
        (&[&TLS12][..], ProtocolVersion::TLSv1_2),
        (&[&TLS13], ProtocolVersion::TLSv1_3),
        (BOTH, ProtocolVersion::TLSv1_3),
    ] {
        for (alpn, text) in [
            (&["h2"][..], "nobody HTTP/2.0"),
            (&["http/1.1"], "nobody HTTP/1.1"),
            (&["h2", "http/1.1"], "nobody HTTP/2.0"),
            (&["http/1.1", "h2"], "nobody HTTP/2.0"),
            (&[], "nobody HTTP/1.1"),
        ] {
            let client = Client::with(&authority.pem(), None, versions).alpn(alpn);
            let answer = client.ask(server.address).await.unwrap();
            assert_eq!((answer.version, &*answer.text), (version, text), "{alpn:?}");
        }
    }
}

#[tokio::test]
async fn a_protocol_that_is_not_spoken_is_refused() {
    let authority = Authority::new();
    let server = Served::introducing(Server::new().tls(authority.tls().build().unwrap()));
    let client = Client::new(&authority).alpn(&["spdy/3"]);
    let error = client.connect(server.address).await.unwrap_err();
    assert!(
        error.to_string().contains("NoApplicationProtocol"),
        "{error}"
    );
}

#[tokio::test]
async fn a_session_is_resumed_where_nobody_is_verified() {
    let authority = Authority::new();
    let server = Served::introducing(Server::new().tls(authority.tls().build().unwrap()));
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let client = Client::with(&authority.pem(), None, versions);
        let first = client.ask(server.address).await.unwrap();
        assert_eq!(first.kind, HandshakeKind::Full);
        let second = client.ask(server.address).await.unwrap();
        assert_eq!(second.kind, HandshakeKind::Resumed);
    }
}

#[tokio::test]
async fn a_chain_is_shown_as_a_whole() {
    let root = Authority::new();
    let server = root.server();
    let chain = format!("{}{}", server.certificate.pem(), root.pem());
    let tls = tollbar::Tls::builder().certificate_pem(chain, server.key.serialize_pem());
    let server = Served::introducing(Server::new().tls(tls.build().unwrap()));
    let stream = Client::new(&root).connect(server.address).await.unwrap();
    assert_eq!(stream.get_ref().1.peer_certificates().unwrap().len(), 2);
}
