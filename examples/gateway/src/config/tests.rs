//! Tests of the configuration as a whole.

mod acl;
mod acl_meaning;
mod authorization;
mod authorization_servers;
mod defaults;
mod documentation;
mod judgements;
mod places;
mod plans;
mod records;
mod relay;
mod relay_plans;
mod reloads;
mod secrets;
mod shapes;
mod slips;
mod tls;
mod token_plans;

use std::path::{Path, PathBuf};

use super::{
    Environment, Overrides, Verdict,
    source::{Format, Source},
};

/// One proxy, and nothing wrong with it.
const PROXY: &str = "[[proxy]]\nname = \"a\"\npath = \"/a\"\nupstream.url = \"http://[::1]:1/\"\n";

/// A world in which the variable `SET` is set, and others are not.
fn environment(folder: &Path) -> Environment<'static> {
    Environment::new(folder.to_owned(), &|name| {
        (name == "SET").then(|| "s3cret".to_owned())
    })
}

fn judge(text: &str, format: Format) -> Verdict {
    let source = Source::new("file".to_owned(), text.to_owned(), format);
    Verdict::of_source(source, &Overrides::default(), &environment(&PathBuf::new()))
}

fn toml(text: &str) -> Verdict {
    judge(text, Format::Toml)
}

/// Every problem in one line, with its place and its fix.
fn lines(verdict: &Verdict) -> Vec<String> {
    let problems = verdict.problems.iter();
    problems
        .map(|problem| problem.to_line(verdict.source.as_ref()))
        .collect()
}

/// Asserts that a text has exactly these problems.
#[track_caller]
fn expect(text: &str, problems: &[&str]) {
    assert_eq!(lines(&toml(text)), problems, "in:\n{text}");
}
