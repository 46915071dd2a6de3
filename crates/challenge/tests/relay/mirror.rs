//! Metadata under another URL.

use http::{Method, header};

use super::{
    Answer, BARE, INSERTED, METADATA, POINTER, Server, ask, get, metadata, refused, relay,
};

#[tokio::test]
async fn it_is_told_under_the_public_url() {
    let server = Server::start().await;
    server.at(INSERTED, Answer::json(metadata(&server)));
    let resource = relay(&server).build().unwrap();
    for (path, expected) in [
        (METADATA, "https://gw.example/weather"),
        (
            "/.well-known/oauth-protected-resource/weather/",
            "https://gw.example/weather/",
        ),
        (
            "/weather/.well-known/oauth-protected-resource",
            "https://gw.example/weather",
        ),
        (
            "/weather/.well-known/oauth-protected-resource/",
            "https://gw.example/weather/",
        ),
    ] {
        let told = get(&resource, path).await;
        let expected = format!(
            r#"{{"resource":"{expected}","authorization_servers":["https://login.example"]}}"#
        );
        assert_eq!(
            (told.status.as_u16(), told.body),
            (200, expected),
            "`{path}`"
        );
        assert_eq!(told.headers[header::CONTENT_TYPE], "application/json");
        assert_eq!(told.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert_eq!(told.headers[header::CACHE_CONTROL], "public, max-age=60");
    }
    assert_eq!(server.asked(), [INSERTED]);
    let head = &server.heads()[0];
    assert!(
        !head.contains("accept-encoding") && !head.contains("authorization"),
        "{head}"
    );
}

#[tokio::test]
async fn all_else_stays_byte_for_byte() {
    let server = Server::start().await;
    let url = server.url("/mcp");
    let document = format!(
        "{{ \"b\\u0061\" : [1.50, 1e3 ,{{\"x\": \"\\u00e9\\n\"}}],\n\"resource\" : \"{url}\" , \
         \"signed_metadata\":\"a.b.c\",\"authorization_servers\":[ \"https://login.example\" ], \
         \"scopes_supported\":[\"b\",\"a\"],\"resource_name#de\":\"Wetter\",\"a\":null }}\r\n"
    );
    server.at(INSERTED, Answer::json(document));
    let told = get(&relay(&server).build().unwrap(), METADATA).await;
    assert_eq!(
        told.body,
        "{\"ba\":[1.50, 1e3 ,{\"x\": \"\\u00e9\\n\"}],\"resource\":\"https://gw.example/weather\",\
         \"authorization_servers\":[ \"https://login.example\" ],\"scopes_supported\":[\"b\",\"a\"],\
         \"resource_name#de\":\"Wetter\",\"a\":null}"
    );
}

#[tokio::test]
async fn nothing_is_asked_for_what_needs_no_metadata() {
    let server = Server::start().await;
    let resource = relay(&server).build().unwrap();
    assert_eq!(ask(&resource, Method::OPTIONS, METADATA).await.status, 204);
    let told = ask(&resource, Method::POST, METADATA).await;
    assert_eq!(
        (told.status.as_u16(), told.reason().as_str()),
        (405, "method_not_allowed")
    );
    assert!(server.asked().is_empty());
    server.at(INSERTED, Answer::json(metadata(&server)));
    let told = ask(&resource, Method::HEAD, METADATA).await;
    assert_eq!((told.status.as_u16(), told.body.as_str()), (200, ""));
    let length = told.headers[header::CONTENT_LENGTH].to_str().unwrap();
    assert_eq!(
        length,
        get(&resource, METADATA).await.body.len().to_string()
    );
}

#[tokio::test]
async fn the_challenge_of_the_standard_example_is_relayed() {
    let server = Server::start().await;
    server.at(BARE, Answer::json(metadata(&server)));
    let resource = relay(&server).build().unwrap();
    let line = format!(
        "Bearer realm=\"example\", resource_metadata=\"{}\"",
        server.url(BARE)
    );
    let told = refused(&resource, 401, &[line.as_bytes()]).await;
    assert_eq!(told.status, 401);
    assert_eq!(told.body, "of the server");
    assert_eq!(
        told.challenges(),
        [format!("Bearer {POINTER}, realm=\"example\"")]
    );
    assert!(server.asked().is_empty(), "nobody waits for it");
    assert_eq!(get(&resource, METADATA).await.status, 200);
    assert_eq!(
        server.asked(),
        [BARE],
        "where the server has said that it is"
    );
}
