//! What every store promises, asked of both.

use std::time::{Duration, SystemTime};

use tollbar_plan::key::{KeyDigest, KeyError, KeyStore, MemoryStore, Timestamp};

use crate::support::{Folder, later, record};

macro_rules! of_both_stores {
    ($($promise:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(super::MemoryStore::new()).await;
            })+
        }

        mod file {
            $(#[tokio::test]
            async fn $promise() {
                let folder = super::Folder::new();
                super::$promise(folder.open()).await;
            })+
        }
    };
}

of_both_stores![
    what_is_inserted_is_found,
    ids_names_and_digests_are_unique,
    a_revoked_key_leaves_its_name,
    a_failed_change_changes_nothing,
    an_update_is_kept_and_given,
    what_is_revoked_stays_so,
    what_has_other_rights_is_revoked,
    what_has_the_same_rights_goes_on,
    another_end_is_waited_for,
    what_is_removed_is_gone,
    uses_only_go_forward,
    records_are_listed_by_age,
    changes_that_overlap_are_all_kept,
];

async fn what_is_inserted_is_found(store: impl KeyStore) {
    let record = record("ci");
    let digest = record.secrets[0].digest;
    assert!(store.find(&digest).await.unwrap().is_none());
    assert!(store.get(&record.id).await.unwrap().is_none());
    assert!(store.list().await.unwrap().is_empty());
    store.insert(record.clone()).await.unwrap();
    assert_eq!(store.get(&record.id).await.unwrap().unwrap(), record);
    assert_eq!(store.list().await.unwrap(), std::slice::from_ref(&record));
    let entry = store.find(&digest).await.unwrap().unwrap();
    assert_eq!(entry.id(), &record.id);
    assert_eq!(entry.consumer().key_name(), Some("ci"));
    let other = KeyDigest::from_bytes([9; 32]);
    assert!(store.find(&other).await.unwrap().is_none());
}

async fn ids_names_and_digests_are_unique(store: impl KeyStore) {
    let (first, second) = (record("first"), record("second"));
    store.insert(first.clone()).await.unwrap();
    store.insert(second.clone()).await.unwrap();
    let again = store.insert(first.clone()).await;
    assert!(matches!(again, Err(KeyError::Taken(id)) if id == first.id));
    let mut named = record("first");
    let taken = store.insert(named.clone()).await.unwrap_err();
    assert!(matches!(taken, KeyError::NameTaken { id, .. } if id == first.id));
    named.name = "third".to_owned();
    named.secrets[0].digest = second.secrets[0].digest;
    let taken = store.insert(named).await;
    assert!(matches!(taken, Err(KeyError::Taken(id)) if id == second.id));
    let renamed = store.update(&second.id, |record| {
        record.name = "first".to_owned();
        Ok(())
    });
    assert!(matches!(renamed.await, Err(KeyError::NameTaken { .. })));
    assert_eq!(store.list().await.unwrap(), [first, second]);
}

async fn a_revoked_key_leaves_its_name(store: impl KeyStore) {
    let first = record("ci");
    store.insert(first.clone()).await.unwrap();
    let revoke = |record: &mut tollbar_plan::key::KeyRecord| {
        record.revoked = Some(Timestamp::now().time());
        Ok(())
    };
    store.update(&first.id, revoke).await.unwrap();
    store.insert(record("ci")).await.unwrap();
    assert_eq!(store.list().await.unwrap().len(), 2);
}

async fn a_failed_change_changes_nothing(store: impl KeyStore) {
    let record = record("ci");
    store.insert(record.clone()).await.unwrap();
    let entry = store
        .find(&record.secrets[0].digest)
        .await
        .unwrap()
        .unwrap();
    let refused = store.update(&record.id, |record| {
        record.name = "other".to_owned();
        Err(KeyError::Expired(record.id.clone()))
    });
    assert!(matches!(refused.await, Err(KeyError::Expired(_))));
    let invalid = store.update(&record.id, |record| {
        record.name = String::new();
        Ok(())
    });
    assert!(matches!(invalid.await, Err(KeyError::Invalid(_))));
    let other_id = record.id.as_str().replace("k_0", "k_1").parse().unwrap();
    let moved = store.update(&record.id, move |record| {
        record.id = Clone::clone(&other_id);
        Ok(())
    });
    assert!(matches!(moved.await, Err(KeyError::Invalid(_))));
    let unknown = "k_nobodyhasit0".parse().unwrap();
    let unknown = store.update(&unknown, |_| Ok(())).await;
    assert!(matches!(unknown, Err(KeyError::Unknown(_))));
    assert_eq!(store.list().await.unwrap(), [record]);
    assert!(!entry.revocation().is_revoked());
}

