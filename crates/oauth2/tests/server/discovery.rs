//! How the metadata of a server is found.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tollbar_oauth2::AuthorizationServer;

use crate::{
    asking::{Asking, UNAVAILABLE, ann},
    scripted::{
        APPENDED, INSERTED, INTROSPECT, OAUTH, Reply, Scripted, active, document, metadata, reply,
        status,
    },
};

/// A server that answers 404 but for this one path of metadata.
async fn only_at(path: &'static str, metadata: impl FnOnce(&str) -> Value) -> Scripted {
    Scripted::start(|origin| {
        let metadata = metadata(origin);
        move |asked: &crate::scripted::Asked| match &*asked.path {
            INTROSPECT => active(),
            here if here == path => document(&metadata),
            _ => status(404),
        }
    })
    .await
}

async fn told(server: &Scripted) -> crate::asking::Told {
    Asking::new(server.builder().build().unwrap()).ask().await
}

#[tokio::test]
async fn three_places_are_looked_at_in_order_up_to_the_first_that_has_it() {
    let all = [OAUTH, APPENDED, INSERTED];
    for (last, path) in all.into_iter().enumerate() {
        let server = only_at(path, metadata).await;
        assert_eq!(told(&server).await, ann(), "{path}");
        let mut expected = all[..=last].to_vec();
        expected.push(INTROSPECT);
        assert_eq!(server.paths(), expected);
    }
    let server = only_at("/elsewhere", metadata).await;
    assert_eq!(told(&server).await, UNAVAILABLE);
    assert_eq!(server.paths(), all);
}

#[tokio::test]
async fn an_issuer_without_a_path_has_two_places() {
    for slash in ["", "/"] {
        let server = only_at("/elsewhere", metadata).await;
        let issuer = format!("{}{slash}", server.origin);
        let builder = AuthorizationServer::builder(issuer).client("gateway", "s3cret");
        assert_eq!(
            Asking::new(builder.build().unwrap()).ask().await,
            UNAVAILABLE
        );
        assert_eq!(
            server.paths(),
            [
                "/.well-known/oauth-authorization-server",
                "/.well-known/openid-configuration"
            ]
        );
    }
}

#[tokio::test]
async fn the_last_slash_is_no_part_of_the_place_but_of_the_issuer() {
    let slashed = |origin: &str| {
        let mut metadata = metadata(origin);
        metadata["issuer"] = json!(format!("{origin}/tenant/"));
        metadata
    };
    let server = only_at(OAUTH, slashed).await;
    let issuer = format!("{}/tenant/", server.origin);
    let builder = AuthorizationServer::builder(issuer).client("gateway", "s3cret");
    assert_eq!(Asking::new(builder.build().unwrap()).ask().await, ann());
    // The same without it is another issuer.
    assert_eq!(told(&server).await, UNAVAILABLE);
}

#[tokio::test]
async fn metadata_of_another_issuer_is_not_taken() {
    type Change = fn(&str) -> Value;
    let others: [Change; 8] = [
        |origin| json!(format!("{origin}/TENANT")),
        |origin| json!(format!("{origin}/tenant/")),
        |origin| json!(format!("{origin}/tenant?")),
        |origin| json!(format!("{}/tenant", origin.replace("http:", "HTTP:"))),
        |origin| json!([format!("{origin}/tenant")]),
        |_| json!("https://evil.example"),
        |_| json!(""),
        |_| Value::Null,
    ];
    for other in others {
        let server = only_at(OAUTH, |origin| {
            let mut metadata = metadata(origin);
            metadata["issuer"] = other(origin);
            metadata
        })
        .await;
        assert_eq!(told(&server).await, UNAVAILABLE);
        assert!(server.asked(INTROSPECT).is_empty());
        // Another place could have it.
        assert_eq!(server.paths(), [OAUTH, APPENDED, INSERTED]);
    }
}

