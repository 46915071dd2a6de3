//! Clients that conform to MCP go on to do so behind the gateway: the conformance suite's client scenarios, client
//! to server, and client to gateway to server.
//!
//! What a mirror changes by definition stands in `tests/conformance/client-exceptions.toml`, each with its reason.

mod checks;
mod exceptions;
mod suite;

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use self::{
    checks::Checks,
    exceptions::Exceptions,
    suite::{Path, Run, Suite},
};

/// How many scenarios run at the same time. They wait more than they compute.
const AT_ONCE: usize = 3;

/// What a scenario came to on both ways.
struct Outcome {
    run: Run,
    direct: Checks,
    through: Checks,
}

/// Runs them all: those that measure time one after the other, when nothing else is running.
fn outcomes(suite: &Suite) -> Vec<Outcome> {
    let (timed, others): (Vec<_>, Vec<_>) = suite.runs().into_iter().partition(Run::is_timed);
    let outcome = |run: &Run| Outcome {
        run: run.clone(),
        direct: suite.run(run, Path::Direct),
        through: suite.run(run, Path::Through),
    };
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(run) = others.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = outcome(run);
                    found.lock().unwrap().push(outcome);
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.extend(timed.iter().map(outcome));
    found
}

#[test]
fn no_scenario_fails_through_the_gateway_that_passes_directly() {
    let outcomes = outcomes(&Suite::installed());
    let exceptions = Exceptions::read();
    let (mut wrong, mut lost) = (Vec::new(), Vec::new());
    let [mut direct, mut through] = [(0, 0); 2];
    for outcome in &outcomes {
        let run = &outcome.run;
        for (sum, checks) in [
            (&mut direct, &outcome.direct),
            (&mut through, &outcome.through),
        ] {
            let (passed, failed) = checks.figures();
            *sum = (sum.0 + passed, sum.1 + failed);
        }
        for failed in outcome.direct.failed() {
            wrong.push(format!("{run}: the client itself fails `{failed}`"));
        }
        for check in outcome.direct.lost_in(&outcome.through) {
            if !exceptions.has(&run.scenario, &check) {
                let said = outcome.through.said();
                wrong.push(format!("{run}: the gateway loses `{check}`:\n{said}"));
            }
            lost.push((run.scenario.clone(), check));
        }
    }
    for (scenario, check) in exceptions.all() {
        if !lost.contains(&(scenario.to_owned(), check.to_owned())) {
            wrong.push(format!(
                "{scenario}: `{check}` is an exception, and passes through the gateway"
            ));
        }
    }
    println!(
        "{} scenarios; checks passed and failed: direct {direct:?}, through the gateway {through:?}; {} lost, all \
         of them listed",
        outcomes.len(),
        lost.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The suite itself wants the client to turn away. Behind the gateway it has nothing to go on with.
#[test]
fn metadata_about_another_resource_gets_nobody_in() {
    let suite = Suite::installed();
    let run = Run::of("auth/resource-mismatch", Some("2026-07-28"));
    for path in [Path::Direct, Path::Through] {
        let checks = suite.run(&run, path);
        assert_eq!(
            checks.failed(),
            Vec::<String>::new(),
            "{path:?}: {}",
            checks.said()
        );
        assert!(
            !checks.client_ended_well(),
            "{path:?}: the client got in: {}",
            checks.said()
        );
    }
    let said = suite.run(&run, Path::Through).said().to_owned();
    assert!(
        said.contains("upstream_metadata_mismatch"),
        "the gateway let it pass: {said}"
    );
}
