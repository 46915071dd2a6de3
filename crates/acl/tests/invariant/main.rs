//! What is listed is what can be called.
//!
//! For random rules, consumers and catalogues, in every revision, an entry is in the filtered list
//! exactly when its use is let through, and so for all that tells of it. What may be used is never
//! computed here: it is tried, against a server that notes what it has run. So nothing in these tests
//! repeats what the policy does, and any policy has to hold it.

mod catalogue;
mod client;
mod events;
mod features;
mod lists;
mod outcome;
mod rules;
mod server;
mod streams;
mod subscriptions;
mod world;

use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use tollbar_mcp::{Era, Version};

use self::{client::Client, lists::Found, world::World};

/// How many worlds each revision is tried with. `PROPTEST_CASES` says otherwise.
const CASES: u32 = 300;

fn hold(version: Version) {
    let mut config = Config::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    config.failure_persistence = None;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut runner = TestRunner::new(config);
    let held = runner.run(&world::any(), |world| {
        runtime.block_on(check(&world, version))
    });
    if let Err(broken) = held {
        panic!("{version}: {broken}");
    }
}

async fn check(world: &World, version: Version) -> TestCaseResult {
    let client = Client::new(world, version);
    // First the lists, since annotations are learnt from them.
    let pages = lists::read(&client).await;
    let found = Found::by_trying(&client).await?;
    lists::check(world, &pages, &found)?;
    let granted = features::check(&client, &found).await?;
    streams::check(&client, &pages, &found, &granted).await?;
    match version.era() {
        Era::Legacy => lists::check_arrays(&client, &found).await?,
        Era::Modern => subscriptions::check(&client, &found).await?,
    }
    Ok(())
}

#[test]
fn in_2024_11_05() {
    hold(Version::V2024_11_05);
}

#[test]
fn in_2025_03_26() {
    hold(Version::V2025_03_26);
}

#[test]
fn in_2025_06_18() {
    hold(Version::V2025_06_18);
}

#[test]
fn in_2025_11_25() {
    hold(Version::V2025_11_25);
}

#[test]
fn in_2026_07_28() {
    hold(Version::V2026_07_28);
}
