//! The plan judges keys.

use std::time::{Duration, SystemTime};

use http::{HeaderName, header::AUTHORIZATION};
use tollbar_core::{Exchange, Kind, Refusal};
use tollbar_plan::{
    Admission, Credential, Fit, Plan, Source,
    key::{Key, KeyChange, KeyPlan, Keys, MemoryStore, NewKey},
};

use crate::support::{earlier, later, pepper};

struct World {
    keys: Keys<MemoryStore>,
    plan: KeyPlan<MemoryStore>,
}

impl World {
    fn new() -> Self {
        let store = MemoryStore::new();
        Self {
            keys: Keys::new(store.clone(), pepper()),
            plan: KeyPlan::new(store, pepper()).proxy("mock"),
        }
    }

    async fn key(&self, new: NewKey) -> Key {
        self.keys.create(new).await.unwrap().0
    }

    async fn judge(&self, token: &str) -> Result<Admission, Refusal> {
        judge(&self.plan, token).await
    }

    /// Kind and reason of the refusal that a key gets.
    async fn refusal(&self, token: &str) -> (Kind, &'static str) {
        let refusal = self.judge(token).await.unwrap_err();
        (refusal.kind(), refusal.reason())
    }
}

async fn judge(plan: &impl Plan, token: &str) -> Result<Admission, Refusal> {
    plan.identify(Credential::Token(token), &Exchange::new())
        .await
}

#[tokio::test]
async fn a_good_key_says_who_asks() {
    let world = World::new();
    let new = NewKey::new("ci")
        .proxy("mock")
        .owner("build team")
        .scope("tools:read");
    let (key, record) = world.keys.create(new).await.unwrap();
    let admission = world.judge(key.expose()).await.unwrap();
    let consumer = &admission.consumer;
    assert_eq!(consumer.plan(), "key");
    assert_eq!(consumer.subject(), Some("build team"));
    assert_eq!(consumer.key_id(), Some(record.id.as_str()));
    assert_eq!(consumer.key_name(), Some("ci"));
    assert_eq!(consumer.scopes().collect::<Vec<_>>(), ["tools:read"]);
    assert!(!admission.grant.has_ended());
    let named = world.plan.clone().name("partners");
    let consumer = judge(&named, key.expose()).await.unwrap().consumer;
    assert_eq!(
        (Plan::name(&named), consumer.plan()),
        ("partners", "partners")
    );
}

#[tokio::test]
async fn each_bad_key_gets_its_refusal() {
    use Kind::{Forbidden, Unauthenticated};

    let world = World::new();
    let new = |name: &str| NewKey::new(name).proxy("mock");
    assert_eq!(
        world.refusal("secret").await,
        (Unauthenticated, "key_malformed")
    );
    let key = world.key(new("mistyped")).await;
    let last = key.expose().chars().last().unwrap();
    let mistyped = format!(
        "{}{}",
        &key.expose()[..56],
        if last == 'a' { 'b' } else { 'a' }
    );
    assert_eq!(
        world.refusal(&mistyped).await,
        (Unauthenticated, "key_malformed")
    );
    let key = Key::generate().unwrap();
    assert_eq!(
        world.refusal(key.expose()).await,
        (Unauthenticated, "key_unknown")
    );
    let key = world.key(new("expired").expires(earlier())).await;
    assert_eq!(
        world.refusal(key.expose()).await,
        (Unauthenticated, "key_expired")
    );
    let key = world.key(NewKey::new("other").proxy("news")).await;
    assert_eq!(
        world.refusal(key.expose()).await,
        (Forbidden, "key_other_proxy")
    );
    let key = world.key(new("suspended")).await;
    world.keys.suspend("suspended").await.unwrap();
    assert_eq!(
        world.refusal(key.expose()).await,
        (Forbidden, "key_suspended")
    );
    world.keys.resume("suspended").await.unwrap();
    world.judge(key.expose()).await.unwrap();
    let key = world.key(new("revoked")).await;
    world.keys.revoke("revoked").await.unwrap();
    assert_eq!(
        world.refusal(key.expose()).await,
        (Unauthenticated, "key_revoked")
    );
    let key = world.key(new("rotated")).await;
    let (second, _) = world.keys.rotate("rotated", Duration::ZERO).await.unwrap();
    assert_eq!(
        world.refusal(key.expose()).await,
        (Unauthenticated, "key_rotated")
    );
    world.judge(second.expose()).await.unwrap();
    // The holder of the old secret does not learn what has become of the key.
    world.keys.suspend("rotated").await.unwrap();
    assert_eq!(
        world.refusal(key.expose()).await,
        (Unauthenticated, "key_rotated")
    );
    assert_eq!(
        world.refusal(second.expose()).await,
        (Forbidden, "key_suspended")
    );
}

