//! Servers that would send the gateway elsewhere.

use serde_json::json;
use tollbar_oauth2::{AuthorizationServer, Needs};

use crate::{
    asking::{Asking, UNAVAILABLE, ann},
    scripted::{
        APPENDED, Asked, INTROSPECT, OAUTH, Scripted, active, document, metadata, reply, status,
    },
};

/// A server whose metadata names this endpoint for introspection.
async fn naming(endpoint: &str) -> Scripted {
    Scripted::start(|origin| {
        let mut metadata = metadata(origin);
        metadata["introspection_endpoint"] = json!(endpoint);
        move |asked: &Asked| match &*asked.path {
            OAUTH => document(&metadata),
            _ => active(),
        }
    })
    .await
}

#[tokio::test]
async fn endpoints_inside_of_the_network_are_not_asked() {
    for endpoint in [
        "https://169.254.169.254/latest/meta-data",
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/introspect",
        "https://192.168.0.1/introspect",
        "https://[fd00::1]/introspect",
        "https://[::ffff:10.0.0.1]/introspect",
        "http://login.example/introspect",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "/tenant/introspect",
        "https://user:word@login.example/introspect",
        "17",
    ] {
        let server = naming(endpoint).await;
        let asking = Asking::new(server.builder().build().unwrap());
        // Refused at once, and not by trying: nothing can be reached there in time.
        let begun = std::time::Instant::now();
        assert_eq!(asking.ask().await, UNAVAILABLE, "{endpoint}");
        assert!(begun.elapsed().as_secs() < 2, "{endpoint}");
        assert_eq!(server.paths(), [OAUTH]);
    }
}

#[tokio::test]
async fn another_server_on_this_machine_may_be_named_by_one_on_it() {
    let elsewhere = Scripted::answering(active()).await;
    let server = naming(&format!("{}{INTROSPECT}", elsewhere.origin)).await;
    let asking = Asking::new(server.builder().build().unwrap());
    assert_eq!(asking.ask().await, ann());
    assert_eq!(elsewhere.asked(INTROSPECT).len(), 1);
}

#[tokio::test]
async fn redirects_of_metadata_are_not_followed() {
    let elsewhere = Scripted::answering(active()).await;
    for code in [301, 302, 307, 308] {
        let to = format!("{}{APPENDED}", elsewhere.origin);
        let server = Scripted::start(|origin| {
            let content = metadata(origin).to_string();
            move |_: &Asked| reply(code, content.clone()).with_header("location", &to)
        })
        .await;
        let asking = Asking::new(server.builder().build().unwrap());
        assert_eq!(asking.ask().await, UNAVAILABLE);
    }
    assert!(elsewhere.paths().is_empty());
}

#[tokio::test]
async fn keys_are_not_fetched_from_inside_of_the_network() {
    let server = Scripted::start(|origin| {
        let mut metadata = metadata(origin);
        metadata["jwks_uri"] = json!("https://169.254.169.254/keys");
        move |asked: &Asked| match &*asked.path {
            OAUTH => document(&metadata),
            _ => status(404),
        }
    })
    .await;
    let begun = std::time::Instant::now();
    let examination = server
        .builder()
        .build()
        .unwrap()
        .examine(&Needs::new().keys())
        .await;
    let keys = examination
        .steps()
        .iter()
        .find(|step| step.name() == "keys");
    let found = keys.unwrap().found();
    assert!(
        found.contains("`https://169.254.169.254` is an address inside"),
        "{found}"
    );
    assert!(begun.elapsed().as_secs() < 4);
}

/// Two servers, of which the second says that it is the first.
#[tokio::test]
async fn a_server_that_says_it_is_another_one_is_not_believed() {
    let honest = Scripted::answering(active()).await;
    let issuer = honest.issuer();
    let posing = Scripted::start(|origin| {
        let mut metadata = metadata(origin);
        metadata["issuer"] = json!(issuer);
        move |asked: &Asked| match &*asked.path {
            OAUTH | APPENDED => document(&metadata),
            _ => active(),
        }
    })
    .await;
    let builder = AuthorizationServer::builder(posing.issuer()).client("gateway", "s3cret");
    assert_eq!(
        Asking::new(builder.build().unwrap()).ask().await,
        UNAVAILABLE
    );
    assert!(posing.asked(INTROSPECT).is_empty());
}
