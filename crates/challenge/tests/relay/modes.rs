//! The other two modes.

use http::{Method, header::WWW_AUTHENTICATE};
use tollbar_challenge::{RelayBuilder, RelayMode};

use tollbar_test_log::Log;

use super::{Answer, BARE, INSERTED, METADATA, POINTER, Server, ask, get, refused, relay};

const AT_ROOT: &str = "/.well-known/oauth-authorization-server";

fn verbatim(server: &Server) -> RelayBuilder {
    relay(server).mode(RelayMode::Verbatim)
}

#[tokio::test]
async fn verbatim_challenges_pass_untouched() {
    let server = Server::start().await;
    let resource = verbatim(&server).build().unwrap();
    let (log, _guard) = Log::keep();
    let lines: [&[u8]; 4] = [
        b"Basic realm=a,  ApiKey",
        b"Bearer  realm=x ,resource_metadata=\"https://mcp.example/x\"",
        b"not, a = challenge",
        b"\xe9",
    ];
    for lines in [&lines[..], &lines[..2], &[]] {
        for status in [401, 403] {
            let told = refused(&resource, status, lines).await;
            assert_eq!(told.status, status);
            let found = told.headers.get_all(WWW_AUTHENTICATE).iter();
            assert_eq!(found.map(|it| it.as_bytes()).collect::<Vec<_>>(), lines);
        }
    }
    assert!(server.asked().is_empty());
    // Only the place at another origin is worth a word.
    assert_eq!(log.lines().len(), 1, "{:?}", log.lines());
}

#[tokio::test]
async fn verbatim_metadata_is_told_as_it_is() {
    let server = Server::start().await;
    let document =
        "{ \"resource\" : \"https://gw.example/weather\" ,\"signed_metadata\":\"a.b.c\"}\n";
    server.at("/there", Answer::json(document));
    let resource = verbatim(&server).build().unwrap();
    let line = format!("Bearer resource_metadata=\"{}\"", server.url("/there"));
    assert_eq!(
        refused(&resource, 401, &[line.as_bytes()])
            .await
            .challenges(),
        [line]
    );
    let (log, _guard) = Log::keep();
    for path in [METADATA, "/.well-known/oauth-protected-resource/weather/"] {
        let told = get(&resource, path).await;
        assert_eq!((told.status.as_u16(), told.body.as_str()), (200, document));
        assert_eq!(told.headers["content-type"], "application/json");
    }
    assert_eq!(server.asked(), ["/there"]);
    let lines = log.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("clients will not accept"), "{lines:?}");
}

#[tokio::test]
async fn verbatim_metadata_has_bounds_too() {
    for (answer, reason) in [
        (Answer::json("[]"), "upstream_metadata_malformed"),
        (
            Answer::json("{\"a\":1,\"a\":1}"),
            "upstream_metadata_malformed",
        ),
        (
            Answer::json(" ".repeat(65 << 10)),
            "upstream_metadata_malformed",
        ),
        (
            Answer::json("{}").header("content-encoding", "br"),
            "upstream_metadata_malformed",
        ),
        (
            Answer::redirect(302, "https://a.example"),
            "upstream_metadata_malformed",
        ),
        (Answer::status(404), "upstream_metadata_missing"),
    ] {
        let server = Server::start().await;
        server.at(INSERTED, answer);
        assert_eq!(
            get(&verbatim(&server).build().unwrap(), METADATA)
                .await
                .reason(),
            reason
        );
    }
}

fn synthesised(server: &Server) -> RelayBuilder {
    relay(server).mode(RelayMode::Synthesised)
}

/// The document at the root of a server of 2025-03-26.
fn of_login(issuer: &str) -> String {
    format!(
        r#"{{"issuer":"{issuer}","authorization_endpoint":"{issuer}/authorize","token_endpoint":"{issuer}/token"}}"#
    )
}

