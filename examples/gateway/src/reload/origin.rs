//! Where a configuration comes from.

use std::path::{Path, PathBuf};

use super::Stamps;
use crate::config::{Environment, Fixed, Overrides, Verdict};

/// How often a configuration is read until the files that it refers to were looked at before they
/// were read.
const ROUNDS: usize = 3;

/// The file of a configuration, and what goes before it.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    path: PathBuf,
    overrides: Overrides,
}

/// A configuration as it was read, and the state in which its files were.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) verdict: Verdict,
    /// Older than what was read, so that no change is missed.
    pub(crate) stamps: Stamps,
}

impl Origin {
    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn new(path: &Path, overrides: Overrides) -> Self {
        Self {
            path: path.to_owned(),
            overrides,
        }
    }

    /// Reads the configuration for the start. Blocks.
    pub(crate) fn read(&self) -> Reading {
        self.stamped(&Stamps::default(), |environment| {
            Verdict::of_file(&self.path, &self.overrides, environment)
        })
    }

    /// Reads the configuration for a gateway that runs. Blocks.
    pub(super) fn read_again(&self, running: &Fixed, known: &Stamps) -> Reading {
        self.stamped(known, |environment| {
            Verdict::of_reload(&self.path, &self.overrides, environment, running)
        })
    }

    fn stamped(&self, known: &Stamps, judge: impl Fn(&Environment<'_>) -> Verdict) -> Reading {
        let environment = Environment::beside(Some(&self.path));
        let mut files: Vec<PathBuf> = known.paths().collect();
        let mut round = 0;
        loop {
            files.push(self.path.clone());
            files.sort();
            files.dedup();
            let stamps = Stamps::of(files);
            let verdict = judge(&environment);
            round += 1;
            if round == ROUNDS || verdict.files.iter().all(|file| stamps.cover(file)) {
                // Of a file that could not be understood, what it refers to is what it was.
                return Reading { verdict, stamps };
            }
            files = verdict.files;
        }
    }
}
