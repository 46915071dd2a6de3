//! What the suite has checked in one run.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What became of a check, from the best to the worst: of several with the same name, the worst counts.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Info,
    Skipped,
    Success,
    Warning,
    Failure,
}

#[derive(Deserialize)]
struct Check {
    id: String,
    name: String,
    status: Status,
}

/// The checks of a run, one by one, and what was said meanwhile.
pub(super) struct Checks {
    /// By the id, which an exception names, and the name, which some scenarios use to tell several checks apart.
    checks: BTreeMap<(String, String), Status>,
    said: String,
}

impl Checks {
    /// Reads the suite's file.
    pub(super) fn read(text: &str, said: String) -> Self {
        let all: Vec<Check> = serde_json::from_str(text).unwrap();
        let mut checks = BTreeMap::new();
        for check in all {
            let status = checks.entry((check.id, check.name)).or_insert(check.status);
            *status = check.status.max(*status);
        }
        Self { checks, said }
    }

    /// How many have passed, and how many have failed.
    pub(super) fn figures(&self) -> (usize, usize) {
        let passed = |status: &&Status| **status == Status::Success;
        let failed = |status: &&Status| **status > Status::Success;
        let statuses = self.checks.values();
        (
            statuses.clone().filter(passed).count(),
            statuses.filter(failed).count(),
        )
    }

    /// The ids of those that have failed.
    pub(super) fn failed(&self) -> Vec<String> {
        let failed = self
            .checks
            .iter()
            .filter(|(_, status)| **status > Status::Success);
        failed.map(|((id, _), _)| id.clone()).collect()
    }

    /// The ids of those that have passed here and not there, or have failed there only; and `client` when it ended
    /// well here only.
    pub(super) fn lost_in(&self, other: &Self) -> Vec<String> {
        let passed = self
            .checks
            .iter()
            .filter(|(_, status)| **status == Status::Success);
        let missed = passed.filter(|(check, _)| other.checks.get(*check) != Some(&Status::Success));
        let failed = other
            .checks
            .iter()
            .filter(|(_, status)| **status > Status::Success);
        let fresh = failed.filter(|(check, _)| !self.checks.contains_key(*check));
        let mut lost: Vec<_> = missed.chain(fresh).map(|((id, _), _)| id.clone()).collect();
        lost.dedup();
        if self.client_ended_well() && !other.client_ended_well() {
            lost.push("client".to_owned());
        }
        lost
    }

    /// Whether the client has done all that it wanted. In some scenarios it has to give up.
    pub(super) fn client_ended_well(&self) -> bool {
        !self.said.contains("Client exited with code") && !self.said.contains("CLIENT TIMED OUT")
    }

    /// What the suite, the client and the gateway have said.
    pub(super) fn said(&self) -> &str {
        &self.said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks(said: &str, all: &[(&str, &str)]) -> Checks {
        let check = |(id, status): &(&str, &str)| serde_json::json!({"id": id, "name": id, "status": status});
        let all: Vec<_> = all.iter().map(check).collect();
        Checks::read(&serde_json::to_string(&all).unwrap(), said.to_owned())
    }

    #[test]
    fn whatever_is_no_longer_passed_is_lost() {
        let direct = checks(
            "",
            &[
                ("a", "SUCCESS"),
                ("b", "SUCCESS"),
                ("c", "SUCCESS"),
                ("d", "SKIPPED"),
            ],
        );
        let through = checks(
            "Client exited with code 1",
            &[
                ("a", "SUCCESS"),
                ("a", "FAILURE"),
                ("b", "WARNING"),
                ("e", "FAILURE"),
            ],
        );
        assert_eq!(direct.lost_in(&through), ["a", "b", "c", "e", "client"]);
        assert_eq!(direct.lost_in(&direct), Vec::<String>::new());
        assert_eq!(through.failed(), ["a", "b", "e"]);
        assert_eq!((direct.figures(), through.figures()), ((3, 0), (0, 3)));
    }
}
