//! Which metadata is told, and which is not.

use tollbar_test_log::Log;

use super::{Answer, INSERTED, METADATA, Server, get, relay};

/// The reason for which this document is not told; `None` when it is. `{o}` stands for the server's origin,
/// `{h}` for its host.
async fn judged(document: &str) -> Option<String> {
    let server = Server::start().await;
    let host = server.origin().replace("http://", "");
    let document = document
        .replace("{o}", &server.origin())
        .replace("{h}", &host);
    server.at(INSERTED, Answer::json(document));
    let (log, _guard) = Log::keep();
    let told = get(&relay(&server).build().unwrap(), METADATA).await;
    assert_eq!(
        server.asked(),
        [INSERTED],
        "elsewhere nothing better is looked for"
    );
    if told.status == 200 {
        assert!(log.lines().is_empty(), "{:?}", log.lines());
        return None;
    }
    assert_eq!(told.headers["access-control-allow-origin"], "*");
    assert_eq!(told.headers["cache-control"], "no-store");
    assert!(!told.headers.contains_key("www-authenticate"));
    assert!(!told.body.contains("127.0.0.1"), "{}", told.body);
    let lines = log.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("proxy=\"weather\" found=\"") && lines[0].contains("\" fix=\""),
        "{lines:?}"
    );
    assert!(
        lines[0].len() < 1200 && lines[0].chars().all(|it| !it.is_control()),
        "{lines:?}"
    );
    Some(format!("{} {}", told.status.as_u16(), told.reason()))
}

