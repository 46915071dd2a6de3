//! Where the metadata is looked for.

use tollbar_test_log::Log;

use super::{
    Answer, BARE, INSERTED, METADATA, POINTER, Server, get, metadata, refused, refused_at, relay,
};

/// Has the server name this place.
async fn name(resource: &tollbar_challenge::RelayedResource, place: &str) {
    let line = format!("Bearer resource_metadata=\"{place}\"");
    let told = refused(resource, 401, &[line.as_bytes()]).await;
    assert_eq!(
        told.challenges(),
        [format!("Bearer {POINTER}")],
        "`{place}`"
    );
}

#[tokio::test]
async fn one_place_after_the_other() {
    let there = |server: &Server| Answer::json(metadata(server));
    for status in [400, 401, 403, 404, 405, 410] {
        let server = Server::start().await;
        // The page of an error may be longer than any document.
        let nothing = Answer::status(status).body("x".repeat(1 << 20));
        server.at("/named?a=b", nothing.clone());
        server.at(INSERTED, nothing);
        server.at(BARE, there(&server));
        let resource = relay(&server).build().unwrap();
        name(&resource, &format!("{}/named?a=b#c", server.origin())).await;
        assert_eq!(get(&resource, METADATA).await.status, 200, "{status}");
        assert_eq!(server.asked(), ["/named?a=b", INSERTED, BARE]);
    }
}

#[tokio::test]
async fn no_place_is_looked_at_twice() {
    let server = Server::start().await;
    let resource = relay(&server).build().unwrap();
    name(&resource, server.url(INSERTED).as_str()).await;
    assert_eq!(get(&resource, METADATA).await.status, 404);
    assert_eq!(server.asked(), [INSERTED, BARE]);
}

/// Some servers repeat in their challenge what the client asked for.
#[tokio::test]
async fn what_one_client_asks_for_is_not_where_others_are_led() {
    let server = Server::start().await;
    server.at(INSERTED, Answer::json(metadata(&server)));
    let evil = metadata(&server).replace("login", "evil");
    server.at("/evil", Answer::json(evil));
    let resource = relay(&server).build().unwrap();
    let line = format!("Bearer resource_metadata=\"{}/evil\"", server.origin());
    for path in ["/weather?evil", "/weather?", "/weather/?a=b"] {
        let told = refused_at(&resource, 401, &[line.as_bytes()], path).await;
        assert!(told.challenges()[0].starts_with("Bearer resource_metadata=\"https://gw.example"));
    }
    assert_eq!(get(&resource, METADATA).await.status, 200);
    assert_eq!(server.asked(), [INSERTED]);
    refused_at(&resource, 401, &[line.as_bytes()], "/weather").await;
    assert_eq!(get(&resource, METADATA).await.status, 200);
    assert_eq!(server.asked(), [INSERTED, "/evil"]);
}

#[tokio::test]
async fn nothing_anywhere_is_told_with_all_places() {
    let server = Server::start().await;
    server.at(INSERTED, Answer::status(401));
    let resource = relay(&server).build().unwrap();
    let (log, _guard) = Log::keep();
    let told = get(&resource, METADATA).await;
    assert_eq!(
        (told.status.as_u16(), told.reason().as_str()),
        (404, "upstream_metadata_missing")
    );
    let line = &log.lines()[0];
    assert!(
        line.contains(&format!("{BARE}/…`: it answers with status 401")),
        "{line}"
    );
    assert!(
        line.contains(&format!("{BARE}`: it answers with status 404")),
        "{line}"
    );
}

#[tokio::test]
async fn the_query_of_the_server_goes_to_the_inserted_form() {
    let server = Server::start().await;
    let path = format!("{INSERTED}?key=secret");
    server.at(&path, Answer::status(404));
    let public = "https://gw.example/weather".parse().unwrap();
    let url = server.url("/mcp/?key=secret");
    let resource = tollbar_challenge::RelayedResource::builder(public, url)
        .build()
        .unwrap();
    assert_eq!(get(&resource, METADATA).await.status, 404);
    assert_eq!(server.asked(), [path.as_str(), BARE]);
}

#[tokio::test]
async fn a_place_elsewhere_is_not_asked() {
    let server = Server::start().await;
    let other = Server::start().await;
    server.at(INSERTED, Answer::json(metadata(&server)));
    other.at("/x", Answer::json(metadata(&server)));
    let port = server.origin().rsplit(':').next().unwrap().to_owned();
    for place in [
        &format!("{}/x", other.origin()),
        &format!("http://localhost:{port}/x"),
        &format!("https://127.0.0.1:{port}/x"),
        &format!("http://me@127.0.0.1:{port}/x"),
        &format!("http://me:pw@127.0.0.1:{port}/x"),
        &format!("http://127.0.0.1:{port}@evil.example/x"),
        &format!("http://127.0.0.1:{port}/{}", "x".repeat(4096)),
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "data:application/json,{}",
        "javascript:1",
        "/x",
        "",
    ] {
        let resource = relay(&server).build().unwrap();
        let (log, _guard) = Log::keep();
        name(&resource, place).await;
        let lines = log.lines();
        assert!(
            lines[0].contains("at a place that is not asked"),
            "{lines:?}"
        );
        assert!(
            lines[0].len() < 1200 && !lines[0].contains("me:pw"),
            "{lines:?}"
        );
        let before = server.asked().len();
        assert_eq!(get(&resource, METADATA).await.status, 200);
        assert_eq!(server.asked()[before..], [INSERTED], "`{place}`");
    }
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn an_allowed_origin_is_asked() {
    let server = Server::start().await;
    let other = Server::start().await;
    other.at("/x", Answer::json(metadata(&server)));
    let place = format!("{}/x", other.origin());
    let resource = relay(&server).allow_origin(other.origin()).build().unwrap();
    let (log, _guard) = Log::keep();
    name(&resource, &place).await;
    assert_eq!(get(&resource, METADATA).await.status, 200);
    assert!(log.lines().is_empty(), "{:?}", log.lines());
    // How the server calls itself is its own origin.
    let document = metadata(&server).replace(&server.origin(), &other.origin());
    other.at("/x", Answer::json(document));
    let resource = relay(&server)
        .identifier(other.url("/mcp"))
        .build()
        .unwrap();
    name(&resource, &place).await;
    assert_eq!(get(&resource, METADATA).await.status, 200);
    assert_eq!(other.asked(), ["/x", "/x"]);
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn plain_http_from_another_machine_is_not_asked() {
    let server = Server::start().await;
    server.at(
        INSERTED,
        Answer::json(metadata(&server).replace(&server.origin(), "http://mcp.example")),
    );
    let identifier = "http://mcp.example/mcp".parse().unwrap();
    let resource = relay(&server).identifier(identifier).build().unwrap();
    let (log, _guard) = Log::keep();
    name(&resource, "http://mcp.example/x").await;
    assert!(
        log.lines()[0].contains("it is plain `http`, at `http://mcp.example`"),
        "{:?}",
        log.lines()
    );
    assert!(log.lines()[0].contains("allow_http"));
    assert_eq!(get(&resource, METADATA).await.status, 200);
}
