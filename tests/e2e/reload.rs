//! A configuration that is edited while the gateway runs.

pub(crate) mod client;
pub(crate) mod gateway;
mod tls;

use std::{fs, time::Duration};

use serde_json::Value;

use self::{
    client::{Stream, ask},
    gateway::Gateway,
};

const KEY: &str = "[[proxy.plan]]\ntype = \"key\"";

/// How long after an edit a stream may go on that has no right any more.
const BOUND: Duration = Duration::from_secs(1);

/// What a client sends to be let in by this key.
fn bearer(key: &str) -> [(&'static str, String); 1] {
    [("authorization", format!("Bearer {key}"))]
}

fn borrowed<'a>(headers: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    let pairs = headers.iter();
    pairs.map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_plan_comes_and_only_the_streams_of_its_proxy_end() {
    let gateway = Gateway::start("", &[], &["a", "b"]);
    let (a, b) = (gateway.url("a"), gateway.url("b"));
    let mut of_a = Stream::open(&a, &[]).await;
    let mut of_b = Stream::open(&b, &[]).await;
    gateway.write("", &[&format!("a\n{KEY}"), "b"]);
    let took = of_a.end().await;
    of_a.assert_closed();
    assert!(took < BOUND, "{took:?}");
    gateway.hear("reloaded: 1 proxy changed, 1 untouched");
    assert_eq!(ask(&a, &[]).await, 401);
    assert_eq!(ask(&b, &[]).await, 200);
    assert!(
        of_b.hears(&b, &[]).await,
        "the other proxy's stream goes on"
    );
    // A key that is made now opens it, without another reload.
    let key = bearer(&gateway.make_key("ci", "a"));
    let begun = std::time::Instant::now();
    while ask(&a, &borrowed(&key)).await != 200 {
        assert!(begun.elapsed() < BOUND, "the key is not taken");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Another version is nothing to those who listen.
    let mut keyed = Stream::open(&a, &borrowed(&key)).await;
    gateway.reload(&[
        &format!("a\nversion = \"2\"\n{KEY}").replace("version", "description"),
        "b",
    ]);
    assert!(
        keyed.hears(&b, &[]).await,
        "an unchanged plan keeps its streams"
    );
    // The plan has another name: what was let in by it has ended.
    gateway.write("", &[&format!("a\n{KEY}\nname = \"partners\""), "b"]);
    assert!(keyed.end().await < BOUND);
    keyed.assert_closed();
    assert_eq!(ask(&a, &borrowed(&key)).await, 200, "the keys are the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_with_errors_is_refused_as_a_whole_and_once() {
    let gateway = Gateway::start("", &[], &["a"]);
    let a = gateway.url("a");
    let mut stream = Stream::open(&a, &[]).await;
    gateway.write("adress = 1", &["a", &format!("c\n{KEY}")]);
    gateway.hear("unknown key `adress` in `listener`");
    gateway.hear("did you mean `address`?");
    gateway.hear("the new configuration is refused (1 error): the old one stays");
    assert_eq!(
        ask(&gateway.url("c"), &[]).await,
        404,
        "no part of it is taken"
    );
    assert!(stream.hears(&a, &[]).await);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(
        gateway.count("is refused"),
        1,
        "it is not tried again by itself"
    );
    // Asked for, it is.
    gateway.signal("HUP");
    gateway.hear("SIGHUP");
    while gateway.count("is refused") < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // What a reload cannot do, the start of a key store, leaves everything as it was too.
    fs::write(gateway.path("keys.json"), "{ half a fi").unwrap();
    gateway.write("", &["a", &format!("c\n{KEY}")]);
    gateway.hear("keys.json` is damaged");
    assert_eq!(ask(&gateway.url("c"), &[]).await, 404);
    fs::remove_file(gateway.path("keys.json")).unwrap();
    gateway.signal("HUP");
    gateway.hear("reloaded: 1 proxy added, 1 untouched");
    assert_eq!(ask(&gateway.url("c"), &[]).await, 401);
    assert!(stream.hears(&a, &[]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_is_removed_ends_its_streams() {
    let gateway = Gateway::start("", &[], &["a", "b", "c"]);
    let mut of_a = Stream::open(&gateway.url("a"), &[]).await;
    let mut of_b = Stream::open(&gateway.url("b"), &[]).await;
    let mut of_c = Stream::open(&gateway.url("c"), &[]).await;
    // One goes, one gets another name at its old path.
    gateway.write("", &["b", "d\n"]);
    assert!(of_a.end().await < BOUND);
    of_a.assert_closed();
    of_c.end().await;
    of_c.assert_closed();
    gateway.hear("reloaded: 1 proxy added, 2 removed, 1 untouched");
    gateway.hear(&format!("{}\",\"proxy\":\"d\"", gateway.url("d")));
    assert_eq!(ask(&gateway.url("a"), &[]).await, 404);
    assert_eq!(ask(&gateway.url("d"), &[]).await, 200);
    assert!(of_b.hears(&gateway.url("d"), &[]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exchange_log_and_readyz_tell_what_runs() {
    let admin = "[admin]\naddress = \"127.0.0.1:0\"";
    let gateway = Gateway::start(admin, &[], &["a\nversion = \"1\""]);
    gateway.hear("/readyz");
    let said = gateway.running.said();
    let mut lines = said
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let listens = lines.find_map(|line| Some(line.get("admin")?.as_str()?.to_owned()));
    let ready = format!("{}/readyz", listens.unwrap());
    let state = async || reqwest::get(&ready).await.unwrap();
    let text = state().await.text().await.unwrap();
    assert!(text.contains("\"configuration\":\"applied\""), "{text}");
    assert_eq!(ask(&gateway.url("a"), &[]).await, 200);
    gateway.hear("\"proxy_version\":\"1\"");
    gateway.write(admin, &["a\nversion = \"2\"", "b"]);
    gateway.hear("reloaded: 1 proxy added, 1 changed");
    assert_eq!(ask(&gateway.url("a"), &[]).await, 200);
    gateway.hear("\"proxy_version\":\"2\"");
    let text = state().await.text().await.unwrap();
    assert!(text.contains("\"proxy\":\"b\""), "{text}");
    gateway.write(admin, &[]);
    gateway.hear("`proxy` is missing in the configuration");
    gateway.hear("is refused");
    let refused = state().await;
    assert_eq!(refused.status(), 200, "the old one serves");
    let text = refused.text().await.unwrap();
    assert!(text.contains("\"configuration\":\"refused\""), "{text}");
    // What needs a restart is named, and the rest is taken.
    gateway.write(&format!("max_connections = 5\n{admin}"), &["a"]);
    gateway.hear("in effect after a restart only: `listener.max_connections`");
    gateway.hear("reloaded: 1 proxy changed, 1 removed");
    let text = state().await.text().await.unwrap();
    assert!(text.contains("\"configuration\":\"applied\""), "{text}");
}

/// As Kubernetes replaces a mounted secret: a link is turned to another folder.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_replaced_behind_a_link_is_taken() {
    let lines = "upstream.headers.x-token = { file = \"token\" }";
    let (a, b) = ("first-s3cret", "second-s3cret");
    let gateway = Gateway::start("", &[("token", a)], &[&format!("a\n{lines}"), "b"]);
    let mut stream = Stream::open(&gateway.url("a"), &[]).await;
    let mut other = Stream::open(&gateway.url("b"), &[]).await;
    fs::create_dir(gateway.path("new")).unwrap();
    fs::write(gateway.path("new/token"), b).unwrap();
    std::os::unix::fs::symlink("new/token", gateway.path("link")).unwrap();
    fs::rename(gateway.path("link"), gateway.path("token")).unwrap();
    gateway.hear("reloaded: 1 proxy changed, 1 untouched");
    assert_eq!(ask(&gateway.url("a"), &[]).await, 200);
    // Who was let in does not depend on what the server is shown.
    assert!(stream.hears(&gateway.url("b"), &[]).await);
    assert!(other.hears(&gateway.url("b"), &[]).await);
    let said = gateway.running.said();
    assert!(!said.contains("s3cret"), "{said}");
}

/// The uses of keys are written at the end, and a gateway that has been reloaded ends in order.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_of_a_key_is_written_down_at_the_end() {
    let mut gateway = Gateway::start("", &[], &[&format!("a\n{KEY}")]);
    let key = bearer(&gateway.make_key("ci", "a"));
    gateway.reload(&[&format!("a\ndescription = \"x\"\n{KEY}")]);
    let begun = std::time::Instant::now();
    while ask(&gateway.url("a"), &borrowed(&key)).await != 200 {
        assert!(begun.elapsed() < BOUND, "the key is not taken");
    }
    let stored = || fs::read_to_string(gateway.path("keys.json")).unwrap();
    assert!(!stored().contains("\"last_used\": \"2"), "{}", stored());
    let before = stored();
    assert_eq!(gateway.running.terminate(), Some(0));
    let after = fs::read_to_string(gateway.path("keys.json")).unwrap();
    assert_ne!(before, after);
    assert!(after.contains("\"last_used\""), "{after}");
}
