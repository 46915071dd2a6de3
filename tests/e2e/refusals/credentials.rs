//! Credentials that cannot be read, before any plan judges them; and addresses that are not listened to.

use std::sync::Arc;

use super::{
    book::{Book, Case},
    request::{CALL, Request},
    scene::{PATIENT, Scene},
};

/// Where keys stand: in `Authorization`, in two places, and beside an `Authorization` of the server's own.
const PROXIES: [&str; 3] = [
    "keyed\n[[proxy.plan]]\ntype = \"key\"",
    "twice\n[[proxy.plan]]\ntype = \"key\"\n[[proxy.plan]]\ntype = \"key\"\nname = \"second\"\n\
     header = \"x-api-key\"",
    "relayed\n[proxy.relay]\n[[proxy.plan]]\ntype = \"key\"\nheader = \"x-api-key\"",
];

pub(super) async fn provoke(book: Arc<Book>) {
    let scene = Scene::start(&book, PATIENT.to_owned(), &[], &PROXIES).await;
    let key = scene.gateway.make_key("relayed", "relayed");
    let call = |proxy: &str| Request::post(&format!("/{proxy}"), CALL);
    let keyed = |value: &str| call("keyed").with("authorization", value);
    let malformed = |reason| Case::new(reason, "malformed");
    let unauthenticated = |reason| Case::new(reason, "unauthenticated");

    for (case, request) in [
        (unauthenticated("credential_missing"), call("keyed")),
        (
            malformed("credential_in_query"),
            call("keyed?access_token=a"),
        ),
        (
            malformed("two_credentials"),
            call("twice").bearer("a").with("x-api-key", "b"),
        ),
        (
            malformed("credential_misplaced"),
            call("relayed").bearer(&key),
        ),
        (
            malformed("credential_repeated"),
            keyed("Bearer a").bearer("a"),
        ),
        (
            malformed("credential_too_long"),
            keyed(&format!("Bearer {}", "a".repeat(16 << 10))),
        ),
        (malformed("credential_not_a_token"), keyed("Bearer a b")),
        (
            malformed("credential_disguised"),
            call("twice").bearer("a").with("x_api_key", "b"),
        ),
        (unauthenticated("scheme_not_taken"), keyed("Basic YTpi")),
        (
            unauthenticated("key_malformed"),
            keyed("Bearer tollbar_not-a-key"),
        ),
    ] {
        scene.refuses(case, request).await;
    }
}

/// Behind a trusted peer, which tells whose attempts they are.
pub(super) async fn guess(book: Arc<Book>) {
    let listener = "trusted_peers = [\"127.0.0.1\"]\nfailed_attempts.burst = 2\n";
    let scene = Scene::start(&book, listener.to_owned(), &[], &PROXIES[..1]).await;
    let guess = |address: &str| {
        let request = Request::post("/keyed", CALL).with("x-forwarded-for", address);
        request.bearer("a-guess")
    };
    let bad = Case::new("key_malformed", "unauthenticated");
    for _ in 0..2 {
        scene.refuses(bad.clone(), guess("203.0.113.7")).await;
    }
    let limited = Case::new("too_many_failed_attempts", "limited");
    scene.refuses(limited, guess("203.0.113.7")).await;
    scene.refuses(bad, guess("203.0.113.8")).await;
    let unreadable = Case::new("forwarded_for_unreadable", "malformed");
    scene.refuses(unreadable, guess("somebody")).await;
}
