use std::sync::atomic::AtomicUsize;

use serde_json::{Value, json};
use tokio::time::sleep;

use tollbar_core::Revocation;

use super::*;
use crate::jwt::Algorithm;

const MINUTE: Duration = Duration::from_secs(60);
const DOWN: Unavailable = Unavailable {
    retry_after: Duration::from_secs(1),
};

/// A server that answers what it is told to, in a second.
#[derive(Clone)]
struct Server(Arc<Inner>);

struct Inner {
    set: KeySet,
    answer: Mutex<Option<String>>,
    asked: AtomicUsize,
}

impl Server {
    fn new(keys: &[&str]) -> Self {
        let server = Self(Arc::new(Inner {
            set: KeySet::new(KeySetSettings::default()),
            answer: Mutex::new(None),
            asked: AtomicUsize::new(0),
        }));
        server.has(keys);
        server
    }

    /// It has the keys of these names from now on.
    fn has(&self, names: &[&str]) {
        let key = |name: &&str| -> Value {
            json!({"kty": "OKP", "crv": "Ed25519", "kid": name, "x": format!("{}{name}A", "A".repeat(41))})
        };
        let keys: Vec<_> = names.iter().map(key).collect();
        self.says(Some(&json!({"keys": keys}).to_string()));
    }

    fn says(&self, answer: Option<&str>) {
        *self.0.answer.lock().unwrap() = answer.map(Into::into);
    }

    fn asked(&self) -> usize {
        self.0.asked.load(Ordering::Relaxed)
    }

    async fn get(&self) -> Told {
        self.0.set.get(self).await
    }

    /// The names of the keys there are, among these.
    async fn names(&self) -> String {
        match self.get().await {
            Ok(keys) => "abcd"
                .chars()
                .filter(|it| find(&keys, *it).is_some())
                .collect(),
            Err(_) => "unavailable".into(),
        }
    }

    /// Uses them once in a minute.
    async fn used_for(&self, minutes: u32) {
        for _ in 0..minutes {
            sleep(MINUTE).await;
            let _: Told = self.get().await;
        }
    }
}

fn find(keys: &Keys, name: char) -> Option<Arc<Revocation>> {
    let key = keys.find(Some(&name.to_string()), Algorithm::EdDsa)?;
    Some(Arc::clone(&key.revocation))
}

impl KeySource for Server {
    fn name(&self) -> &str {
        "https://login.example"
    }

