//! Probing servers of every kind, on real sockets.

mod servers;

use std::sync::Arc;

use tokio::sync::watch;

use self::servers::{Server, html, json, refusing, session};
use super::{Era, Findings, Outcome, knock, probe};
use crate::{
    compose::ComposedProxy,
    readiness::{Live, Readiness},
};

/// What is found at a server.
async fn find(server: &Server) -> Findings {
    probe(&server.upstream()).await
}

#[tokio::test]
async fn a_modern_server_is_known_by_its_discovery() {
    let server = Server::start(|request| match request.method.as_str() {
        "server/discover" => json(
            200,
            r#"{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28","2026-12-01"],
                "capabilities":{"tools":{}},"resultType":"complete","_meta":
                {"io.modelcontextprotocol/serverInfo":{"name":"new\u001b[2J","version":"2"}}}}"#,
        ),
        "tools/list" if request.body.contains("page2") => json(
            200,
            r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{},{}]}}"#,
        ),
        "tools/list" => json(
            200,
            r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{}],"nextCursor":"page2"}}"#,
        ),
        _ => json(
            404,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}"#,
        ),
    })
    .await;
    let findings = find(&server).await;
    assert_eq!(findings.outcome, Outcome::Answers(Era::Modern));
    assert_eq!(findings.versions, ["2026-12-01", "2026-07-28"]);
    assert_eq!(findings.server.as_deref(), Some("new [2J 2"));
    assert_eq!(findings.tools, Some(3));
}

#[tokio::test]
async fn a_server_of_the_future_is_modern_too() {
    let server = Server::start(|request| match request.method.as_str() {
        "server/discover" => json(
            400,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"too old",
                "data":{"supported":["2099-01-01"],"requested":"2026-07-28"}}}"#,
        ),
        _ => json(
            404,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}"#,
        ),
    })
    .await;
    let findings = find(&server).await;
    assert_eq!(findings.outcome, Outcome::Answers(Era::Modern));
    assert_eq!(findings.versions, ["2099-01-01"]);
    assert_eq!(findings.tools, None);
}

#[tokio::test]
async fn a_legacy_server_is_known_by_its_handshake_and_its_session_is_ended() {
    let server = Server::start(session).await;
    let findings = find(&server).await;
    assert_eq!(findings.outcome, Outcome::Answers(Era::Legacy));
    assert_eq!(findings.versions, ["2025-06-18"]);
    assert_eq!(findings.server.as_deref(), Some("old 1"));
    assert_eq!(findings.tools, Some(2));
    let asked = server.asked();
    let methods: Vec<&str> = asked
        .iter()
        .map(|request| request.method.as_str())
        .collect();
    assert_eq!(
        methods,
        [
            "server/discover",
            "initialize",
            "notifications/initialized",
            "tools/list",
            "DELETE"
        ]
    );
    for request in &asked[2..] {
        assert_eq!(
            request.session.as_deref(),
            Some("s-1"),
            "{}",
            request.method
        );
        assert_eq!(
            request.version.as_deref(),
            Some("2025-06-18"),
            "{}",
            request.method
        );
    }
}

#[tokio::test]
async fn a_server_that_wants_a_credential_is_there() {
    let server = Server::start(refusing(401)).await;
    let findings = find(&server).await;
    assert_eq!(
        findings.outcome,
        Outcome::WantsCredential(http::StatusCode::UNAUTHORIZED)
    );
}

#[tokio::test]
async fn the_old_transport_is_recognised() {
    let server = Server::start(|request| match request.method.as_str() {
        "GET" => servers::events("event: endpoint\ndata: /messages?session=1\n\n"),
        _ => html(405),
    })
    .await;
    assert_eq!(find(&server).await.outcome, Outcome::OldTransport);
}

/// Another stream of events is not the old transport.
#[tokio::test]
async fn what_is_no_mcp_server_is_told_with_what_it_answers() {
    let pages = Server::start(|request| match request.method.as_str() {
        "GET" => servers::events("data: hello\n\n"),
        _ => html(404),
    })
    .await;
    let api = Server::start(|_| json(200, r#"{"hello":"world"}"#)).await;
    let versionless = Server::start(|_| json(200, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#)).await;
    let broken = Server::start(|_| json(200, "{\"jsonrpc\":")).await;
    let moved = Server::start(refusing(308)).await;
    for (server, words) in [
        (
            pages,
            "it answers with status 404 Not Found, without a JSON-RPC message",
        ),
        (api, "it is not JSON-RPC"),
        (versionless, "it names no protocol version"),
        (broken, "it is not JSON-RPC"),
        (moved, "redirects"),
    ] {
        let Outcome::Fails(reason) = find(&server).await.outcome else {
            panic!("no failure: {words}");
        };
        assert!(reason.contains(words), "{reason}");
    }
}

#[tokio::test]
async fn nobody_there_is_told_as_such() {
    let server = Server::start(refusing(500)).await;
    let upstream = server.upstream();
    server.stop().await;
    let findings = probe(&upstream).await;
    let expected = "the MCP server does not accept connections";
    assert_eq!(findings.outcome, Outcome::Fails(expected.to_owned()));
}

/// What is known when this is the one proxy that is served.
fn alone(proxy: &ComposedProxy) -> Readiness {
    let live = Live {
        proxies: Arc::new(vec![proxy.clone()]),
        configuration: None,
    };
    Readiness::new(watch::channel(live).1)
}

#[tokio::test]
async fn a_knock_teaches_whether_an_upstream_answers() {
    let server = Server::start(refusing(401)).await;
    let proxy = server.proxy().await;
    let readiness = alone(&proxy);
    let report = || serde_json::to_value(readiness.report()).unwrap();
    let knock = || knock(&proxy.upstream, &proxy.health);
    assert_eq!(report()["upstreams"][0]["state"], "unknown");
    assert_eq!(knock().await, Ok(()));
    assert_eq!(report()["upstreams"][0]["state"], "answers");
    assert_eq!(report()["ready"], true);
    server.stop().await;
    assert!(knock().await.is_err());
    assert_eq!(report()["upstreams"][0]["state"], "fails");
    assert_eq!(report()["upstreams"][0]["reason"], "upstream_unreachable");
    assert_eq!(report()["ready"], false);
    readiness.drain();
    assert_eq!(report()["draining"], true);
}

/// A redirect is an answer, and yet no MCP server.
#[tokio::test]
async fn an_upstream_that_redirects_fails() {
    let server = Server::start(refusing(308)).await;
    let proxy = server.proxy().await;
    assert!(knock(&proxy.upstream, &proxy.health).await.is_err());
    let readiness = alone(&proxy);
    assert!(!readiness.report().ready);
    let pause = std::time::Duration::from_secs(60);
    assert_eq!(readiness.due(pause).len(), 1);
    assert_eq!(readiness.due(pause).len(), 0, "asked a moment ago");
    assert_eq!(readiness.due(std::time::Duration::ZERO).len(), 1);
}
