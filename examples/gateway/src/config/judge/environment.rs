//! What a configuration refers to outside itself.

use std::{
    env, fmt,
    path::{Path, PathBuf},
};

/// Whether secrets must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// A missing secret is an error.
    Required,
    /// A missing secret is a warning: the file is checked where it will not run.
    Optional,
}

/// What a configuration may refer to: environment variables, and files beside it.
pub(crate) struct Environment<'a> {
    folder: PathBuf,
    variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
    pub(super) secrets: Secrets,
}

impl Environment<'static> {
    /// This process's variables, and files relative to the folder of the configuration.
    pub(crate) fn beside(file: Option<&Path>) -> Self {
        let folder = file.and_then(Path::parent).map(Path::to_owned);
        Self::new(folder.unwrap_or_default(), &|name| env::var(name).ok())
    }
}

impl<'a> Environment<'a> {
    pub(crate) fn new(
        folder: PathBuf,
        variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
    ) -> Self {
        Self {
            folder,
            variable,
            secrets: Secrets::Required,
        }
    }

    /// Whether secrets must be there. Default: required.
    pub(crate) const fn secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    /// A variable's value, when it is set and UTF-8.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        (self.variable)(name)
    }

    /// A path that is written in the configuration.
    pub(in crate::config) fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }
}

impl fmt::Debug for Environment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("folder", &self.folder)
            .field("secrets", &self.secrets)
            .finish_non_exhaustive()
    }
}
