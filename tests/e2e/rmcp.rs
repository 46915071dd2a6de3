//! The Rust SDK behaves through the gateway exactly as directly.
//!
//! The client of rmcp goes through the same steps twice, against the server itself and through the
//! gateway, in every era that the server has and with the choice left to the SDK. The outcomes are
//! compared step by step, after what `tests/clients/normalised.json` lists is masked.

mod cancellation;
mod connection;
mod exchanges;
mod handler;
mod lists;
mod logging;
mod normalisation;
mod observations;
mod prompts;
mod resources;
mod session;
mod story;
mod subscriptions;
mod table;
mod tools;
mod transcript;

use std::cmp::max;

use serde_json::{Value, json};
use tollbar_tests::{
    process::Running,
    programs::{self, gateway},
};

use self::{normalisation::Normalisation, session::Mode, story::tell, transcript::shortened};

/// The fewest steps of a run that have to mean something.
const FEWEST: usize = 30;

/// Compares every mode's two transcripts.
async fn all(server: &str, start: fn() -> (Running, String), modes: &[Mode]) {
    let (_server, direct_url) = start();
    let (_gateway, gateway_url) = gateway(&direct_url);
    for mode in modes {
        compare(server, &direct_url, &gateway_url, *mode).await;
    }
}

async fn compare(server: &str, direct_url: &str, gateway_url: &str, mode: Mode) {
    let mut direct = tell(direct_url, server, mode).await;
    let mut through = tell(gateway_url, server, mode).await;
    let normalisation = Normalisation::read(server);
    for (name, step) in direct.steps.iter_mut().chain(&mut through.steps) {
        normalisation.apply(name, step);
    }
    let differences = differences(&direct.steps, &through.steps);
    let (steps, applicable) = (direct.steps.len(), direct.applicable());
    println!(
        "rmcp {mode:?} in front of {server}: {steps} steps, {applicable} of them applicable, {} differences",
        differences.len(),
    );
    assert_eq!(
        direct.unexpected,
        Vec::<String>::new(),
        "directly against {server} in the mode {mode:?}",
    );
    assert_eq!(
        through.unexpected,
        Vec::<String>::new(),
        "through the gateway to {server} in the mode {mode:?}",
    );
    assert!(
        differences.is_empty(),
        "{mode:?} in front of {server}:\n{}",
        differences.join("\n")
    );
    assert!(
        applicable >= FEWEST,
        "only {applicable} steps mean something for {server} in the mode {mode:?}",
    );
}

/// The steps that are not the same in two transcripts, as lines of a report.
fn differences(one: &[(String, Value)], other: &[(String, Value)]) -> Vec<String> {
    let shown = |step: Option<&(String, Value)>| {
        step.map_or_else(|| "nothing".to_owned(), |(_, step)| shortened(step))
    };
    (0..max(one.len(), other.len()))
        .map(|index| (one.get(index), other.get(index)))
        .filter(|(one, other)| one != other)
        .map(|(one, other)| format!("- {}\n+ {}", shown(one), shown(other)))
        .collect()
}

#[test]
fn a_difference_is_found() {
    let step = |name: &str, text: &str| {
        let outcome = json!({"result": {"content": [{"type": "text", "text": text}]}});
        let mut step = json!({"step": name, "outcome": outcome, "http": []});
        Normalisation::read("demo").apply(name, &mut step);
        (name.to_owned(), step)
    };
    let direct = [step("one", "at 127.0.0.1:1000"), step("two", "text")];
    let same = [step("one", "at 127.0.0.1:2000"), step("two", "text")];
    assert_eq!(differences(&direct, &same), Vec::<String>::new());
    let changed = [step("one", "at 127.0.0.1:2000"), step("two", "texts")];
    assert_eq!(differences(&direct, &changed).len(), 1);
    assert_eq!(differences(&direct, &same[..1]).len(), 1);
}

#[tokio::test]
async fn in_front_of_server_everything() {
    // It speaks the legacy era only, which the SDK has to find out by itself.
    let modes = [Mode::Legacy, Mode::Auto];
    all("everything", programs::everything, &modes).await;
}

#[tokio::test]
async fn in_front_of_a_typescript_v2_server() {
    let modes = [Mode::Legacy, Mode::Modern, Mode::Auto];
    all("typescript-v2", programs::typescript_v2, &modes).await;
}

#[tokio::test]
async fn in_front_of_the_demo_server() {
    let modes = [Mode::Legacy, Mode::Modern, Mode::Auto];
    all("demo", programs::demo, &modes).await;
}
