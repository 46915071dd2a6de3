//! Keys are made, changed and ended.

use std::time::{Duration, SystemTime};

use tollbar_plan::key::{
    KeyChange, KeyError, KeyRecord, KeyState, Keys, MemoryStore, NewKey, Proxies,
};

use crate::support::{earlier, later, pepper};

const HOUR: Duration = Duration::from_secs(3600);

fn keys() -> Keys<MemoryStore> {
    Keys::new(MemoryStore::new(), pepper())
}

fn live(record: &KeyRecord) -> usize {
    record.live_secrets(SystemTime::now()).count()
}

#[tokio::test]
async fn a_key_is_made_as_asked_and_known_again() {
    let keys = keys();
    let new = NewKey::new("ci")
        .proxy("mock")
        .proxy("news")
        .owner("build team")
        .scope("tools:read")
        .metadata("ticket", "OPS-17")
        .expires(later());
    let (key, record) = keys.create(new).await.unwrap();
    assert_eq!(record.proxies, Proxies::named(["mock", "news"]));
    assert_eq!(record.owner.as_deref(), Some("build team"));
    assert_eq!(record.metadata["ticket"], "OPS-17");
    assert_eq!(keys.show("ci").await.unwrap(), record);
    assert_eq!(keys.show(record.id.as_str()).await.unwrap(), record);
    assert_eq!(keys.identify(key.expose()).await.unwrap().unwrap(), record);
    assert!(!record.to_json().contains(&key.expose()[8..]));
    let unknown = tollbar_plan::key::Key::generate().unwrap();
    assert!(keys.identify(unknown.expose()).await.unwrap().is_none());
    assert!(keys.identify("nonsense").await.unwrap().is_none());
}

#[tokio::test]
async fn a_key_needs_a_door_and_a_free_name() {
    let keys = keys();
    let closed = keys.create(NewKey::new("ci")).await.unwrap_err();
    assert!(
        closed.to_string().contains("at least one proxy"),
        "{closed}"
    );
    keys.create(NewKey::new("ci").all_proxies()).await.unwrap();
    let taken = keys
        .create(NewKey::new("ci").all_proxies())
        .await
        .unwrap_err();
    assert!(
        taken.to_string().starts_with("there is a key `ci` already"),
        "{taken}"
    );
}

#[tokio::test]
async fn a_name_means_the_key_that_is_not_revoked() {
    let keys = keys();
    let (_, first) = keys.create(NewKey::new("ci").all_proxies()).await.unwrap();
    keys.revoke("ci").await.unwrap();
    assert_eq!(keys.show("ci").await.unwrap().id, first.id);
    let (_, second) = keys.create(NewKey::new("ci").all_proxies()).await.unwrap();
    assert_eq!(keys.show("ci").await.unwrap().id, second.id);
    keys.revoke("ci").await.unwrap();
    let said = keys.show("ci").await.unwrap_err().to_string();
    for id in [first.id.as_str(), second.id.as_str()] {
        assert!(said.contains(id), "{said}");
        assert_eq!(keys.show(id).await.unwrap().id.as_str(), id);
    }
    let said = keys.show("cd").await.unwrap_err().to_string();
    assert_eq!(said, "there is no key `cd`");
}

/// Whoever pastes a key where its name is wanted must not find it in a log.
#[tokio::test]
async fn a_secret_is_no_name_and_is_not_repeated() {
    let keys = keys();
    let (key, _) = keys.create(NewKey::new("ci").all_proxies()).await.unwrap();
    let key = key.expose();
    for secret in [key, &key[..20], &key[8..], &format!("{key} ")] {
        let new = NewKey::new(secret).all_proxies();
        for error in [
            keys.show(secret).await.unwrap_err(),
            keys.revoke(secret).await.unwrap_err(),
            keys.rotate(secret, Duration::ZERO).await.unwrap_err(),
            keys.create(new).await.unwrap_err(),
            keys.update("ci", KeyChange::new().name(secret))
                .await
                .unwrap_err(),
        ] {
            assert!(matches!(error, KeyError::Secret), "{error}");
        }
    }
    assert_eq!(keys.list().await.unwrap().len(), 1);
    let line = format!("{key}\n");
    for new in [
        NewKey::new("a").all_proxies().owner(&line),
        NewKey::new("b").proxy(&line),
        NewKey::new("c").all_proxies().scope(&line),
        NewKey::new("d").all_proxies().metadata(&line, ""),
    ] {
        let said = keys.create(new).await.unwrap_err().to_string();
        assert!(said.starts_with("`tollbar_...` "), "{said}");
    }
}

#[tokio::test]
async fn only_what_is_said_changes() {
    let keys = keys();
    let new = NewKey::new("ci")
        .proxy("mock")
        .owner("me")
        .metadata("a", "1")
        .expires(later());
    let (key, before) = keys.create(new).await.unwrap();
    let same = keys.update("ci", KeyChange::new()).await.unwrap();
    assert_eq!(same, before);
    let change = KeyChange::new()
        .name("build")
        .owner(None)
        .proxies(Proxies::All)
        .scopes(["x"])
        .metadata("a", None)
        .metadata("b", Some("2".to_owned()))
        .expires(None);
    let after = keys.update("ci", change).await.unwrap();
    assert_eq!(
        (after.name.as_str(), &after.owner, after.expires),
        ("build", &None, None)
    );
    assert_eq!(after.proxies, Proxies::All);
    assert!(after.scopes.contains("x"));
    assert_eq!(
        after.metadata.into_iter().collect::<Vec<_>>(),
        [("b".to_owned(), "2".to_owned())]
    );
    assert_eq!(
        keys.identify(key.expose()).await.unwrap().unwrap().id,
        before.id
    );
}