async fn an_update_is_kept_and_given(store: impl KeyStore) {
    let record = record("ci");
    store.insert(record.clone()).await.unwrap();
    let given = store.update(&record.id, |record| {
        record.owner = Some("build team".to_owned());
        Ok(())
    });
    let given = given.await.unwrap();
    assert_eq!(given.owner.as_deref(), Some("build team"));
    assert_eq!(store.get(&record.id).await.unwrap().unwrap(), given);
    let entry = store
        .find(&record.secrets[0].digest)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(entry.consumer().subject(), Some("build team"));
}

async fn what_is_revoked_stays_so(store: impl KeyStore) {
    let record = record("ci");
    store.insert(record.clone()).await.unwrap();
    let revoked = store.update(&record.id, |record| {
        record.revoked = Some(Timestamp::now().time());
        Ok(())
    });
    let revoked = revoked.await.unwrap();
    let back = store.update(&record.id, |record| {
        record.revoked = None;
        Ok(())
    });
    assert!(matches!(back.await, Err(KeyError::Revoked(_))));
    assert_eq!(store.get(&record.id).await.unwrap().unwrap(), revoked);
}

async fn what_has_other_rights_is_revoked(store: impl KeyStore) {
    type Change = fn(&mut tollbar_plan::key::KeyRecord);
    let changes: [Change; 7] = [
        |record| record.name = "another".to_owned(),
        |record| record.owner = Some("somebody".to_owned()),
        |record| record.proxies = tollbar_plan::key::Proxies::All,
        |record| record.scopes = ["more".to_owned()].into(),
        |record| record.suspended = Some(Timestamp::now().time()),
        |record| record.suspended = None,
        |record| record.revoked = Some(Timestamp::now().time()),
    ];
    let record = record("ci");
    store.insert(record.clone()).await.unwrap();
    for (number, change) in changes.into_iter().enumerate() {
        let entry = store
            .find(&record.secrets[0].digest)
            .await
            .unwrap()
            .unwrap();
        assert!(!entry.revocation().is_revoked(), "change {number}");
        let changed = store.update(&record.id, move |record| {
            change(record);
            Ok(())
        });
        changed.await.unwrap();
        assert!(entry.revocation().is_revoked(), "change {number}");
    }
}

async fn what_has_the_same_rights_goes_on(store: impl KeyStore) {
    let (first, second) = (record("first"), record("second"));
    store.insert(first.clone()).await.unwrap();
    let entry = store.find(&first.secrets[0].digest).await.unwrap().unwrap();
    // Another key comes, is changed and goes; this one is used and gets a note and a new secret.
    store.insert(second.clone()).await.unwrap();
    let suspended = store.update(&second.id, |record| {
        record.suspended = Some(Timestamp::now().time());
        Ok(())
    });
    suspended.await.unwrap();
    store.remove(vec![second.id], |_| true).await.unwrap();
    let uses = vec![(first.id.clone(), SystemTime::now())];
    store.record_uses(uses).await.unwrap();
    let changed = store.update(&first.id, |first| {
        first.metadata.insert("note".to_owned(), "hello".to_owned());
        first.secrets.push(record("donor").secrets[0].clone());
        Ok(())
    });
    changed.await.unwrap();
    assert!(!entry.revocation().is_revoked());
    let now = store.find(&first.secrets[0].digest).await.unwrap().unwrap();
    entry.revocation().revoke();
    assert!(now.revocation().is_revoked(), "both are the same right");
}

