//! The configuration: read, checked as a whole, and settled into what the gateway runs.
//!
//! A file goes through four rooms. `tree` reads the text and remembers where everything stands,
//! `shape` compares it with the schema, `section` gives it types, and `judge` asks what no schema
//! can: whether names are unique, secrets are there, and nobody listens to strangers unasked. Each
//! room adds to one list of problems, so that one look shows them all.

mod example;
mod fingerprint;
mod fixed;
mod judge;
mod overrides;
mod report;
mod schema;
mod secret;
mod section;
mod settings;
mod shape;
mod source;
mod suggest;
mod tree;
mod value;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    example::EXAMPLE,
    fingerprint::Fingerprint,
    fixed::Fixed,
    judge::{Environment, Secrets},
    overrides::Overrides,
    schema::schema,
    section::{
        AclMode, AclRule, Audience, Denials, File, Fsync, Log, LogFormat, PatternText, PlanType,
        RelayMode, RuleEffect, ScopesNeeded, Store, ToolHints, Verifier,
    },
    settings::{
        AclSettings, Admission, KeySettings, PepperSource, PlanSettings, ProxySettings,
        ServerSettings, SessionSettings, Settings, TelemetrySettings, TlsSettings, TokenPlan,
        audiences, host, identifiers, local_url,
    },
    suggest::{distance, nearest},
    value::{
        Destination, Filter, Issuer, ListenAddress, ProxyName, PublicUrl, ResourceUrl, RoutePath,
        Scope, ServerOrigin, Text, UpstreamUrl,
    },
};

use std::{
    fmt,
    path::{Path, PathBuf},
};

use self::{judge::Judged, report::Problem, source::Source, tree::Node};

/// What came of a configuration.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// What to run; `None` when there is an error among the problems.
    pub(crate) settings: Option<Settings>,
    /// What cannot change while the gateway runs and is written otherwise than it runs.
    pub(crate) pending: Vec<&'static str>,
    /// The files that the configuration refers to, whether they could be read or not.
    pub(crate) files: Vec<PathBuf>,
    problems: Vec<Problem>,
    source: Option<Source>,
}

impl Verdict {
    /// Reads and judges a file.
    pub(crate) fn of_file(
        path: &Path,
        overrides: &Overrides,
        environment: &Environment<'_>,
    ) -> Self {
        match Source::open(path) {
            Ok(source) => Self::of_source(source, overrides, environment),
            Err(problem) => Self::unread(problem),
        }
    }

    /// Reads and judges a file for a gateway that runs: as it is written, and as it would run with
    /// what cannot change while it does.
    pub(crate) fn of_reload(
        path: &Path,
        overrides: &Overrides,
        environment: &Environment<'_>,
        running: &Fixed,
    ) -> Self {
        let source = match Source::open(path) {
            Ok(source) => source,
            Err(problem) => return Self::unread(problem),
        };
        let written = Self::of_source(source.clone(), overrides, environment);
        let differs = written
            .settings
            .as_ref()
            .is_some_and(|settings| Fixed::of(settings) != *running);
        if differs {
            Self::of_text(source, overrides, environment, Some(running))
        } else {
            written
        }
    }

    /// Judges a configuration that was made from the command line.
    pub(crate) fn of_flags(
        mut file: File,
        overrides: &Overrides,
        environment: &Environment<'_>,
    ) -> Self {
        overrides.apply(&mut file);
        let judged = judge::judge(file, &Node::empty(), environment);
        Self::new(judged, None)
    }

    fn of_source(source: Source, overrides: &Overrides, environment: &Environment<'_>) -> Self {
        Self::of_text(source, overrides, environment, None)
    }

    /// Judges a text, with what cannot change while the gateway runs put in its place.
    fn of_text(
        source: Source,
        overrides: &Overrides,
        environment: &Environment<'_>,
        running: Option<&Fixed>,
    ) -> Self {
        let mut problems = Vec::new();
        let mut tree = Node::parse(&source, &mut problems);
        if !problems.is_empty() {
            // What cannot be read is not known to be no secret.
            let secret = |problem: &&mut Problem| problem.is_beside(&source, secret::is_named);
            problems.iter_mut().filter(secret).for_each(Problem::hide);
            if problems.iter().any(Problem::is_unread) {
                // Another one may stand on the same line.
                problems = problems.into_iter().map(Problem::unread).collect();
            }
            return Self::new(Judged::failed(problems), Some(source));
        }
        problems = shape::check(&schema(), &mut tree);
        let misshapen = !problems.is_empty();
        let mut pending = Vec::new();
        let mut judged = match serde_json::from_value::<File>(tree.to_json()) {
            Ok(mut file) => {
                overrides.apply(&mut file);
                if let Some(running) = running {
                    pending = running.keep(&mut file, environment);
                }
                judge::judge(file, &tree, environment)
            }
            // What the schema found is said better there.
            Err(_) if misshapen => Judged::failed(Vec::new()),
            Err(error) => Judged::failed(vec![Problem::error(error.to_string())]),
        };
        if misshapen {
            // What was left out may be what is asked for.
            judged.problems.retain(Problem::is_certain);
        }
        problems.append(&mut judged.problems);
        judged.problems = problems;
        Self {
            pending,
            ..Self::new(judged, Some(source))
        }
    }

    /// There is no text to judge.
    fn unread(problem: Problem) -> Self {
        Self::new(Judged::failed(vec![problem]), None)
    }

    fn new(judged: Judged, source: Option<Source>) -> Self {
        let mut problems = judged.problems;
        problems.sort_by_key(Problem::start);
        if let Some(source) = &source {
            // What one problem does not show, another one on its line must not either.
            let secret: Vec<usize> = problems
                .iter()
                .filter_map(|problem| problem.secret_line(source))
                .collect();
            let stands_there = |problem: &&mut Problem| {
                problem
                    .line(source)
                    .is_some_and(|line| secret.contains(&line))
            };
            problems
                .iter_mut()
                .filter(stands_there)
                .for_each(Problem::hide);
        }
        let failed = problems.iter().any(Problem::is_error);
        Self {
            settings: judged.settings.filter(|_| !failed),
            pending: Vec::new(),
            files: judged.files,
            problems,
            source,
        }
    }

    /// Adds what was found out elsewhere and keeps a gateway from running.
    pub(crate) fn add_error(&mut self, message: &str) {
        self.problems.push(Problem::error(message));
        self.settings = None;
    }

    /// Adds what was found out elsewhere and is probably not meant.
    pub(crate) fn add_warning(&mut self, message: &str) {
        self.problems.push(Problem::warning(message));
    }

    /// The errors, each in one line, for a log that has no room for more.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.lines(Problem::is_error)
    }

    /// The warnings, each in one line.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.lines(|problem| !problem.is_error())
    }

    fn lines(&self, wanted: impl Fn(&Problem) -> bool) -> Vec<String> {
        let problems = self.problems.iter().filter(|problem| wanted(problem));
        problems
            .map(|problem| problem.to_line(self.source.as_ref()))
            .collect()
    }

    /// How many errors and how many warnings there are.
    pub(crate) fn count(&self) -> (usize, usize) {
        let errors = self
            .problems
            .iter()
            .filter(|problem| problem.is_error())
            .count();
        (errors, self.problems.len() - errors)
    }
}

impl fmt::Display for Verdict {
    /// Every problem with its place and its fix, an empty line after each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "{}", problem.show(self.source.as_ref()))?;
        }
        Ok(())
    }
}