#[tokio::test]
async fn an_old_server_gets_metadata() {
    let server = Server::start().await;
    let issuer = server.origin();
    server.at(AT_ROOT, Answer::json(of_login(&issuer)));
    // It has this, too, and is not asked for it.
    server.at(INSERTED, Answer::json("{}"));
    let resource = synthesised(&server).build().unwrap();
    for slash in ["", "/"] {
        let told = get(&resource, &format!("{METADATA}{slash}")).await;
        let expected = format!(
            r#"{{"resource":"https://gw.example/weather{slash}","authorization_servers":["{issuer}"],"bearer_methods_supported":["header"]}}"#
        );
        let found: serde_json::Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!(
            found,
            serde_json::from_str::<serde_json::Value>(&expected).unwrap()
        );
    }
    for lines in [
        &[][..],
        &[&b"Bearer"[..]],
        &[b"Bearer resource_metadata=\"https://a.example\""],
    ] {
        let told = refused(&resource, 401, lines).await;
        assert_eq!(told.challenges(), [format!("Bearer {POINTER}")]);
    }
    assert_eq!(server.asked(), [AT_ROOT]);
    let head = &server.heads()[0];
    assert!(
        head.contains("mcp-protocol-version: 2025-03-26\r\n"),
        "{head}"
    );
}

#[tokio::test]
async fn nothing_is_made_up() {
    let malformed = "upstream_metadata_malformed";
    for (document, reason) in [
        (None, "upstream_metadata_missing"),
        (Some("{}".to_owned()), malformed),
        (Some("[]".to_owned()), malformed),
        (Some(of_login("{o}").replace("issuer", "Issuer")), malformed),
        (
            Some(of_login("{o}").replace("authorization_endpoint", "a")),
            malformed,
        ),
        (
            Some(of_login("{o}").replace("token_endpoint", "a")),
            malformed,
        ),
        (Some(of_login("{o}").replace("\"{o}\"", "null")), malformed),
        (
            Some(of_login("https://login.example")),
            "upstream_metadata_unsafe",
        ),
        (
            Some(of_login("https://gw.example")),
            "upstream_metadata_unsafe",
        ),
        (Some(of_login("{o}?a")), "upstream_metadata_unsafe"),
        (Some(of_login("http://me@{h}")), "upstream_metadata_unsafe"),
        (
            Some(of_login("http://127.0.0.1")),
            "upstream_metadata_unsafe",
        ),
    ] {
        let server = Server::start().await;
        let host = server.origin().replace("http://", "");
        if let Some(document) = &document {
            let document = document
                .replace("{o}", &server.origin())
                .replace("{h}", &host);
            server.at(AT_ROOT, Answer::json(document));
        }
        server.at(INSERTED, Answer::json(super::metadata(&server)));
        let resource = synthesised(&server).build().unwrap();
        let (log, _guard) = Log::keep();
        assert_eq!(
            get(&resource, METADATA).await.reason(),
            reason,
            "{document:?}"
        );
        assert_eq!(log.lines().len(), 1);
        assert!(refused(&resource, 401, &[]).await.challenges().is_empty());
        assert_eq!(
            refused(&resource, 401, &[b"Bearer"]).await.challenges(),
            ["Bearer"]
        );
        assert_eq!(server.asked(), [AT_ROOT]);
    }
}

#[tokio::test]
async fn the_server_may_speak_for_its_own_name() {
    let server = Server::start().await;
    server.at(AT_ROOT, Answer::json(of_login("https://mcp.example")));
    let identifier = "https://mcp.example/mcp".parse().unwrap();
    let resource = synthesised(&server).identifier(identifier).build().unwrap();
    assert!(
        get(&resource, METADATA)
            .await
            .body
            .contains("[\"https://mcp.example\"]")
    );
}

#[tokio::test]
async fn configured_authorization_servers_are_told_without_asking() {
    let server = Server::start().await;
    let builder = synthesised(&server).authorization_server("https://a.example/");
    let resource = builder
        .authorization_server("https://b.example")
        .build()
        .unwrap();
    let told = get(&resource, METADATA).await;
    assert!(
        told.body
            .contains(r#"["https://a.example/","https://b.example"]"#),
        "{}",
        told.body
    );
    let told = ask(&resource, Method::HEAD, METADATA).await;
    assert_eq!((told.status.as_u16(), told.body.as_str()), (200, ""));
    assert_eq!(
        refused(&resource, 401, &[]).await.challenges(),
        [format!("Bearer {POINTER}")]
    );
    assert!(server.asked().is_empty());
    assert!(
        get(&resource, BARE).await.status == 404,
        "not for the host as a whole"
    );
}
