//! Hostile request heads: who is asked, from where, and where the request ends.

use super::{PING, Recorder, before, post, raw, status};

/// What is replaced in, and added to, a good head; the status; how many requests go on.
type Row = (&'static str, u16, usize);

async fn table(rows: &[Row], request: impl Fn(&str) -> String) {
    let upstream = Recorder::start().await;
    let gateway = before(&upstream.url());
    for &(attack, expected, forwarded) in rows {
        let answer = raw(gateway.address, request(attack)).await;
        let shown = String::from_utf8_lossy(&answer);
        assert_eq!(status(&answer), expected, "{attack:?}: {shown}");
        let heard = upstream.heard();
        assert_eq!(heard.len(), forwarded, "{attack:?}: {heard:?}");
    }
}

#[tokio::test]
async fn where_a_request_ends_is_read_in_one_way() {
    let length = PING.len();
    let chunked = format!("{length:x}\r\n{PING}\r\n0\r\n\r\n");
    let smuggled = "GET /mcp HTTP/1.1\r\nhost: localhost\r\n\r\n";
    // Two lengths, or a length and chunks: one request at most, and it is the one that was judged.
    let rows = [
        (format!("content-length: {length}\r\n\r\n{PING}"), 200, 1),
        (
            format!("content-length: {length}\r\ncontent-length: 3\r\n\r\n{PING}"),
            400,
            0,
        ),
        (
            format!("content-length: {length}, {length}\r\n\r\n{PING}"),
            400,
            0,
        ),
        (format!("content-length: +{length}\r\n\r\n{PING}"), 400, 0),
        (
            format!("content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n{chunked}{smuggled}"),
            200,
            1,
        ),
        (
            format!("transfer-encoding: identity\r\n\r\n{chunked}"),
            400,
            0,
        ),
        (
            format!("transfer-encoding: xchunked\r\n\r\n{chunked}"),
            400,
            0,
        ),
        (
            format!("transfer-encoding: chunked, identity\r\n\r\n{chunked}"),
            400,
            0,
        ),
        (
            format!("transfer-encoding:\u{b}chunked\r\n\r\n{chunked}"),
            400,
            0,
        ),
        (
            format!("transfer-encoding : chunked\r\n\r\n{chunked}"),
            400,
            0,
        ),
        (
            format!("content-length: {length}\r\nx: a\r\n b: c\r\n\r\n{PING}"),
            400,
            0,
        ),
    ];
    let upstream = Recorder::start().await;
    let gateway = before(&upstream.url());
    for (attack, expected, forwarded) in rows {
        let head = "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
        let answer = raw(
            gateway.address,
            format!("{head}connection: close\r\n{attack}"),
        )
        .await;
        assert_eq!(status(&answer), expected, "{attack:?}");
        let heard = upstream.heard();
        assert_eq!(heard.len(), forwarded, "{attack:?}: {heard:?}");
        for request in heard {
            assert!(request.ends_with(&format!("\r\n\r\n{PING}")), "{request}");
            assert!(!request.contains("transfer-encoding"), "{request}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_read_is_not_the_next_request() {
    let inner = post("", PING);
    let length = inner.len();
    let last = "GET /nowhere HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    for head in [
        "GET /mcp HTTP/1.1\r\nhost: localhost\r\n",
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\n",
        "POST /nowhere HTTP/1.1\r\nhost: evil.example\r\n",
    ] {
        let upstream = Recorder::start().await;
        let gateway = before(&upstream.url());
        let attack = format!("{head}content-length: {length}\r\n\r\n{inner}{last}");
        raw(gateway.address, attack).await;
        let heard = upstream.heard().concat();
        assert!(!heard.contains("ping"), "{head:?}: {heard}");
    }
}

#[tokio::test]
async fn only_hosts_that_are_served_are_answered() {
    let rows = [
        ("host: LOCALHOST:1\r\n", 200, 1),
        ("host: evil.example\r\n", 403, 0),
        ("host: localhost\r\nhost: localhost\r\n", 403, 0),
        ("", 403, 0),
        ("host:\r\n", 403, 0),
        ("host: localhost@evil.example\r\n", 403, 0),
        ("host: evil.example@localhost\r\n", 403, 0),
        ("host: localhost.evil.example\r\n", 403, 0),
        ("host: localhost.\r\n", 403, 0),
        ("host: localhost, evil.example\r\n", 403, 0),
        ("host: localhost/evil.example\r\n", 403, 0),
        ("host: 0.0.0.0\r\n", 403, 0),
        ("host: [::]\r\n", 403, 0),
        ("host: 127.1\r\n", 403, 0),
        ("host: 2130706433\r\n", 403, 0),
    ];
    table(&rows, |host| {
        post("", PING).replace("host: localhost\r\n", host)
    })
    .await;
    let targets = [
        ("http://localhost/mcp", 200, 1),
        ("http://evil.example/mcp", 403, 0),
        ("http://localhost@evil.example/mcp", 403, 0),
    ];
    table(&targets, |target| {
        post("", PING).replacen("/mcp", target, 1)
    })
    .await;
}

#[tokio::test]
async fn only_pages_that_are_allowed_are_answered() {
    let rows = [
        ("origin: http://localhost:6274\r\n", 200, 1),
        ("origin: null\r\n", 403, 0),
        ("origin:\r\n", 403, 0),
        ("origin: file://\r\n", 403, 0),
        ("origin: http://localhost/\r\n", 403, 0),
        ("origin: https://localhost.evil.example\r\n", 403, 0),
        ("origin: http://localhost@evil.example\r\n", 403, 0),
        ("origin: http://127.0.0.1.evil.example\r\n", 403, 0),
        ("origin: http://localhost\\.evil.example\r\n", 403, 0),
        ("origin: http://localhost, http://evil.example\r\n", 403, 0),
        (
            "origin: http://localhost\r\norigin: http://evil.example\r\n",
            403,
            0,
        ),
    ];
    table(&rows, |origin| post(origin, PING)).await;
}

/// `capacitor://localhost` and `ionic://localhost` are the origins of every app that is built so.
#[tokio::test]
async fn an_app_that_calls_itself_localhost_is_not_on_loopback() {
    let rows = [
        ("origin: capacitor://localhost\r\n", 403, 0),
        ("origin: ionic://localhost\r\n", 403, 0),
    ];
    table(&rows, |origin| post(origin, PING)).await;
}

/// An image or a link in a page sends no `Origin`, but says that it comes from elsewhere.
#[tokio::test]
async fn a_page_cannot_open_streams_with_an_image() {
    let rows = [
        (
            "sec-fetch-site: cross-site\r\nsec-fetch-mode: no-cors\r\n",
            403,
            0,
        ),
        (
            "sec-fetch-site: same-site\r\nsec-fetch-mode: no-cors\r\n",
            403,
            0,
        ),
        (
            "sec-fetch-site: cross-site\r\nsec-fetch-mode: navigate\r\n",
            403,
            0,
        ),
        ("sec-fetch-site: same-origin\r\n", 200, 1),
    ];
    let get = |more: &str| {
        format!("GET /mcp HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{more}\r\n")
    };
    table(&rows, get).await;
}

#[tokio::test]
async fn no_connection_line_takes_a_header_out_that_was_judged() {
    let rows = [
        ("connection: mcp-session-id\r\n", 400, 0),
        ("connection: content-type\r\n", 400, 0),
        ("connection: content-length\r\n", 400, 0),
        ("connection: x-forwarded-for\r\n", 400, 0),
        ("connection: x-own\r\nx-own: 1\r\n", 200, 1),
    ];
    table(&rows, |connection| post(connection, PING)).await;
}

/// With a trusted proxy in front, these tell the upstream who the client is.
#[tokio::test]
async fn no_connection_line_takes_the_client_s_address_out() {
    let rows = [
        ("connection: cf-connecting-ip\r\n", 400, 0),
        ("connection: true-client-ip\r\n", 400, 0),
        ("connection: x-client-ip\r\n", 400, 0),
    ];
    table(&rows, |connection| post(connection, PING)).await;
}

#[tokio::test]
async fn only_the_one_method_and_path_reach_the_upstream() {
    let rows = [
        ("CONNECT localhost:80", 405, 0),
        ("TRACE /mcp", 405, 0),
        ("HEAD /mcp", 405, 0),
        ("PUT /mcp", 405, 0),
        ("post /mcp", 405, 0),
    ];
    table(&rows, |line| post("", PING).replacen("POST /mcp", line, 1)).await;
}

/// A CGI-like interface makes `_` of more than `-`.
async fn disguised(names: &[&str]) {
    let upstream = Recorder::start().await;
    let gateway = before(&upstream.url());
    for name in names {
        let answer = raw(
            gateway.address,
            post(&format!("{name}: disguised\r\n"), PING),
        )
        .await;
        assert_eq!(status(&answer), 200, "{name}");
        let heard = upstream.heard().concat();
        assert!(heard.contains("POST /mcp HTTP/1.1\r\n"), "{heard}");
        assert!(!heard.contains("disguised"), "{name}: {heard}");
    }
}

#[tokio::test]
async fn headers_that_pass_for_others_stay_here() {
    disguised(&[
        "mcp_session_id",
        "Mcp_Protocol_Version",
        "content_encoding",
        "transfer_encoding",
        "x_forwarded_for",
        "x-http-method-override",
        "x-original-url",
        "x-forwarded-host",
        "cookie",
    ])
    .await;
}

#[tokio::test]
async fn headers_that_pass_for_others_under_a_cgi_stay_here() {
    disguised(&["mcp.session.id", "mcp!session!id", "x.forwarded.for"]).await;
}
