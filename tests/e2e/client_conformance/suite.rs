//! The conformance suite, and what it runs.

use std::{fmt, fs, path::PathBuf, process::Command};

use tollbar_tests::programs::{built, installed, node};

use super::checks::Checks;

/// How long a client may take, in milliseconds: other tests run at the same time.
const PATIENCE: &str = "60000";

/// Which way a client takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    /// To the suite's server.
    Direct,
    /// To a gateway in front of it.
    Through,
}

/// A scenario, in one revision of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) scenario: String,
    /// None for extensions, which have no revision of their own.
    revision: Option<&'static str>,
}

impl Run {
    pub(super) fn of(scenario: &str, revision: Option<&'static str>) -> Self {
        Self {
            scenario: scenario.to_owned(),
            revision,
        }
    }

    /// Whether it measures how long something takes.
    pub(super) fn is_timed(&self) -> bool {
        self.scenario == "sse-retry"
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let revision = self.revision.unwrap_or("extension");
        write!(f, "{} ({revision})", self.scenario)
    }
}

/// The program.
pub(super) struct Suite(PathBuf);

impl Suite {
    pub(super) fn installed() -> Self {
        Self(installed(
            "conformance/node_modules/@modelcontextprotocol/conformance/dist/index.js",
        ))
    }

    /// All client scenarios, in each era that they are about.
    pub(super) fn runs(&self) -> Vec<Run> {
        let listed = Command::new(node())
            .arg(&self.0)
            .args(["list", "--client"])
            .output()
            .unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let runs: Vec<_> = listed.lines().filter_map(scenario).flatten().collect();
        assert!(runs.len() > 60, "the suite lists {runs:?}:\n{listed}");
        runs
    }

    /// Runs a scenario, and gives what was checked.
    pub(super) fn run(&self, run: &Run, path: Path) -> Checks {
        let folder = tempfile::tempdir().unwrap();
        let program = match path {
            Path::Direct => "main.js",
            Path::Through => "through.js",
        };
        let program = installed(&format!("clients/javascript/conformance/{program}"));
        let client = format!("{} {}", node().display(), program.display());
        let mut command = Command::new(node());
        command
            .arg(&self.0)
            .args(["client", "--command", &client, "--timeout", PATIENCE])
            .args(["--scenario", &run.scenario, "--output-dir"])
            .arg(folder.path())
            .env("TOLLBAR_GATEWAY", built("tollbar-gateway"));
        if let Some(revision) = run.revision {
            command.args(["--spec-version", revision]);
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let Some(file) = checks_in(folder.path().to_owned()) else {
            panic!("{run} checks nothing, {path:?}:\n{said}");
        };
        Checks::read(&fs::read_to_string(file).unwrap(), said)
    }
}

/// A line of the suite's list: `  - name [2025-11-25,2026-07-28]`. A scenario that is about several revisions is run in
/// the latest of each era; the older ones differ in nothing that a gateway touches.
fn scenario(line: &str) -> Option<Vec<Run>> {
    let (name, revisions) = line.trim().strip_prefix("- ")?.split_once(" [")?;
    let revisions: Vec<_> = revisions.strip_suffix(']')?.split(',').collect();
    let legacy = ["2025-11-25", "2025-06-18", "2025-03-26"];
    let legacy = legacy.iter().find(|one| revisions.contains(one));
    let modern = revisions.contains(&"2026-07-28").then_some(&"2026-07-28");
    let mut runs: Vec<_> = legacy
        .into_iter()
        .chain(modern)
        .map(|revision| Run::of(name, Some(*revision)))
        .collect();
    if revisions.contains(&"extension") {
        runs.push(Run::of(name, None));
    }
    assert!(
        !runs.is_empty(),
        "{name} is about no known revision: {revisions:?}"
    );
    Some(runs)
}

/// The file in a folder made for the scenario, whose name the suite chooses.
fn checks_in(mut folder: PathBuf) -> Option<PathBuf> {
    loop {
        let file = folder.join("checks.json");
        if file.exists() {
            return Some(file);
        }
        folder = fs::read_dir(folder).ok()?.next()?.ok()?.path();
    }
}