#[tokio::test]
async fn the_old_secret_works_until_the_overlap_is_over() {
    let keys = keys();
    let (first, _) = keys.create(NewKey::new("ci").all_proxies()).await.unwrap();
    let (second, record) = keys.rotate("ci", HOUR).await.unwrap();
    assert_eq!(live(&record), 2);
    let old = record
        .secrets
        .iter()
        .find(|secret| secret.digest == keys.digest(&first));
    let left = old
        .unwrap()
        .expires
        .unwrap()
        .duration_since(SystemTime::now())
        .unwrap();
    assert!(
        left <= HOUR && left > HOUR - Duration::from_secs(30),
        "{left:?}"
    );
    let (third, record) = keys.rotate("ci", Duration::ZERO).await.unwrap();
    assert_eq!(live(&record), 1);
    assert!(
        record
            .live_secrets(SystemTime::now())
            .all(|s| s.digest == keys.digest(&third))
    );
    assert_eq!(record.secrets.len(), 3);
    // A later rotation gives no dead secret back.
    let (_, record) = keys.rotate("ci", HOUR).await.unwrap();
    let dead = [keys.digest(&first), keys.digest(&second)];
    assert!(
        record
            .live_secrets(SystemTime::now())
            .all(|s| !dead.contains(&s.digest))
    );
}

#[tokio::test]
async fn five_secrets_live_at_most_and_sixteen_are_remembered() {
    let keys = keys();
    let (_, record) = keys.create(NewKey::new("ci").all_proxies()).await.unwrap();
    for _ in 0..4 {
        keys.rotate("ci", HOUR).await.unwrap();
    }
    let refused = keys.rotate("ci", HOUR).await.unwrap_err();
    assert!(matches!(refused, KeyError::TooManySecrets { id, most: 5 } if id == record.id));
    assert_eq!(live(&keys.show("ci").await.unwrap()), 5);
    for _ in 0..20 {
        keys.rotate("ci", Duration::ZERO).await.unwrap();
    }
    let (last, record) = keys.rotate("ci", Duration::MAX).await.unwrap();
    assert_eq!((record.secrets.len(), live(&record)), (16, 2));
    assert_eq!(record.secrets[15].digest, keys.digest(&last));
}

#[tokio::test]
async fn what_is_suspended_can_be_resumed_and_what_is_revoked_cannot() {
    let keys = keys();
    keys.create(NewKey::new("ci").all_proxies()).await.unwrap();
    let now = SystemTime::now();
    let suspended = keys.suspend("ci").await.unwrap();
    assert_eq!(suspended.state(now), KeyState::Suspended);
    assert_eq!(keys.suspend("ci").await.unwrap(), suspended);
    assert_eq!(
        keys.resume("ci").await.unwrap().state(now),
        KeyState::Active
    );
    let revoked = keys.revoke("ci").await.unwrap();
    assert_eq!(keys.revoke("ci").await.unwrap(), revoked);
    let change = KeyChange::new().owner(None);
    for refused in [
        keys.resume("ci").await.unwrap_err(),
        keys.suspend("ci").await.unwrap_err(),
        keys.update("ci", change).await.unwrap_err(),
        keys.rotate("ci", HOUR).await.unwrap_err(),
    ] {
        assert!(matches!(refused, KeyError::Revoked(_)), "{refused}");
    }
}

#[tokio::test]
async fn what_has_expired_is_not_rotated_before_it_lives_again() {
    let keys = keys();
    let new = NewKey::new("ci").all_proxies().expires(earlier());
    keys.create(new).await.unwrap();
    let refused = keys.rotate("ci", HOUR).await.unwrap_err();
    assert!(matches!(refused, KeyError::Expired(_)), "{refused}");
    keys.update("ci", KeyChange::new().expires(Some(later())))
        .await
        .unwrap();
    keys.rotate("ci", HOUR).await.unwrap();
}

#[tokio::test]
async fn only_what_ended_long_ago_is_forgotten() {
    let keys = keys();
    let new = |name: &str| NewKey::new(name).all_proxies();
    keys.create(new("lives")).await.unwrap();
    keys.create(new("will end").expires(later())).await.unwrap();
    keys.create(new("has ended").expires(earlier()))
        .await
        .unwrap();
    keys.create(new("revoked")).await.unwrap();
    keys.create(new("suspended")).await.unwrap();
    keys.revoke("revoked").await.unwrap();
    keys.suspend("suspended").await.unwrap();
    let names = |records: Vec<KeyRecord>| {
        let mut names: Vec<_> = records.into_iter().map(|record| record.name).collect();
        names.sort();
        names
    };
    assert!(keys.prune(2 * HOUR).await.unwrap().is_empty());
    assert!(keys.prune(Duration::MAX).await.unwrap().is_empty());
    assert_eq!(names(keys.prune(HOUR / 2).await.unwrap()), ["has ended"]);
    assert_eq!(
        names(keys.prune(Duration::ZERO).await.unwrap()),
        ["revoked"]
    );
    assert_eq!(
        names(keys.list().await.unwrap()),
        ["lives", "suspended", "will end"]
    );
}