/// A key that is rotated, or given an end, does not end what goes on under it before that.
async fn another_end_is_waited_for(store: impl KeyStore) {
    type Change = fn(&mut tollbar_plan::key::KeyRecord, SystemTime);
    let changes: [Change; 2] = [
        |record, end| record.expires = Some(end),
        |record, end| record.secrets[0].expires = Some(end),
    ];
    for change in changes {
        let record = record("ci");
        store.insert(record.clone()).await.unwrap();
        let digest = record.secrets[0].digest;
        let find = async || store.find(&digest).await.unwrap().unwrap();
        let end_at = async |end: SystemTime| {
            let changed = store.update(&record.id, move |record| {
                change(record, end);
                Ok(())
            });
            changed.await.unwrap();
        };
        let entry = find().await;
        end_at(Timestamp::from(later()).time()).await;
        assert!(!entry.revocation().is_revoked());
        assert!(
            find()
                .await
                .ends()
                .is_some_and(|end| end > SystemTime::now())
        );
        // It still hears of what happens later.
        end_at(Timestamp::now().time()).await;
        assert!(entry.revocation().is_revoked());
        store.remove(vec![record.id], |_| true).await.unwrap();
    }

    let record = record("soon");
    store.insert(record.clone()).await.unwrap();
    let entry = store
        .find(&record.secrets[0].digest)
        .await
        .unwrap()
        .unwrap();
    let soon = Timestamp::from(SystemTime::now() + Duration::from_secs(2)).time();
    let changed = store.update(&record.id, move |record| {
        record.expires = Some(soon);
        Ok(())
    });
    changed.await.unwrap();
    assert!(!entry.revocation().is_revoked());
    entry.revocation().revoked().await;
    assert!(SystemTime::now() >= soon);
}

async fn what_is_removed_is_gone(store: impl KeyStore) {
    let (first, second) = (record("first"), record("second"));
    store.insert(first.clone()).await.unwrap();
    store.insert(second.clone()).await.unwrap();
    let entry = store.find(&first.secrets[0].digest).await.unwrap().unwrap();
    let ids = vec![first.id.clone(), second.id.clone()];
    let removed = store
        .remove(ids.clone(), |record| record.name == "first")
        .await;
    assert_eq!(removed.unwrap(), std::slice::from_ref(&first));
    assert!(entry.revocation().is_revoked());
    assert!(
        store
            .find(&first.secrets[0].digest)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(store.list().await.unwrap(), std::slice::from_ref(&second));
    let removed = store.remove(ids, |_| true).await.unwrap();
    assert_eq!(removed, [second]);
}

async fn uses_only_go_forward(store: impl KeyStore) {
    let record = record("ci");
    store.insert(record.clone()).await.unwrap();
    let used = Timestamp::now().time();
    let unknown = "k_nobodyhasit0".parse().unwrap();
    let uses = vec![(record.id.clone(), used), (unknown, used)];
    store.record_uses(uses).await.unwrap();
    let before = used - Duration::from_secs(60);
    store
        .record_uses(vec![(record.id.clone(), before)])
        .await
        .unwrap();
    let shown = store.get(&record.id).await.unwrap().unwrap();
    assert_eq!(shown.last_used, Some(used));
    // What a request has just noted is shown, written or not.
    let entry = store
        .find(&record.secrets[0].digest)
        .await
        .unwrap()
        .unwrap();
    entry.mark_used(used + Duration::from_secs(60));
    let shown = store.list().await.unwrap().remove(0);
    assert_eq!(shown.last_used, Some(used + Duration::from_secs(60)));
}

async fn records_are_listed_by_age(store: impl KeyStore) {
    let mut records = ["a", "b", "c"].map(record);
    for (age, record) in records.iter_mut().enumerate() {
        record.created = Timestamp::now().time() - Duration::from_secs(60 * age as u64);
        store.insert(record.clone()).await.unwrap();
    }
    records.reverse();
    assert_eq!(store.list().await.unwrap(), records);
}

async fn changes_that_overlap_are_all_kept(store: impl KeyStore) {
    let store = std::sync::Arc::new(store);
    let counter = record("counter");
    store.insert(counter.clone()).await.unwrap();
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let (store, id) = (std::sync::Arc::clone(&store), counter.id.clone());
            tokio::spawn(async move {
                store
                    .insert(record(&format!("key {number}")))
                    .await
                    .unwrap();
                let count = |record: &mut tollbar_plan::key::KeyRecord| {
                    let old = record
                        .metadata
                        .get("count")
                        .map_or(0, |old| old.parse().unwrap());
                    record
                        .metadata
                        .insert("count".to_owned(), (old + 1_u32).to_string());
                    Ok(())
                };
                store.update(&id, count).await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(store.list().await.unwrap().len(), 21);
    let counted = store.get(&counter.id).await.unwrap().unwrap();
    assert_eq!(counted.metadata["count"], "20");
}
