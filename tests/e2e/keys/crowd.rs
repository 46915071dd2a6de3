//! Many processes at once.

use std::{
    collections::BTreeSet,
    thread,
    time::{Instant, SystemTime},
};

use tollbar::plan::key::KeyState;

use super::configuration::Configuration;

/// So many processes at any time.
const CROWD: usize = 20;
/// So many keys that each of them makes and revokes, one after the other.
const REVOKED: usize = 50;
/// So many that each of them makes, with those that stay.
const EACH: usize = REVOKED + 2;

const fn is_revoked(number: usize) -> bool {
    number < REVOKED
}

/// Each command is a process of its own: 20 at a time, 2,040 in all. They start without a key file
/// and without a pepper.
#[tokio::test]
async fn a_crowd_loses_nothing_and_duplicates_nothing() {
    let configuration = Configuration::new("http://127.0.0.1:9/mcp");
    let started = Instant::now();
    let made: Vec<(String, String, bool)> = thread::scope(|scope| {
        let member = |member: usize| {
            let configuration = &configuration;
            move || {
                let make = |number: usize| {
                    let name = format!("{member}-{number}");
                    let key = configuration.create(&name);
                    if is_revoked(number) {
                        configuration.run(&["revoke", &name]);
                    }
                    (name, key, is_revoked(number))
                };
                (0..EACH).map(make).collect::<Vec<_>>()
            }
        };
        let members: Vec<_> = (0..CROWD).map(|each| scope.spawn(member(each))).collect();
        let made = members
            .into_iter()
            .flat_map(|member| member.join().unwrap());
        made.collect()
    });
    println!("{} keys in {:?}", made.len(), started.elapsed());

    let keys = configuration.open();
    let records = keys.list().await.unwrap();
    assert_eq!(records.len(), CROWD * EACH);
    let ids: BTreeSet<_> = records.iter().map(|record| &record.id).collect();
    assert_eq!(ids.len(), CROWD * EACH);
    let now = SystemTime::now();
    for (name, key, is_revoked) in &made {
        let record = keys.identify(key).await.unwrap().expect(name);
        assert_eq!(record.name, *name);
        let state = if *is_revoked {
            KeyState::Revoked
        } else {
            KeyState::Active
        };
        assert_eq!(record.state(now), state, "{name}");
    }
}
