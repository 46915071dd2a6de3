//! The configuration of the gateway that a command is about.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{
    banner,
    config::{Environment, Overrides, Secrets, Settings, Verdict},
    output,
};

/// Names it too.
const VARIABLE: &str = "TOLLBAR_CONFIG";

/// There is no configuration to go by.
#[derive(Debug, Error)]
pub(crate) enum Unusable {
    /// None is named, and none stands by.
    #[error(
        "which gateway? give its configuration with `--config FILE`, or in `TOLLBAR_CONFIG`; there \
         is no `gateway.toml` here"
    )]
    Missing,
    /// It has errors, which are said already.
    #[error("the configuration `{}` cannot be used", .0.display())]
    Bad(PathBuf),
}

/// The configuration that is named, by the environment if not by an argument, or the usual one. Secrets
/// of the upstreams may be where this process cannot read them, unless they are required.
pub(crate) fn find(asked: Option<PathBuf>, secrets: Secrets) -> Result<Settings, Unusable> {
    let named = || env::var_os(VARIABLE).filter(|path| *path != OsString::new());
    let usual = || Some(PathBuf::from(banner::USUAL)).filter(|path| path.exists());
    let path = asked.or_else(|| named().map(PathBuf::from)).or_else(usual);
    let path = path.ok_or(Unusable::Missing)?;
    read(&path, secrets).ok_or(Unusable::Bad(path))
}

/// Reads a configuration for the sake of one part of it. What is wrong is said; what is no more than
/// doubtful has been said when the gateway was started.
fn read(path: &Path, secrets: Secrets) -> Option<Settings> {
    let overrides = Overrides {
        allow_unauthenticated: true,
        ..Overrides::default()
    };
    let environment = Environment::beside(Some(path)).secrets(secrets);
    let verdict = Verdict::of_file(path, &overrides, &environment);
    if verdict.settings.is_none() {
        output::say(&verdict.to_string());
    }
    verdict.settings
}