#[tokio::test]
async fn a_door_without_a_name_opens_to_keys_for_all_only() {
    let world = World::new();
    let named = world.key(NewKey::new("named").proxy("mock")).await;
    let all = world.key(NewKey::new("all").all_proxies()).await;
    let store = world.plan.clone();
    let nameless = KeyPlan::new(MemoryStore::new(), pepper());
    assert_eq!(
        judge(&nameless, all.expose()).await.unwrap_err().reason(),
        "key_unknown"
    );
    world.judge(named.expose()).await.unwrap();
    world.judge(all.expose()).await.unwrap();
    let other = store.proxy("news");
    assert_eq!(
        judge(&other, named.expose()).await.unwrap_err().reason(),
        "key_other_proxy"
    );
    judge(&other, all.expose()).await.unwrap();
}

#[tokio::test]
async fn the_right_ends_with_the_key() {
    let world = World::new();
    let key = world
        .key(NewKey::new("ci").proxy("mock").expires(later()))
        .await;
    let admit = async || world.judge(key.expose()).await.unwrap().grant;
    let grant = admit().await;
    world.keys.suspend("ci").await.unwrap();
    assert!(grant.has_ended());
    world.keys.resume("ci").await.unwrap();
    let grant = admit().await;
    world
        .keys
        .update("ci", KeyChange::new().scopes(["x"]))
        .await
        .unwrap();
    assert!(grant.has_ended());
    let grant = admit().await;
    world
        .keys
        .update("ci", KeyChange::new().metadata("x", Some("y".to_owned())))
        .await
        .unwrap();
    assert!(!grant.has_ended());
    world.keys.revoke("ci").await.unwrap();
    assert!(grant.has_ended());
}

#[tokio::test]
async fn the_right_ends_at_the_first_of_two_times() {
    let world = World::new();
    let soon = SystemTime::now() + Duration::from_secs(2);
    let key = world
        .key(NewKey::new("expires").proxy("mock").expires(soon))
        .await;
    let old = world
        .key(NewKey::new("rotated").proxy("mock").expires(later()))
        .await;
    world
        .keys
        .rotate("rotated", Duration::from_secs(2))
        .await
        .unwrap();
    let lasting = world.key(NewKey::new("lasting").proxy("mock")).await;
    let grants = [
        world.judge(key.expose()).await.unwrap().grant,
        world.judge(old.expose()).await.unwrap().grant,
    ];
    let lasting = world.judge(lasting.expose()).await.unwrap().grant;
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert!(grants.iter().all(tollbar_core::Grant::has_ended));
    assert!(!lasting.has_ended());
    assert_eq!(world.refusal(key.expose()).await.1, "key_expired");
    assert_eq!(world.refusal(old.expose()).await.1, "key_rotated");
}

#[tokio::test]
async fn only_what_is_let_in_counts_as_use() {
    let world = World::new();
    let key = world.key(NewKey::new("ci").proxy("mock")).await;
    assert_eq!(world.keys.show("ci").await.unwrap().last_used, None);
    world.keys.suspend("ci").await.unwrap();
    world.judge(key.expose()).await.unwrap_err();
    assert_eq!(world.keys.show("ci").await.unwrap().last_used, None);
    world.keys.resume("ci").await.unwrap();
    let before = SystemTime::now() - Duration::from_secs(1);
    world.judge(key.expose()).await.unwrap();
    let used = world.keys.show("ci").await.unwrap().last_used.unwrap();
    assert!(used >= before && used <= SystemTime::now());
}

#[test]
fn the_plan_claims_what_looks_like_a_key() {
    let plan = World::new().plan;
    assert_eq!(plan.fit(&Credential::Token("tollbar_")), Fit::Certain);
    assert_eq!(plan.fit(&Credential::Token("eyJhbGciOi")), Fit::Possible);
    assert_eq!(plan.fit(&Credential::Nothing), Fit::No);
    assert_eq!(plan.source(), Source::Authorization);
    assert_eq!(
        plan.clone().header(AUTHORIZATION).source(),
        Source::Authorization
    );
    let header = HeaderName::from_static("x-api-key");
    assert_eq!(plan.header(header.clone()).source(), Source::Header(header));
}

#[tokio::test]
async fn nothing_but_a_token_is_a_key() {
    let plan = World::new().plan;
    let judged = plan.identify(Credential::Nothing, &Exchange::new()).await;
    assert_eq!(judged.unwrap_err().reason(), "key_malformed");
}