/// Metadata with these authorization servers.
fn with_servers(servers: &str) -> String {
    format!(r#"{{"resource":"{{o}}/mcp","authorization_servers":{servers}}}"#)
}

#[tokio::test]
async fn it_has_to_be_about_this_server() {
    for (resource, is_told) in [
        ("{o}/mcp", true),
        ("{o}/mcp/", true),
        ("{o}", true),
        ("{o}/", true),
        ("{o}/mc", false),
        ("{o}/mcp/x", false),
        ("{o}/mcp//", false),
        ("{o}//", false),
        ("{o}/MCP", false),
        ("{o}/mcp?a=b", false),
        ("{o}/mcp#a", false),
        ("{o}/mcp?", false),
        ("https://gw.example/weather", false),
        ("https://evil.example/mcp", false),
        ("http://127.0.0.1/mcp", false),
        ("http://me@{h}/mcp", false),
        ("http://:pw@{h}/mcp", false),
        ("/mcp", false),
        ("mcp", false),
        ("", false),
    ] {
        let servers = r#""authorization_servers":["https://login.example"]"#;
        let found = judged(&format!(r#"{{"resource":"{resource}",{servers}}}"#)).await;
        let expected = (!is_told).then_some("502 upstream_metadata_mismatch");
        assert_eq!(found.as_deref(), expected, "`{resource}`");
    }
}

#[tokio::test]
async fn another_name_of_the_server_is_configured() {
    let server = Server::start().await;
    let document = r#"{"resource":"https://mcp.example/v1/mcp","authorization_servers":["https://a.example"]}"#;
    server.at(INSERTED, Answer::json(document));
    let identifier = |text: &str| {
        relay(&server)
            .identifier(text.parse().unwrap())
            .build()
            .unwrap()
    };
    let told = get(&identifier("https://mcp.example/v1/mcp/"), METADATA).await;
    assert_eq!(
        told.body,
        r#"{"resource":"https://gw.example/weather","authorization_servers":["https://a.example"]}"#
    );
    let (log, _guard) = Log::keep();
    let told = get(&identifier("https://mcp.example/v2/mcp"), METADATA).await;
    assert_eq!(told.reason(), "upstream_metadata_mismatch");
    let line = &log.lines()[0];
    assert!(line.contains("`https://mcp.example/v1/mcp`"), "{line}");
    assert!(
        line.contains("`https://mcp.example` by which") && !line.contains("v2"),
        "{line}"
    );
    assert!(line.contains("set `identifier`"), "{line}");
}

#[tokio::test]
async fn its_authorization_servers_have_to_be_safe() {
    let malformed = Some("502 upstream_metadata_malformed");
    let too_many = |count| format!("[{}]", vec![r#""https://a.example""#; count].join(","));
    for (servers, expected) in [
        (r#"["https://login.example"]"#, None),
        (
            r#"["https://login.example/a/b/", "https://127.0.0.1:8443"]"#,
            None,
        ),
        // The server of these tests is on this machine.
        (
            r#"["http://localhost:8080/realms/a", "http://[::1]:8080"]"#,
            None,
        ),
        (&too_many(16), None),
        (&too_many(17), malformed),
        (&too_many(1000), malformed),
        ("[]", malformed),
        ("null", malformed),
        (r#""https://login.example""#, malformed),
        (r#"["https://login.example", null]"#, malformed),
        (r#"["https://login.example", 1]"#, malformed),
        (r#"{"0":"https://login.example"}"#, malformed),
        (r#"[["https://login.example"]]"#, malformed),
    ] {
        assert_eq!(
            judged(&with_servers(servers)).await.as_deref(),
            expected,
            "{servers:.80}"
        );
    }
    for server in [
        "http://login.example",
        "http://192.168.0.1",
        "HTTP://login.example",
        "https://login.example?a=b",
        "https://login.example/?",
        "https://login.example#a",
        "https://me@login.example",
        "https://@login.example",
        "https://me:pw@login.example",
        "https:login.example",
        "https:///login.example",
        "https://",
        "https:\\\\\\\\login.example",
        " https://login.example",
        "https://login.example\\r\\nx-evil: 1",
        "https://login.example\\u0000",
        "https://login.éxample",
        "https://login.example/\\u202e",
        "ftp://login.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/plain,x",
        &format!("https://login.example/{}", "x".repeat(2048)),
        "login.example",
        "//login.example",
        "",
    ] {
        // One good one does not make up for it.
        let servers = format!(r#"["https://good.example","{server}"]"#);
        let expected = Some("502 upstream_metadata_unsafe");
        assert_eq!(
            judged(&with_servers(&servers)).await.as_deref(),
            expected,
            "{server}"
        );
    }
}

#[tokio::test]
async fn bound_tokens_cannot_be_relayed() {
    for member in [
        "dpop_bound_access_tokens_required",
        "tls_client_certificate_bound_access_tokens",
    ] {
        for (value, expected) in [
            ("false", None),
            ("null", None),
            ("true", Some("502 upstream_tokens_bound")),
            ("\"true\"", Some("502 upstream_metadata_malformed")),
            ("1", Some("502 upstream_metadata_malformed")),
            ("[]", Some("502 upstream_metadata_malformed")),
        ] {
            let servers = format!(r#"["https://a.example"],"{member}":{value}"#);
            let found = judged(&with_servers(&servers)).await;
            assert_eq!(found.as_deref(), expected, "{member} {value}");
        }
    }
}

#[tokio::test]
async fn it_has_to_be_one_object_that_is_read_in_one_way() {
    let deep = |count: usize| format!("{}{}", "[".repeat(count), "]".repeat(count));
    let good = with_servers(r#"["https://a.example"]"#);
    let also = |more: &str| good.replace("{\"resource\"", &format!("{{{more},\"resource\""));
    assert_eq!(
        judged(&also(
            "\"a\":{\"b\":[1,true,null,-2.5e3,\"\\ud83d\\ude00\"]}"
        ))
        .await,
        None
    );
    assert_eq!(judged(&also(&format!("\"a\":{}", deep(100)))).await, None);
    for document in [
        "",
        "null",
        "[]",
        "\"a\"",
        "<html></html>",
        "{",
        &good[..good.len() - 1],
        &format!("{good}x"),
        &format!("{good}{good}"),
        &format!("[{good}]"),
        &also("\"a\":1,\"a\":1"),
        &also("\"a\":1,\"\\u0061\":1"),
        &also("\"resource\":\"{o}/mcp\""),
        &also("\"a\":[{\"b\":{\"c\":1,\"c\":2}}]"),
        // Some parsers do not tell cases apart.
        &also("\"Resource\":\"https://evil.example\""),
        &also("\"AUTHORIZATION_SERVERS\":[\"http://evil.example\"]"),
        // Letters that some parsers take for those of ASCII, written plainly and escaped.
        &also("\"authorization_ſervers\":[\"http://evil.example\"]"),
        &also("\"authorization_\\u017fervers\":[\"http://evil.example\"]"),
        &also("\"REſOURCE\":\"https://evil.example\""),
        &also("\"ſigned_metadata\":\"a.b.c\""),
        &also("\"dpop_bound_access_toKens_required\":true"),
        &also("\"tls_client_certiﬁcate_bound_access_tokens\":true"),
        &also("\"Signed_metadata\":\"a.b.c\""),
        &also(&format!("\"a\":{}", deep(200))),
        &also(&format!("\"a\":{}", deep(20_000))),
        &also("\"a\":\"\\ud800\""),
        &also("\"a\":\"\n\""),
        &also("\"a\":01"),
        &also("\"a\":NaN"),
        &also("a:1"),
        &good.replace("\"{o}/mcp\"", "null"),
        &good.replace("\"{o}/mcp\"", "[\"{o}/mcp\"]"),
        &good.replace("\"{o}/mcp\"", "{}"),
        &good.replace("resource", "resources"),
        &good.replace("authorization_servers", "authorization_server"),
    ] {
        let found = judged(document).await;
        assert_eq!(
            found.as_deref(),
            Some("502 upstream_metadata_malformed"),
            "{document:.200}"
        );
    }
}

#[tokio::test]
async fn control_characters_of_metadata_reach_no_header_and_no_line_of_the_log() {
    let server = Server::start().await;
    let document = format!(
        r#"{{"resource":"{}/mcp","authorization_servers":["https://a.example"],"resource_name":"a\r\nx-evil: 1\u0000"}}"#,
        server.origin()
    );
    server.at(INSERTED, Answer::json(document));
    let told = get(&relay(&server).build().unwrap(), METADATA).await;
    assert_eq!(told.status, 200);
    assert!(
        told.body
            .ends_with(r#""resource_name":"a\r\nx-evil: 1\u0000"}"#)
    );
    assert!(!told.headers.contains_key("x-evil"));
    let evil = r#"{"resource":"http://a\r\nWARN forged \u001b[31m\u202e"}"#;
    assert_eq!(
        judged(evil).await.as_deref(),
        Some("502 upstream_metadata_mismatch")
    );
}
