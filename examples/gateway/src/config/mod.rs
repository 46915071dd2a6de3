//! The configuration: read, checked as a whole, and settled into what the gateway runs.
//!
//! A file goes through four rooms. `tree` reads the text and remembers where everything stands,
//! `shape` compares it with the schema, `section` gives it types, and `judge` asks what no schema
//! can: whether names are unique, secrets are there, and nobody listens to strangers unasked. Each
//! room adds to one list of problems, so that one look shows them all.

mod example;
mod judge;
mod overrides;
mod report;
mod schema;
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
    judge::{Environment, Secrets},
    overrides::Overrides,
    schema::schema,
    section::{File, LogFormat},
    settings::{ProxySettings, Settings, host, local_url},
    value::{
        Destination, Filter, ListenAddress, ProxyName, PublicUrl, RoutePath, Text, UpstreamUrl,
    },
};

use std::{fmt, path::Path};

use self::{report::Problem, source::Source, tree::Node};

/// What came of a configuration.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// What to run; `None` when there is an error among the problems.
    pub(crate) settings: Option<Settings>,
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
            Err(problem) => Self {
                settings: None,
                problems: vec![problem],
                source: None,
            },
        }
    }

    /// Judges a configuration that was made from the command line.
    pub(crate) fn of_flags(
        mut file: File,
        overrides: &Overrides,
        environment: &Environment<'_>,
    ) -> Self {
        overrides.apply(&mut file);
        let mut problems = Vec::new();
        let settings = judge::judge(file, &Node::empty(), environment, &mut problems);
        Self::new(settings, problems, None)
    }

    fn of_source(source: Source, overrides: &Overrides, environment: &Environment<'_>) -> Self {
        let mut problems = Vec::new();
        let mut tree = Node::parse(&source, &mut problems);
        if !problems.is_empty() {
            return Self::new(None, problems, Some(source));
        }
        problems = shape::check(&schema(), &mut tree);
        let misshapen = !problems.is_empty();
        let settings = match serde_json::from_value::<File>(tree.to_json()) {
            Ok(mut file) => {
                overrides.apply(&mut file);
                judge::judge(file, &tree, environment, &mut problems)
            }
            // What the schema found is said better there.
            Err(_) if misshapen => None,
            Err(error) => {
                problems.push(Problem::error(error.to_string()));
                None
            }
        };
        if misshapen {
            // What was left out may be what a warning asks for.
            problems.retain(Problem::is_error);
        }
        Self::new(settings, problems, Some(source))
    }

    fn new(settings: Option<Settings>, mut problems: Vec<Problem>, source: Option<Source>) -> Self {
        problems.sort_by_key(Problem::start);
        let failed = problems.iter().any(Problem::is_error);
        Self {
            settings: settings.filter(|_| !failed),
            problems,
            source,
        }
    }

    /// The warnings, each in one line, for a log that has no room for more.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let warnings = self.problems.iter().filter(|problem| !problem.is_error());
        warnings
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
