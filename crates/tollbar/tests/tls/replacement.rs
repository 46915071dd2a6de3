//! Another certificate, or another client CA, while the server runs.

use std::{convert::Infallible, sync::Arc};

use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use rustls::{
    HandshakeKind,
    version::{TLS12, TLS13},
};
use tokio::{sync::Mutex, time::timeout};
use tollbar::{
    ClientAuthentication, Server,
    core::{Body, Exchange},
};
use tower::service_fn;

use crate::{
    authority::Authority,
    client::{Client, Kept, send},
    served::{PATIENCE, Served, channel},
};

#[tokio::test]
async fn new_connections_see_the_new_certificate_and_open_streams_go_on() {
    for alpn in ["h2", "http/1.1"] {
        let authority = Authority::new();
        let tls = authority.tls().build().unwrap();
        let (sender, body) = channel();
        let body = Arc::new(Mutex::new(Some(body)));
        let service = service_fn(move |_: Request<Body>| {
            let body = Arc::clone(&body);
            async move {
                let body = body.lock().await.take();
                Ok::<_, Infallible>(Response::new(body.unwrap_or_else(Body::empty)))
            }
        });
        let server = Served::new(Server::new().tls(tls.clone()), service);
        let client = Client::new(&authority).alpn(&[alpn]);

        let stream = client.connect(server.address).await.unwrap();
        let before = stream.get_ref().1.peer_certificates().unwrap()[0]
            .clone()
            .into_owned();
        let request = Request::get("https://localhost/")
            .body(Full::default())
            .unwrap();
        let mut open = send(stream, request).await.unwrap().into_body();
        sender.send("one").await.unwrap();
        let chunk = open.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(chunk, "one");

        tls.replace(authority.tls().build().unwrap());
        let after = client.ask(server.address).await.unwrap();
        assert_ne!(after.certificate, before, "the old certificate is shown");

        sender.send("two").await.unwrap();
        let chunk = timeout(PATIENCE, open.frame())
            .await
            .expect("the stream has stopped");
        assert_eq!(chunk.unwrap().unwrap().into_data().unwrap(), "two");
        drop(sender);
        let rest = timeout(PATIENCE, open.collect()).await.unwrap();
        assert!(rest.unwrap().to_bytes().is_empty());
    }
}

#[tokio::test]
async fn who_was_let_in_by_the_old_authority_stays_outside() {
    let authority = Authority::new();
    let (old, new) = (Authority::named("old"), Authority::named("new"));
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let tls = authority.tls().client_ca_pem(old.pem()).build().unwrap();
        let server = Served::introducing(Server::new().tls(tls.clone()));
        let known = |issuer: &Authority| {
            let agent = issuer.client("agent");
            Client::with(&authority.pem(), Some(&agent), versions)
        };
        let (former, later) = (known(&old), known(&new));
        assert!(former.ask(server.address).await.is_ok());
        assert!(later.ask(server.address).await.is_err());
        tls.replace(authority.tls().client_ca_pem(new.pem()).build().unwrap());
        // It would present a session, if it had got one.
        assert!(former.ask(server.address).await.is_err());
        assert!(later.ask(server.address).await.is_ok());
    }
}

