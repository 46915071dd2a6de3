//! Certificates of clients.

use std::time::{Duration, SystemTime};

use rcgen::{ExtendedKeyUsagePurpose, KeyPair};
use rustls::{
    HandshakeKind,
    version::{TLS12, TLS13},
};
use tollbar::{ClientAuthentication, Server};

use crate::{
    authority::{Authority, Identity},
    client::Client,
    served::Served,
};

const OPTIONAL: ClientAuthentication = ClientAuthentication::Optional;
const REQUIRED: ClientAuthentication = ClientAuthentication::Required;

fn serve(authority: &Authority, authentication: ClientAuthentication) -> Served {
    let tls = authority
        .tls()
        .client_ca_pem(authority.pem())
        .client_certificate(authentication);
    Served::introducing(Server::new().tls(tls.build().unwrap()))
}

/// As whom somebody gets in, in either version of TLS.
async fn welcome(server: &Served, authority: &Authority, it: Option<&Identity>) -> Option<String> {
    let mut welcomes = Vec::new();
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let client = Client::with(&authority.pem(), it, versions);
        let answer = client.ask(server.address).await.ok();
        welcomes.push(answer.map(|answer| answer.text));
    }
    assert_eq!(welcomes[0], welcomes[1], "versions of TLS differ");
    welcomes.pop().unwrap()
}

#[tokio::test]
async fn a_certificate_reaches_every_exchange_of_its_connection() {
    let authority = Authority::new();
    let agent = authority.client("agent");
    for authentication in [OPTIONAL, REQUIRED] {
        let server = serve(&authority, authentication);
        let found = welcome(&server, &authority, Some(&agent)).await;
        assert_eq!(found.as_deref(), Some("CN=agent HTTP/1.1"));
        let client = Client::known_as(&authority, &agent).alpn(&["h2"]);
        let answer = client.ask(server.address).await.unwrap();
        assert_eq!(answer.text, "CN=agent HTTP/2.0");
    }
}

#[tokio::test]
async fn without_a_certificate_it_depends() {
    let authority = Authority::new();
    let optional = serve(&authority, OPTIONAL);
    let found = welcome(&optional, &authority, None).await;
    assert_eq!(found.as_deref(), Some("nobody HTTP/1.1"));
    let required = serve(&authority, REQUIRED);
    assert_eq!(welcome(&required, &authority, None).await, None);
}

#[tokio::test]
async fn a_certificate_that_cannot_be_verified_never_gets_in() {
    let authority = Authority::new();
    // The same name, and another key.
    let impostor = Authority::new();
    let yesterday = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
    let mut early = Authority::agent("early");
    early.not_before = (SystemTime::now() + Duration::from_secs(60 * 60)).into();
    let mut server = Authority::agent("server");
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().unwrap();
    let own = Identity {
        certificate: Authority::agent("own").self_signed(&key).unwrap(),
        key,
    };
    for (what, identity) in [
        ("of another authority", impostor.client("agent")),
        ("expired", authority.client_until("agent", yesterday)),
        ("not yet valid", authority.sign(&early)),
        ("for servers", authority.sign(&server)),
        ("signed by itself", own),
    ] {
        for authentication in [OPTIONAL, REQUIRED] {
            let server = serve(&authority, authentication);
            let found = welcome(&server, &authority, Some(&identity)).await;
            assert_eq!(found, None, "{what}, {authentication:?}");
        }
    }
}

#[tokio::test]
async fn a_client_ca_alone_requires_certificates() {
    let authority = Authority::new();
    let tls = authority.tls().client_ca_pem(authority.pem());
    let tls = tls.build().unwrap();
    assert_eq!(tls.client_authentication(), REQUIRED);
    let server = Served::introducing(Server::new().tls(tls));
    assert_eq!(welcome(&server, &authority, None).await, None);
}

#[tokio::test]
async fn several_authorities_are_trusted() {
    let authority = Authority::new();
    let (one, two) = (Authority::named("one"), Authority::named("two"));
    let both = format!("{}{}", one.pem(), two.pem());
    let together = authority.tls().client_ca_pem(both);
    let in_turn = authority
        .tls()
        .client_ca_pem(one.pem())
        .client_ca_pem(two.pem());
    for tls in [together, in_turn] {
        let server = Served::introducing(Server::new().tls(tls.build().unwrap()));
        for issuer in [&one, &two] {
            let agent = issuer.client("agent");
            let found = welcome(&server, &authority, Some(&agent)).await;
            assert_eq!(found.as_deref(), Some("CN=agent HTTP/1.1"));
        }
    }
}

#[tokio::test]
async fn a_revoked_certificate_does_not_get_in() {
    let authority = Authority::new();
    let serve = |list: String| {
        let tls = authority
            .tls()
            .client_ca_pem(authority.pem())
            .client_crl_pem(list);
        Served::introducing(Server::new().tls(tls.build().unwrap()))
    };
    let (agent, thief) = (authority.client("agent"), authority.client("thief"));
    let server = serve(authority.revoke(&["thief"], 2999));
    let found = welcome(&server, &authority, Some(&agent)).await;
    assert_eq!(found.as_deref(), Some("CN=agent HTTP/1.1"));
    assert_eq!(welcome(&server, &authority, Some(&thief)).await, None);

    let outdated = serve(authority.revoke(&["thief"], 2021));
    assert_eq!(welcome(&outdated, &authority, Some(&agent)).await, None);
    let of_another = serve(Authority::named("other").revoke(&[], 2999));
    assert_eq!(welcome(&of_another, &authority, Some(&agent)).await, None);
}

#[tokio::test]
async fn nobody_who_was_verified_once_is_resumed() {
    let authority = Authority::new();
    let agent = authority.client("agent");
    for authentication in [OPTIONAL, REQUIRED] {
        let server = serve(&authority, authentication);
        for versions in [&[&TLS12][..], &[&TLS13]] {
            let client = Client::with(&authority.pem(), Some(&agent), versions);
            for _ in 0..2 {
                let answer = client.ask(server.address).await.unwrap();
                assert_eq!(answer.kind, HandshakeKind::Full);
                assert_eq!(answer.text, "CN=agent HTTP/1.1");
            }
        }
    }
}
