//! Servers that answer as no server should.

use std::time::{Duration, Instant};

use tokio::net::TcpListener;

use tollbar_test_log::Log;

use super::{Answer, BARE, INSERTED, METADATA, Server, get, metadata, relay};

/// The reason for which this answer leads to no metadata.
async fn judged(answer: Answer) -> String {
    let server = Server::start().await;
    server.at(INSERTED, answer);
    // What is at a later place does not make up for it.
    server.at(BARE, Answer::json(metadata(&server)));
    let (log, _guard) = Log::keep();
    let resource = relay(&server)
        .timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    let begun = Instant::now();
    let told = get(&resource, METADATA).await;
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(log.lines().len(), 1, "{:?}", log.lines());
    assert!(log.lines()[0].len() < 1200);
    format!("{} {}", told.status.as_u16(), told.reason())
}

#[tokio::test]
async fn an_answer_has_bounds() {
    let malformed = "502 upstream_metadata_malformed";
    let padded = |bytes| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes));
    for (answer, expected) in [
        (Answer::json(padded(10 << 20)), malformed),
        (Answer::json(padded(64 << 10)), malformed),
        (
            Answer::json("{}").header("content-encoding", "gzip"),
            malformed,
        ),
        (Answer::json(b"\x1f\x8b\x08\0\0".to_vec()), malformed),
        (
            Answer::json("{}").after(Duration::from_secs(30)),
            "504 upstream_metadata_timeout",
        ),
        (
            Answer::json(padded(99)).hanging(),
            "504 upstream_metadata_timeout",
        ),
        (Answer::status(500), malformed),
        (Answer::status(503).body(padded(10 << 20)), malformed),
        (Answer::status(429), malformed),
        (Answer::status(204), malformed),
        (Answer::status(206).body("{}"), malformed),
        (
            Answer::json("{}").header("x-long", &"x".repeat(1 << 20)),
            "502 upstream_metadata_unreachable",
        ),
        (Answer::json(b"{\"a\":\"\xff\"}".to_vec()), malformed),
    ] {
        let shown = format!("{answer:.80?}");
        assert_eq!(judged(answer).await, expected, "{shown:.200}");
    }
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);
    let builder = tollbar_challenge::RelayedResource::builder(
        "https://gw.example/weather".parse().unwrap(),
        url,
    );
    let (log, _guard) = Log::keep();
    let told = get(&builder.build().unwrap(), METADATA).await;
    assert_eq!(told.status, 502);
    assert_eq!(told.reason(), "upstream_metadata_unreachable");
    assert!(
        log.lines()[0].contains("onnection refused"),
        "{:?}",
        log.lines()
    );
}

#[tokio::test]
async fn the_time_is_for_all_places_together() {
    let server = Server::start().await;
    let slow = |millis| Answer::status(404).after(Duration::from_millis(millis));
    server.at(INSERTED, slow(300));
    server.at(BARE, slow(300));
    let resource = relay(&server)
        .timeout(Duration::from_millis(450))
        .build()
        .unwrap();
    let told = get(&resource, METADATA).await;
    assert_eq!(told.reason(), "upstream_metadata_timeout");
    assert_eq!(server.asked(), [INSERTED, BARE]);
}

#[tokio::test]
async fn redirects_stay_on_the_origin() {
    let server = Server::start().await;
    let other = Server::start().await;
    other.at("/x", Answer::json(metadata(&server)));
    let good = Answer::json(metadata(&server));
    for (status, to) in [
        (301, "/a"),
        (302, "a/b?c"),
        (307, "{o}/d"),
        (308, "//{h}/e"),
    ] {
        let host = server.origin().replace("http://", "");
        let to = to.replace("{o}", &server.origin()).replace("{h}", &host);
        server.at(INSERTED, Answer::redirect(status, &to));
        for path in [
            "/a",
            "/.well-known/oauth-protected-resource/a/b?c",
            "/d",
            "/e",
        ] {
            server.at(path, good.clone());
        }
        assert_eq!(
            get(&relay(&server).build().unwrap(), METADATA).await.status,
            200,
            "{to}"
        );
    }
    server.at(INSERTED, Answer::redirect(302, "/1"));
    server.at("/1", Answer::redirect(302, "/2"));
    server.at("/2", good.clone());
    assert_eq!(
        get(&relay(&server).build().unwrap(), METADATA).await.status,
        200
    );
    // Three are one too many, and so is a loop.
    server.at("/2", Answer::redirect(302, "/3"));
    server.at("/3", good);
    let before = server.asked().len();
    let told = get(&relay(&server).build().unwrap(), METADATA).await;
    assert_eq!(told.reason(), "upstream_metadata_malformed");
    assert_eq!(server.asked().len() - before, 3);

    for to in [
        format!("{}/x", other.origin()),
        format!("//{}/x", other.origin().replace("http://", "")),
        "file:///etc/passwd".to_owned(),
        "data:application/json,{}".to_owned(),
        String::new(),
        "http://[".to_owned(),
    ] {
        assert_eq!(
            judged(Answer::redirect(302, &to)).await,
            "502 upstream_metadata_malformed",
            "{to}"
        );
    }
    assert_eq!(
        judged(Answer::status(302)).await,
        "502 upstream_metadata_malformed"
    );
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn what_looks_like_the_origin_is_not_followed() {
    let server = Server::start().await;
    let port = server.origin().rsplit(':').next().unwrap().to_owned();
    // All of these lead to good metadata, for whoever would go there.
    server.at("/a", Answer::json(metadata(&server)));
    for to in [
        format!("http://localhost:{port}/a"),
        format!("https://127.0.0.1:{port}/a"),
        format!("http://me@127.0.0.1:{port}/a"),
        format!("http://:pw@127.0.0.1:{port}/a"),
    ] {
        server.at(INSERTED, Answer::redirect(302, &to));
        let told = get(&relay(&server).build().unwrap(), METADATA).await;
        assert_eq!(told.status, 502, "{to}");
        assert_eq!(told.reason(), "upstream_metadata_malformed", "{to}");
    }
    // Nor is a part of it, or something near it.
    for status in [201, 203, 206] {
        server.at(INSERTED, Answer::status(status).body(metadata(&server)));
        let told = get(&relay(&server).build().unwrap(), METADATA).await;
        assert_eq!(told.reason(), "upstream_metadata_malformed", "{status}");
    }
}