#[tokio::test]
async fn a_certificate_of_the_old_authority_counts_for_nothing_on_an_open_connection() {
    for alpn in ["h2", "http/1.1"] {
        let authority = Authority::new();
        let (old, new) = (Authority::named("old"), Authority::named("new"));
        let tls = authority.tls().client_ca_pem(old.pem()).build().unwrap();
        // Answers whether it knows who asks, and on `/open` keeps its answer open.
        let (sender, body) = channel();
        let body = Arc::new(Mutex::new(Some(body)));
        let service = service_fn(move |mut request: Request<Body>| {
            let body = Arc::clone(&body);
            async move {
                let known = Exchange::of(request.extensions_mut())
                    .certificate()
                    .is_some();
                let answer = match request.uri().path() {
                    "/open" => body.lock().await.take().unwrap_or_else(Body::empty),
                    _ => Body::from(known.to_string()),
                };
                Ok::<_, Infallible>(Response::new(answer))
            }
        });
        let server = Served::new(Server::new().tls(tls.clone()), service);
        let agent = old.client("agent");
        let client = Client::with(&authority.pem(), Some(&agent), &[&TLS13]).alpn(&[alpn]);
        let stream = client.connect(server.address).await.unwrap();
        let open = Request::get("https://localhost/open")
            .body(Full::default())
            .unwrap();
        let mut open = send(stream, open).await.unwrap().into_body();
        sender.send("one").await.unwrap();
        assert!(open.frame().await.unwrap().is_ok());

        let mut kept = Kept::new(client.connect(server.address).await.unwrap()).await;
        assert_eq!(kept.ask().await.as_deref(), Some("true"));

        // The same authority again changes nothing, another one ends the connection in order.
        let tls_again = authority.tls().client_ca_pem(old.pem()).build().unwrap();
        tls.replace(tls_again);
        sender.send("two").await.unwrap();
        assert!(
            timeout(PATIENCE, open.frame())
                .await
                .unwrap()
                .unwrap()
                .is_ok()
        );
        assert_eq!(kept.ask().await.as_deref(), Some("true"));
        tls.replace(authority.tls().client_ca_pem(new.pem()).build().unwrap());
        let said = kept.ask().await;
        assert_ne!(said.as_deref(), Some("true"), "{alpn}");
        assert!(client.ask(server.address).await.is_err());
        sender.send("three").await.unwrap();
        let frame = timeout(PATIENCE, open.frame())
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        assert_eq!(
            frame.into_data().unwrap(),
            "three",
            "what is under way is let finish"
        );
    }
}

#[tokio::test]
async fn a_session_of_before_does_not_go_around_a_new_client_ca() {
    let authority = Authority::new();
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let tls = authority.tls().build().unwrap();
        let server = Served::introducing(Server::new().tls(tls.clone()));
        let client = Client::with(&authority.pem(), None, versions);
        for kind in [HandshakeKind::Full, HandshakeKind::Resumed] {
            assert_eq!(client.ask(server.address).await.unwrap().kind, kind);
        }
        let with_ca = authority.tls().client_ca_pem(authority.pem());
        tls.replace(with_ca.build().unwrap());
        assert_eq!(tls.client_authentication(), ClientAuthentication::Required);
        assert!(client.ask(server.address).await.is_err());

        tls.replace(authority.tls().build().unwrap());
        let answer = client.ask(server.address).await.unwrap();
        assert_eq!(
            answer.kind,
            HandshakeKind::Full,
            "a session of another time"
        );
    }
}

#[tokio::test]
async fn who_has_shown_nothing_leaves_when_a_certificate_is_required() {
    for alpn in ["h2", "http/1.1"] {
        let authority = Authority::new();
        let ca = || authority.tls().client_ca_pem(authority.pem());
        let optional = || ca().client_certificate(ClientAuthentication::Optional);
        let tls = authority.tls().build().unwrap();
        let server = Served::introducing(Server::new().tls(tls.clone()));
        let stranger = Client::new(&authority).alpn(&[alpn]);
        let agent = Client::known_as(&authority, &authority.client("agent")).alpn(&[alpn]);

        let mut first = Kept::new(stranger.connect(server.address).await.unwrap()).await;
        assert!(first.ask().await.is_some_and(|said| !said.is_empty()));
        tls.replace(optional().build().unwrap());
        let mut second = Kept::new(stranger.connect(server.address).await.unwrap()).await;
        let mut known = Kept::new(agent.connect(server.address).await.unwrap()).await;
        for kept in [&mut first, &mut second, &mut known] {
            let said = kept.ask().await;
            assert!(said.is_some_and(|said| !said.is_empty()), "{alpn}");
        }

        tls.replace(ca().build().unwrap());
        for kept in [&mut first, &mut second] {
            let said = kept.ask().await.unwrap_or_default();
            assert_eq!(
                said, "",
                "{alpn}: a connection without a certificate is served"
            );
            assert_eq!(kept.ask().await, None, "{alpn}: it stays open");
        }
        assert!(stranger.ask(server.address).await.is_err());
        let said = known.ask().await;
        assert!(said.is_some_and(|said| !said.is_empty()), "{alpn}");

        // Who comes later is welcome again, and stays so.
        tls.replace(tls.clone());
        tls.replace(optional().build().unwrap());
        assert!(!stranger.ask(server.address).await.unwrap().text.is_empty());
        assert!(known.ask().await.is_some_and(|said| !said.is_empty()));
    }
}
