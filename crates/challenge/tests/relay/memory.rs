//! How often the server is asked, and what is told when it cannot be.

use std::{convert::Infallible, time::Duration};

use futures_util::future::join_all;
use http::{Request, Response};
use tokio::time::sleep;
use tollbar_challenge::{ChallengeLayer, RelayedResource};
use tollbar_core::Body;
use tower::{Layer as _, ServiceExt as _, service_fn};

use tollbar_test_log::Log;

use super::{Answer, BARE, INSERTED, METADATA, Server, get, metadata, refused, relay};

const SHORT: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_secs(3600);

/// Metadata with a name in it.
fn named(server: &Server, name: &str) -> Answer {
    let metadata = metadata(server);
    Answer::json(metadata.replace("{\"res", &format!("{{\"resource_name\":\"{name}\",\"res")))
}

#[tokio::test]
async fn a_thousand_requests_are_one_question() {
    let server = Server::start().await;
    server.at(INSERTED, named(&server, "a").after(SHORT));
    let resource = relay(&server).build().unwrap();
    let told = join_all((0..1000).map(|_| get(&resource, METADATA))).await;
    assert!(told.iter().all(|told| told.status == 200));
    assert_eq!(server.asked(), [INSERTED]);
    // Clones know it, too.
    assert_eq!(get(&resource.clone(), METADATA).await.status, 200);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn who_leaves_does_not_stop_it_for_others() {
    let server = Server::start().await;
    server.at(INSERTED, named(&server, "a").after(SHORT));
    let resource = relay(&server).build().unwrap();
    let left = tokio::time::timeout(SHORT / 4, get(&resource, METADATA)).await;
    assert!(left.is_err());
    assert_eq!(get(&resource, METADATA).await.status, 200);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn it_is_asked_anew_when_it_is_old() {
    let server = Server::start().await;
    server.at(INSERTED, named(&server, "first"));
    let resource = relay(&server).lifetime(SHORT).build().unwrap();
    assert!(get(&resource, METADATA).await.body.contains("first"));
    server.at(INSERTED, named(&server, "second"));
    assert!(get(&resource, METADATA).await.body.contains("first"));
    sleep(SHORT).await;
    assert!(get(&resource, METADATA).await.body.contains("second"));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn what_was_known_serves_on_while_the_server_is_away() {
    for away in [
        Answer::status(500),
        Answer::status(503),
        Answer::status(429),
        Answer::status(200).after(Duration::from_secs(60)),
    ] {
        let server = Server::start().await;
        server.at(INSERTED, named(&server, "first"));
        let builder = relay(&server).lifetime(SHORT).timeout(SHORT);
        let resource = builder.stale(LONG).pause(SHORT / 10).build().unwrap();
        assert!(get(&resource, METADATA).await.body.contains("first"));
        server.at(INSERTED, away);
        sleep(SHORT).await;
        let (log, _guard) = Log::keep();
        for _ in 0..3 {
            assert!(get(&resource, METADATA).await.body.contains("first"));
            sleep(SHORT / 10).await;
        }
        assert!(server.asked().len() > 2, "it is asked all the same");
        let lines = log.lines();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(
            lines[0].contains("what it said before is told")
                && lines[0].contains("told as of 0 s ago, and for 3599 s more, because "),
            "{lines:?}"
        );
        // It is back.
        server.at(INSERTED, named(&server, "second"));
        for _ in 0..3 {
            sleep(SHORT * 2).await;
            assert!(get(&resource, METADATA).await.body.contains("second"));
        }
        let lines = log.lines();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(
            lines[1].contains(" INFO ") && lines[1].contains("can be told again proxy=\"weather\""),
            "{lines:?}"
        );
    }
}

#[tokio::test]
async fn what_is_too_old_is_told_no_more_and_the_log_says_so() {
    let server = Server::start().await;
    server.at(INSERTED, named(&server, "first"));
    let builder = relay(&server).lifetime(SHORT).stale(SHORT * 5);
    let resource = builder.pause(SHORT / 10).build().unwrap();
    let (log, _guard) = Log::keep();
    assert_eq!(get(&resource, METADATA).await.status, 200);
    server.at(INSERTED, Answer::status(503));
    sleep(SHORT * 2).await;
    assert_eq!(get(&resource, METADATA).await.status, 200);
    sleep(SHORT * 4).await;
    assert_eq!(
        get(&resource, METADATA).await.reason(),
        "upstream_metadata_malformed"
    );
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("what it said before is told"),
        "{lines:?}"
    );
    assert!(lines[1].contains("cannot be told proxy="), "{lines:?}");
    // A server that comes and goes gets no more lines than warnings.
    for _ in 0..3 {
        server.at(INSERTED, named(&server, "second"));
        sleep(SHORT * 2).await;
        assert_eq!(get(&resource, METADATA).await.status, 200);
        server.at(INSERTED, Answer::status(404));
        sleep(SHORT * 2).await;
        assert_eq!(get(&resource, METADATA).await.status, 404);
    }
    let lines = log.lines();
    let count = |word: &str| lines.iter().filter(|line| line.contains(word)).count();
    assert_eq!((count(" WARN "), count(" INFO ")), (3, 2), "{lines:?}");
}

#[tokio::test]
async fn what_the_server_says_now_takes_the_place_of_what_it_said() {
    for (now, reason) in [
        (Answer::json("{}"), "upstream_metadata_malformed"),
        (
            Answer::json(r#"{"resource":"https://b.example"}"#),
            "upstream_metadata_mismatch",
        ),
        (Answer::status(404), "upstream_metadata_missing"),
        (
            Answer::redirect(302, "https://b.example"),
            "upstream_metadata_malformed",
        ),
    ] {
        let server = Server::start().await;
        server.at(INSERTED, named(&server, "first"));
        let resource = relay(&server).lifetime(SHORT).stale(LONG).build().unwrap();
        assert!(get(&resource, METADATA).await.body.contains("first"));
        server.at(INSERTED, now);
        sleep(SHORT).await;
        assert_eq!(get(&resource, METADATA).await.reason(), reason);
        // Not even when it is away afterwards.
        server.at(INSERTED, Answer::status(500));
        assert_eq!(get(&resource, METADATA).await.reason(), reason);
    }
}

#[tokio::test]
async fn a_failure_is_remembered_for_a_while() {
    let server = Server::start().await;
    let resource = relay(&server).pause(SHORT * 3).build().unwrap();
    for _ in 0..100 {
        let told = get(&resource, METADATA).await;
        assert_eq!(
            (told.status.as_u16(), told.reason().as_str()),
            (404, "upstream_metadata_missing")
        );
        refused(&resource, 401, &[b"Bearer"]).await;
    }
    assert_eq!(server.asked(), [INSERTED, BARE]);
    server.at(INSERTED, named(&server, "a"));
    sleep(SHORT * 3).await;
    assert_eq!(get(&resource, METADATA).await.status, 200);
    assert_eq!(server.asked().len(), 3);
}

/// A challenge that names this place.
async fn name(resource: &RelayedResource, server: &Server, path: &str) {
    let line = format!("Bearer resource_metadata=\"{}\"", server.url(path));
    assert_eq!(refused(resource, 401, &[line.as_bytes()]).await.status, 401);
}

#[tokio::test]
async fn a_newly_named_place_is_looked_at_soon() {
    let server = Server::start().await;
    server.at("/a", named(&server, "of a"));
    server.at("/b", named(&server, "of b"));
    let resource = relay(&server)
        .lifetime(LONG)
        .pause(SHORT * 4)
        .build()
        .unwrap();
    // Somebody has asked before there was a challenge, and in vain.
    assert_eq!(get(&resource, METADATA).await.status, 404);
    name(&resource, &server, "/a").await;
    assert!(get(&resource, METADATA).await.body.contains("of a"));
    // A server that says something else each time does not make the gateway ask each time.
    for _ in 0..20 {
        name(&resource, &server, "/b").await;
        assert!(get(&resource, METADATA).await.body.contains("of a"));
        name(&resource, &server, "/a").await;
        assert!(get(&resource, METADATA).await.body.contains("of a"));
    }
    assert_eq!(server.asked(), [INSERTED, BARE, "/a"]);
    name(&resource, &server, "/b").await;
    sleep(SHORT * 4).await;
    assert!(get(&resource, METADATA).await.body.contains("of b"));
    // What is named again is no news.
    sleep(SHORT * 4).await;
    name(&resource, &server, "/b").await;
    assert!(get(&resource, METADATA).await.body.contains("of b"));
    assert_eq!(server.asked().len(), 4);
}

/// The server refuses a client with this header, in a challenge without a place.
async fn turn_away(resource: &RelayedResource, token: Option<&str>, status: u16) {
    let inner = service_fn(|_: Request<Body>| async {
        let response = Response::builder().status(status);
        let response = response.header("www-authenticate", "Basic");
        Ok::<_, Infallible>(response.body(Body::empty()).unwrap())
    });
    let request = Request::post("/weather");
    let request = match token {
        Some(token) => request.header("authorization", token),
        None => request,
    };
    let stack = ChallengeLayer::relayed(resource).layer(inner);
    let response = stack.oneshot(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.unwrap().status(), status);
}

#[tokio::test]
async fn who_is_refused_a_token_is_sent_where_tokens_are_now() {
    let server = Server::start().await;
    server.at(INSERTED, named(&server, "first"));
    let builder = relay(&server).lifetime(LONG).pause(LONG);
    let resource = builder.build().unwrap();
    assert!(get(&resource, METADATA).await.body.contains("first"));
    server.at(INSERTED, named(&server, "second"));
    // Nothing says that the metadata has changed.
    turn_away(&resource, None, 401).await;
    turn_away(&resource, Some("Bearer good"), 403).await;
    turn_away(&resource, Some("Bearer good"), 500).await;
    assert!(get(&resource, METADATA).await.body.contains("first"));
    turn_away(&resource, Some("Bearer bad"), 401).await;
    assert!(get(&resource, METADATA).await.body.contains("second"));
    // Bad tokens do not make the gateway ask each time.
    for _ in 0..20 {
        turn_away(&resource, Some("Bearer bad"), 401).await;
        assert_eq!(get(&resource, METADATA).await.status, 200);
    }
    assert_eq!(server.asked(), [INSERTED, INSERTED]);
}