#[tokio::test]
async fn what_is_no_metadata_is_passed_over() {
    let large = |origin: &str| {
        let mut metadata = metadata(origin);
        metadata["padding"] = json!("x".repeat(256 * 1024));
        document(&metadata)
    };
    type Other = Box<dyn Fn(&str) -> Reply>;
    let twice = |origin: &str| {
        let text = metadata(origin).to_string();
        reply(
            200,
            format!(r#"{{"issuer":"https://evil.example",{}"#, &text[1..]),
        )
    };
    let others: [Other; 8] = [
        Box::new(|_| status(500)),
        Box::new(|_| reply(200, "<html>")),
        Box::new(|_| reply(200, "[]")),
        Box::new(|_| reply(200, "")),
        Box::new(|origin| document(&metadata(origin)).with_header("content-encoding", "gzip")),
        Box::new(|origin| {
            reply(302, metadata(origin).to_string()).with_header("location", APPENDED)
        }),
        Box::new(large),
        Box::new(twice),
    ];
    for other in others {
        let server = Scripted::start(|origin| {
            let (first, metadata) = (other(origin), metadata(origin));
            move |asked: &crate::scripted::Asked| match &*asked.path {
                OAUTH => first.clone(),
                APPENDED => document(&metadata),
                _ => active(),
            }
        })
        .await;
        assert_eq!(told(&server).await, ann());
        assert_eq!(server.paths(), [OAUTH, APPENDED, INTROSPECT]);
    }
}

#[tokio::test]
async fn a_server_without_introspection_cannot_be_asked_unless_configured() {
    let server = only_at(OAUTH, |origin| {
        let mut metadata = metadata(origin);
        metadata["introspection_endpoint"] = Value::Null;
        metadata
    })
    .await;
    let asking = Asking::new(server.builder().build().unwrap());
    for _ in 0..5 {
        assert_eq!(asking.ask().await, UNAVAILABLE);
    }
    assert_eq!(server.paths(), [OAUTH]);
    let endpoint = format!("{}{INTROSPECT}", server.origin).parse().unwrap();
    let configured = server.builder().introspection_endpoint(endpoint);
    assert_eq!(Asking::new(configured.build().unwrap()).ask().await, ann());
    assert_eq!(server.paths(), [OAUTH, INTROSPECT]);
}

#[tokio::test]
async fn metadata_is_asked_for_again_when_it_is_old_and_serves_on_when_that_fails() {
    let lifetime = Duration::from_millis(300);
    let server = only_at(OAUTH, metadata).await;
    let builder = server.builder().metadata_lifetime(lifetime);
    let pause = Duration::from_millis(200);
    let builder = builder.retry(pause, pause);
    let asking = Asking::new(builder.build().unwrap());
    for _ in 0..5 {
        assert_eq!(asking.ask().await, ann());
    }
    assert_eq!(server.asked(OAUTH).len(), 1);

    // Old, but the one who asks does not wait for the new one.
    tokio::time::sleep(lifetime).await;
    assert_eq!(asking.ask().await, ann());
    tokio::time::sleep(lifetime / 3).await;
    assert_eq!(server.asked(OAUTH).len(), 2);

    // In an outage of the metadata alone the old one serves on, however old.
    server.turn(|asked| match &*asked.path {
        INTROSPECT => active(),
        _ => status(500),
    });
    tokio::time::sleep(lifetime * 3).await;
    let begun = Instant::now();
    for _ in 0..30 {
        assert_eq!(asking.ask().await, ann());
    }
    // Three times in a row, and then once in each pause, of which up to a fifth is taken off.
    let in_vain = server.asked(OAUTH).len() - 2;
    let pauses = begun.elapsed().div_duration_f64(pause * 4 / 5) as usize;
    assert!((3..=3 + pauses).contains(&in_vain), "{in_vain} {pauses}");

    // And a new one is taken when it is there.
    let moved = |origin: &str| {
        let mut metadata = metadata(origin);
        metadata["introspection_endpoint"] = json!(format!("{origin}/moved"));
        metadata
    };
    let moved = moved(&server.origin);
    server.turn(move |asked| match &*asked.path {
        OAUTH => document(&moved),
        "/moved" => active(),
        _ => status(500),
    });
    tokio::time::sleep(lifetime).await;
    // The old endpoint may be asked once more.
    asking.ask().await;
    tokio::time::sleep(lifetime / 3).await;
    assert_eq!(asking.ask().await, ann());
    assert!(!server.asked("/moved").is_empty());
}

#[tokio::test]
async fn metadata_is_asked_for_again_when_what_it_names_keeps_failing() {
    let pause = Duration::from_millis(100);
    let server = only_at(OAUTH, metadata).await;
    let asking = Asking::new(server.builder().retry(pause, pause).build().unwrap());
    assert_eq!(asking.ask().await, ann());
    let mut moved = metadata(&server.origin);
    moved["introspection_endpoint"] = json!(format!("{}/moved", server.origin));
    server.turn(move |asked| match &*asked.path {
        OAUTH => document(&moved),
        "/moved" => active(),
        _ => status(404),
    });
    for _ in 0..3 {
        assert_eq!(asking.ask().await, UNAVAILABLE);
    }
    assert_eq!(server.asked(OAUTH).len(), 1);
    // The first to try again meets the old endpoint, and the next one the new.
    for told in [UNAVAILABLE, ann()] {
        tokio::time::sleep(pause).await;
        assert_eq!(asking.ask().await, told);
    }
    assert_eq!(server.asked(OAUTH).len(), 2);
    assert_eq!(asking.ask().await, ann());
    assert_eq!(server.asked(OAUTH).len(), 2);
}

#[tokio::test]
async fn all_places_together_take_no_longer_than_the_timeout() {
    let limit = Duration::from_millis(500);
    let server = Scripted::start(|_| {
        let delay = limit / 2 + Duration::from_millis(50);
        move |_: &_| status(404).after(delay)
    })
    .await;
    let asking = Asking::new(server.builder().timeout(limit).build().unwrap());
    let begun = Instant::now();
    assert_eq!(asking.ask().await, UNAVAILABLE);
    assert!(begun.elapsed() < limit * 3 / 2, "{:?}", begun.elapsed());
    assert_eq!(server.paths(), [OAUTH, APPENDED]);
}