    async fn fetch(&self) -> Result<Vec<u8>, Unavailable> {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_secs(1)).await;
        let answer = self.0.answer.lock().unwrap().clone();
        answer.map(String::into_bytes).ok_or(DOWN)
    }

    fn keys(&self) -> &KeySet {
        &self.0.set
    }

    fn weak(&self) -> impl Fn() -> Option<Self> + Send + Sync + 'static {
        let weak = Arc::downgrade(&self.0);
        move || weak.upgrade().map(Self)
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_ask_once() {
    let server = Server::new(&["a"]);
    let asking: Vec<_> = (0..1000)
        .map(|_| {
            let server = server.clone();
            tokio::spawn(async move { server.names().await })
        })
        .collect();
    for names in asking {
        assert_eq!(names.await.unwrap(), "a");
    }
    assert_eq!(server.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_has_begun_may_leave() {
    let server = Server::new(&["a"]);
    let first = tokio::time::timeout(Duration::from_millis(500), server.get()).await;
    assert!(first.is_err());
    assert_eq!(server.names().await, "a");
    assert_eq!(server.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn keys_in_use_are_asked_for_every_ten_minutes() {
    let server = Server::new(&["a"]);
    server.used_for(60).await;
    assert!((6..=7).contains(&server.asked()), "{}", server.asked());
    // Nobody waits for that.
    server.says(None);
    sleep(15 * MINUTE).await;
    let before = Instant::now();
    assert_eq!(server.names().await, "a");
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn keys_that_nobody_uses_are_not_asked_for() {
    let server = Server::new(&["a"]);
    assert_eq!(server.names().await, "a");
    sleep(24 * 60 * MINUTE).await;
    // Once more: they were used after they had been asked for.
    assert!(server.asked() <= 2);
    assert!(server.0.set.lock().keeper.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_withdrawn_key_ends_what_it_has_let_in_though_nobody_asks() {
    let server = Server::new(&["a", "b"]);
    let keys = server.get().await.unwrap();
    // As an open stream holds it.
    let (a, b) = (find(&keys, 'a').unwrap(), find(&keys, 'b').unwrap());
    let (a, b): (Revocation, Revocation) = ((*a).clone(), (*b).clone());
    drop(keys);
    sleep(60 * MINUTE).await;
    assert!(!a.is_revoked() && !b.is_revoked());
    server.has(&["b"]);
    let bound = 10 * MINUTE + Duration::from_secs(2);
    tokio::time::timeout(bound, a.revoked()).await.unwrap();
    assert!(!b.is_revoked());
}

#[tokio::test(start_paused = true)]
async fn rotation_with_overlap_lets_everybody_stay() {
    let server = Server::new(&["a"]);
    let a = find(&server.get().await.unwrap(), 'a').unwrap();
    server.has(&["a", "b"]);
    server.used_for(11).await;
    assert_eq!(server.names().await, "ab");
    assert!(!a.is_revoked());
    server.has(&["b"]);
    server.used_for(11).await;
    assert_eq!(server.names().await, "b");
    assert!(a.is_revoked());
    // Coming back, it is another right.
    server.has(&["a"]);
    server.used_for(11).await;
    let again = find(&server.get().await.unwrap(), 'a').unwrap();
    assert!(!again.is_revoked());
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_unknown_keys_asks_twice_in_a_minute() {
    let server = Server::new(&["a"]);
    for _ in 0..60_000 {
        let known = server.get().await.unwrap();
        assert!(server.0.set.newer(&server, &known).await.is_ok());
        sleep(Duration::from_millis(10)).await;
    }
    // Ten minutes, and the first time.
    let asked = server.asked();
    assert!((19..=23).contains(&asked), "{asked}");
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_found_at_once_unless_the_server_was_asked_just_now() {
    let server = Server::new(&["a"]);
    let known = server.get().await.unwrap();
    server.has(&["a", "b"]);
    let newer = async |known: &Arc<Keys>| server.0.set.newer(&server, known).await.unwrap();
    assert!(newer(&known).await.is_none());
    sleep(Duration::from_secs(30)).await;
    let asking = (0..100).map(|_| async { newer(&known).await.unwrap() });
    for keys in futures_util::future::join_all(asking).await {
        assert!(find(&keys, 'b').is_some());
    }
    assert_eq!(server.asked(), 2);
    // Somebody else has asked already.
    assert!(newer(&known).await.is_some());
    assert_eq!(server.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_key_is_nobodys_fault_while_the_server_is_down() {
    let server = Server::new(&["a"]);
    let known = server.get().await.unwrap();
    sleep(MINUTE).await;
    server.says(None);
    assert!(server.0.set.newer(&server, &known).await.is_err());
    assert!(server.0.set.newer(&server, &known).await.is_err());
    assert_eq!(server.asked(), 2);
    // The known ones serve on.
    assert_eq!(server.names().await, "a");
}

#[tokio::test(start_paused = true)]
async fn known_keys_serve_for_an_hour_while_the_server_is_down() {
    let server = Server::new(&["a"]);
    let a = find(&server.get().await.unwrap(), 'a').unwrap();
    server.says(None);
    for _ in 0..59 {
        sleep(MINUTE).await;
        let before = Instant::now();
        assert_eq!(server.names().await, "a");
        assert_eq!(before.elapsed(), Duration::ZERO);
    }
    assert!(!a.is_revoked());
    sleep(MINUTE).await;
    assert!(a.is_revoked());
    assert_eq!(server.names().await, "unavailable");
    // Fifty minutes, every half, with a fifth off at most.
    let asked = server.asked();
    assert!((90..=140).contains(&asked), "{asked}");
    server.has(&["a"]);
    sleep(MINUTE).await;
    assert_eq!(server.names().await, "a");
}

#[tokio::test(start_paused = true)]
async fn without_keys_requests_wait_only_for_the_call_under_way() {
    let server = Server::new(&[]);
    server.says(None);
    for _ in 0..1000 {
        let error = server.get().await.unwrap_err();
        assert!(error.retry_after >= Duration::from_secs(1));
    }
    assert!(server.asked() <= 2, "{}", server.asked());
}

#[tokio::test(start_paused = true)]
async fn garbage_is_a_failure_and_takes_no_key_away() {
    let server = Server::new(&["a"]);
    let a = find(&server.get().await.unwrap(), 'a').unwrap();
    for garbage in ["", "<html>", "[]", r#"{"error":"oops"}"#] {
        server.says(Some(garbage));
        server.used_for(12).await;
        assert_eq!(server.names().await, "a", "{garbage}");
        server.has(&["a"]);
        server.used_for(12).await;
    }
    assert!(!a.is_revoked());
}

#[tokio::test(start_paused = true)]
async fn a_set_without_keys_ends_everything_and_blames_no_token() {
    let server = Server::new(&["a"]);
    let a = find(&server.get().await.unwrap(), 'a').unwrap();
    server.has(&[]);
    server.used_for(12).await;
    assert!(a.is_revoked());
    assert_eq!(server.names().await, "unavailable");
    server.has(&["b"]);
    sleep(MINUTE).await;
    assert_eq!(server.names().await, "b");
}

#[tokio::test(start_paused = true)]
async fn keys_that_nobody_has_used_for_long_are_looked_at_before_they_are_used() {
    let server = Server::new(&["a"]);
    assert_eq!(server.names().await, "a");
    sleep(50 * MINUTE).await;
    server.has(&["b"]);
    assert_eq!(server.names().await, "b");
    // When that cannot be, they serve all the same.
    sleep(50 * MINUTE).await;
    server.says(None);
    assert_eq!(server.names().await, "b");
    // And are given up in time, though nobody asks.
    let b = find(&server.get().await.unwrap(), 'b').unwrap();
    sleep(11 * MINUTE).await;
    assert!(b.is_revoked());
}

#[tokio::test(start_paused = true)]
async fn the_task_does_not_hold_the_server() {
    let server = Server::new(&["a"]);
    assert_eq!(server.names().await, "a");
    sleep(Duration::from_secs(5)).await;
    let weak = Arc::downgrade(&server.0);
    drop(server);
    assert!(weak.upgrade().is_none());
}

#[test]
fn without_a_runtime_there_are_no_keys() {
    let server = Server::new(&["a"]);
    let asking = server.get();
    let told = futures_util::FutureExt::now_or_never(asking).unwrap();
    assert!(told.is_err());
}
