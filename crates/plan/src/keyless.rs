//! The plan of those who present nothing.

use std::{future::ready, sync::Arc};

use tollbar_core::{Consumer, Exchange};

use crate::{Admission, Credential, Fit, Identify, Plan, Source};

/// Admits everybody who presents no credential. All of them are one consumer.
///
/// Whoever presents a credential is judged by the plan that it belongs to, and is not let in here
/// when it is bad. Put it last.
#[derive(Clone, Debug)]
pub struct Keyless {
    consumer: Consumer,
    name: Arc<str>,
}

impl Keyless {
    /// The plan, with the name `keyless`.
    #[must_use]
    pub fn new() -> Self {
        let name: Arc<str> = "keyless".into();
        Self {
            consumer: Consumer::new(Arc::clone(&name)),
            name,
        }
    }

    /// Gives the plan another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = name.into();
        self.consumer = Consumer::new(Arc::clone(&self.name));
        self
    }
}

impl Default for Keyless {
    fn default() -> Self {
        Self::new()
    }
}

impl Plan for Keyless {
    fn name(&self) -> &str {
        &self.name
    }

    fn source(&self) -> Source {
        Source::Nothing
    }

    fn fit(&self, credential: &Credential<'_>) -> Fit {
        match credential {
            Credential::Nothing => Fit::Certain,
            Credential::Token(_) | Credential::Certificate(_) | Credential::Relayed(_) => Fit::No,
        }
    }

    fn identify<'a>(&'a self, _: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
        Box::pin(ready(Ok(Admission::new(self.consumer.clone()))))
    }
}
