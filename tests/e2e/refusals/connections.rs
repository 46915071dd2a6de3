//! MCP servers that cannot be reached, or do not begin to answer.

use std::sync::Arc;

use super::{
    book::{Book, Case},
    held::Held,
    request::{CALL, Request},
    scene::{PATIENT, Scene},
};
use crate::hostile_relay::{
    scene::unauthorized,
    server::{Reply, Server},
};
use tokio::net::TcpListener;
use tollbar_tests::faulty::{Faulty, Step};

/// What is wrong with a server, as whose proxy it is called, where it is, and what is configured besides.
type Fault = (&'static str, &'static str, String, String);

pub(super) async fn provoke(book: Arc<Book>) {
    let (held, reset, silent) = (
        Held::start(),
        Faulty::start(vec![Step::Reset]).await,
        // Connections are made, and nobody says anything.
        TcpListener::bind("127.0.0.1:0").await.unwrap(),
    );
    let silent = silent.local_addr().unwrap();
    let hang = Faulty::start(vec![Step::Hang]).await;
    let server = Server::start().await;
    let mut faults = answers(&server);
    let (bad, late) = ("bad_upstream", "timeout");
    let fault = |reason, kind, url: String, more: &str| (reason, kind, url, more.to_owned());
    // It answers at once that this is no HTTP.
    let plain = held.url().replace("http:", "https:");
    faults.extend([
        // Longer than a label of DNS may be, so that no resolver is asked.
        fault(
            "upstream_unresolved",
            bad,
            format!("http://{}/mcp", "a".repeat(64)),
            "",
        ),
        fault(
            "upstream_unreachable",
            bad,
            "http://127.0.0.1:9/mcp".to_owned(),
            "",
        ),
        fault("upstream_tls", bad, plain, ""),
        fault(
            "upstream_connect_timeout",
            late,
            format!("https://{silent}/mcp"),
            "upstream.connect_timeout = \"200ms\"",
        ),
        fault(
            "upstream_timeout",
            late,
            hang.url(),
            "upstream.head_timeout = \"200ms\"",
        ),
        fault("upstream_broken", bad, reset.url(), ""),
        fault(
            "upstream_credential_unavailable",
            "unavailable",
            server.origin(),
            "upstream.authorization.client_credentials = { token_url = \"http://127.0.0.1:9/\", \
             client_id = \"a\", client_secret = { file = \"secret\" } }",
        ),
    ]);
    let busy = format!(
        "[[proxy]]\nname = \"busy\"\npath = \"/busy\"\nupstream.url = \"{}\"\n\
         upstream.max_exchanges = 1\nupstream.place_timeout = \"off\"\n",
        held.url()
    );
    let proxies = faults.iter().map(|(reason, _, url, more)| {
        format!("[[proxy]]\nname = \"{reason}\"\npath = \"/{reason}\"\nupstream.url = \"{url}\"\n{more}\n")
    });
    let listener = format!("{PATIENT}{}{busy}", proxies.collect::<String>());
    let files = [("secret", "s3cret\n".to_owned())];
    let scene = Scene::start(&book, listener, &files, &[]).await;
    for (reason, kind, ..) in faults {
        let request = Request::post(&format!("/{reason}"), CALL);
        scene.refuses(Case::new(reason, kind), request).await;
    }

    let first = Request::post("/busy", CALL);
    let second = async {
        held.is_asked().await;
        let case = Case::new("upstream_busy", "unavailable");
        scene.refuses(case, Request::post("/busy", CALL)).await;
        held.let_go();
    };
    let (first, ()) = tokio::join!(first.send(scene.address()), second);
    assert_eq!(first.status, 200, "{first:?}");
}

/// Heads of answers with which nothing can be done.
fn answers(server: &Server) -> Vec<Fault> {
    let head = |text: &str| {
        let head = format!("HTTP/1.1 {text}\r\ncontent-length: 0\r\n\r\n");
        Reply::Bytes(head.into_bytes())
    };
    let bytes = |text: &str| Reply::Bytes(text.as_bytes().to_vec());
    let (own, relay) = (
        "upstream.authorization.bearer = { file = \"secret\" }",
        "[proxy.relay]",
    );
    let large = format!("200 OK\r\nx: {}", "x".repeat(1 << 20));
    let upgrade = "HTTP/1.1 101 x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n";
    [
        ("upstream_malformed", bytes("SSH-2.0-OpenSSH_9.2\r\n"), ""),
        ("upstream_head_too_large", head(&large), ""),
        ("upstream_upgrade", bytes(upgrade), ""),
        ("upstream_redirect", head("307 x\r\nlocation: /else"), ""),
        ("upstream_wants_credential", head("401 x"), ""),
        ("upstream_refused_credential", head("401 x"), own),
        (
            "upstream_challenge_malformed",
            unauthorized(b"www-authenticate: Bearer realm=\"a\r\n"),
            relay,
        ),
        (
            "upstream_tokens_bound",
            unauthorized(b"www-authenticate: DPoP algs=\"ES256\"\r\n"),
            relay,
        ),
    ]
    .into_iter()
    .map(|(reason, reply, more)| {
        server.at(&format!("/{reason}"), reply);
        let url = format!("{}/{reason}", server.origin());
        (reason, "bad_upstream", url, more.to_owned())
    })
    .collect()
}
