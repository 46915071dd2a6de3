//! Processes that are killed in the middle of what they do.

use std::{
    collections::BTreeSet,
    io::Read as _,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::Duration,
};

use super::configuration::Configuration;

/// So many are killed, each a little later in its life than the one before.
const KILLED: u64 = 150;
/// How much later.
const STEP: Duration = Duration::from_micros(200);

/// What a killed process has said to be done is done, what it has not said is done as a whole or not
/// at all, and it is in nobody's way: others go on all the time.
#[tokio::test]
async fn a_killed_process_loses_no_more_than_it_was_doing() {
    let configuration = Configuration::new("http://127.0.0.1:9/mcp");
    configuration.create("first");
    let over = AtomicBool::new(false);
    let (promised, possible) = thread::scope(|scope| {
        let bystander = scope.spawn(|| {
            let mut made = Vec::new();
            while !over.load(Relaxed) {
                let name = format!("bystander-{}", made.len());
                configuration.create(&name);
                made.push(name);
            }
            made
        });
        let (mut promised, mut possible) = (BTreeSet::new(), BTreeSet::new());
        for number in 0..KILLED {
            let name = format!("killed-{number}");
            let arguments = ["create", "--name", &name, "--proxy", "mock"];
            let mut child = configuration.keys(&arguments).spawn().unwrap();
            thread::sleep(STEP * u32::try_from(number).unwrap());
            child.kill().unwrap();
            let mut said = String::new();
            child
                .stdout
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            child.wait().unwrap();
            if said.ends_with('\n') {
                promised.insert(name.clone());
            }
            possible.insert(name);
        }
        over.store(true, Relaxed);
        let bystander = bystander.join().unwrap();
        promised.extend(bystander.iter().cloned());
        possible.extend(bystander);
        (promised, possible)
    });

    let records = configuration.open().list().await.unwrap();
    let mut names: BTreeSet<_> = records.iter().map(|record| record.name.clone()).collect();
    assert_eq!(names.len(), records.len());
    assert!(names.remove("first"));
    let lost: Vec<_> = promised.difference(&names).collect();
    assert!(lost.is_empty(), "lost {lost:?}");
    let strange: Vec<_> = names.difference(&possible).collect();
    assert!(strange.is_empty(), "nobody made {strange:?}");
    let silent = names.difference(&promised).count();
    println!("{silent} were made and not told, {} told", promised.len());
    // Some were killed too early to do anything: or else this would not have tried anything.
    assert!(names.len() < possible.len());
    // The next one finds all in order.
    configuration.create("last");
    assert_eq!(
        configuration.open().list().await.unwrap().len(),
        records.len() + 1
    );
}
