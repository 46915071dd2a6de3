//! Metadata of servers that judge their tokens themselves, where none can be told.

use std::sync::Arc;

use super::{
    book::{Book, Case},
    request::Request,
    scene::{PATIENT, Scene},
};
use crate::hostile_relay::{
    scene::ok,
    server::{Reply, Server},
};

/// Where metadata stands (RFC 9728 section 3.1).
const PLACE: &str = "/.well-known/oauth-protected-resource";

pub(super) async fn provoke(book: Arc<Book>) {
    let server = Server::start().await;
    let document = |resource: &str, more: &str| {
        let document = format!(r#"{{"resource":"{resource}"{more}}}"#);
        ok("content-type: application/json\r\n", &document)
    };
    let login = |url: &str| format!(r#","authorization_servers":["{url}"]"#);
    let good = login("https://login.example");
    let bound = format!(r#"{good},"dpop_bound_access_tokens_required":true"#);
    let bad = "bad_upstream";
    let cases = [
        (
            "upstream_metadata_malformed",
            bad,
            ok("", "<html>no</html>"),
        ),
        (
            "upstream_metadata_mismatch",
            bad,
            document("https://somebody.example/mcp", &good),
        ),
        (
            "upstream_metadata_unsafe",
            bad,
            document(
                "ORIGIN/upstream_metadata_unsafe",
                &login("http://login.example"),
            ),
        ),
        (
            "upstream_tokens_bound",
            bad,
            document("ORIGIN/upstream_tokens_bound", &bound),
        ),
        (
            "upstream_metadata_timeout",
            "timeout",
            Reply::Slow(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
        ),
    ];
    let origin = server.origin();
    let relaying = |name: &str, origin: &str| {
        format!(
            "[[proxy]]\nname = \"{name}\"\npath = \"/{name}\"\nupstream.url = \"{origin}/{name}\"\n\
             relay.timeout = \"500ms\"\n"
        )
    };
    let proxies = cases.clone().map(|(reason, _, reply)| {
        server.at(&format!("{PLACE}/{reason}"), reply);
        relaying(reason, &origin)
    });
    let listener = [
        PATIENT,
        &proxies.concat(),
        &relaying("upstream_metadata_missing", &origin),
        &relaying("upstream_metadata_unreachable", "http://127.0.0.1:9"),
    ];
    let scene = Scene::start(&book, listener.concat(), &[], &[]).await;
    let more = [
        ("upstream_metadata_missing", "not_found"),
        ("upstream_metadata_unreachable", bad),
    ];
    let cases = cases.map(|(reason, kind, _)| (reason, kind));
    for (reason, kind) in cases.into_iter().chain(more) {
        let request = Request::get(&format!("{PLACE}/{reason}"));
        scene.refuses(Case::new(reason, kind), request).await;
    }
}
