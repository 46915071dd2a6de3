//! Keys in every state in which they open nothing, and one that ends while it is used.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    book::{Book, Case},
    held::Held,
    request::{CALL, Request, Told},
    scene::{PATIENT, Scene},
};

/// How long a change may take to be noticed.
const PATIENCE: Duration = Duration::from_secs(10);

const PROXIES: [&str; 2] = [
    "keyed\n[[proxy.plan]]\ntype = \"key\"",
    "other\n[[proxy.plan]]\ntype = \"key\"",
];

/// All keys, by what became of them.
struct Keys {
    unknown: String,
    rotated: String,
    revoked: String,
    expired: String,
    suspended: String,
    elsewhere: String,
    good: String,
}

impl Keys {
    /// Makes and changes them with the command line, as somebody who runs a gateway does.
    fn make(scene: &Scene) -> Self {
        let gateway = &scene.gateway;
        let unknown = gateway.make_key("unknown", "keyed");
        gateway.keys(&["revoke", "unknown"]);
        gateway.keys(&["prune", "--older-than", "0s"]);
        let [rotated, revoked, suspended] =
            ["rotated", "revoked", "suspended"].map(|name| gateway.make_key(name, "keyed"));
        gateway.keys(&["rotate", "rotated", "--overlap", "0s"]);
        gateway.keys(&["revoke", "revoked"]);
        gateway.keys(&["suspend", "suspended"]);
        let expired = ["create", "--name", "expired", "--proxy", "keyed"];
        let expired = gateway.keys(&[&expired[..], &["--expires", "1s"]].concat());
        Self {
            unknown,
            rotated,
            revoked,
            expired: expired.trim().to_owned(),
            suspended,
            elsewhere: gateway.make_key("elsewhere", "other"),
            good: gateway.make_key("good", "keyed"),
        }
    }
}

pub(super) async fn provoke(book: Arc<Book>) {
    let held = Held::start();
    let slow = format!(
        "{PATIENT}[keys]\npoll_interval = \"50ms\"\n[[proxy]]\nname = \"slow\"\npath = \"/slow\"\n\
         upstream.url = \"{}\"\n[[proxy.plan]]\ntype = \"key\"\n",
        held.url()
    );
    let scene = Scene::start(&book, slow, &[], &PROXIES).await;
    let keys = tokio::task::block_in_place(|| Keys::make(&scene));
    let call = |key: &str| Request::post("/keyed", CALL).bearer(key);
    let list = |key: &str| Request::modern("/keyed", "tools/list", json!({})).bearer(key);
    // What was made last is known last.
    until(&scene, &list(&keys.good), 200).await;
    let ended = Case::new("key_expired", "unauthenticated");
    until(&scene, &call(&keys.expired), 401).await;

    for (case, key) in [
        (ended, &keys.expired),
        (Case::new("key_unknown", "unauthenticated"), &keys.unknown),
        (Case::new("key_rotated", "unauthenticated"), &keys.rotated),
        (Case::new("key_revoked", "unauthenticated"), &keys.revoked),
        (Case::new("key_suspended", "forbidden"), &keys.suspended),
        (Case::new("key_other_proxy", "forbidden"), &keys.elsewhere),
    ] {
        scene.refuses(case, call(key)).await;
    }
    end(&scene, &held).await;
}

/// Sends a request until it is answered so.
async fn until(scene: &Scene, request: &Request, status: u16) {
    let begun = Instant::now();
    while request.send(scene.address()).await.status != status {
        assert!(
            begun.elapsed() < PATIENCE,
            "a key is never answered {status}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A right that ends while the server thinks about the answer.
async fn end(scene: &Scene, held: &Held) {
    let gateway = &scene.gateway;
    let key = tokio::task::block_in_place(|| gateway.make_key("ending", "slow"));
    // It is known when it is refused for being of another proxy.
    until(scene, &Request::post("/keyed", CALL).bearer(&key), 403).await;
    let request = Request::post("/slow", CALL).bearer(&key);
    let revoke = async {
        held.is_asked().await;
        tokio::task::block_in_place(|| gateway.keys(&["revoke", "ending"]));
        until(scene, &Request::post("/keyed", CALL).bearer(&key), 401).await;
        held.let_go();
    };
    let (told, ()): (Told, ()) = tokio::join!(request.send(scene.address()), revoke);
    let ended = Case::new("grant_ended", "unauthenticated");
    scene.refused(ended, &request, &told).await;
}
