//! What a rule is about.

use super::{
    Effect,
    expression::{self, Expression},
};
use crate::{Feature, Pattern};

/// What a rule names, as it was written. All `None`: everything.
#[derive(Clone, Debug, Default)]
pub(super) struct What {
    pub(super) tools: Option<Vec<Pattern>>,
    pub(super) resources: Option<Vec<Pattern>>,
    pub(super) templates: Option<Vec<Pattern>>,
    pub(super) prompts: Option<Vec<Pattern>>,
    pub(super) methods: Option<Vec<Pattern>>,
    pub(super) features: Option<Vec<Feature>>,
}

/// One of the lists of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Tools,
    Resources,
    Templates,
    Prompts,
    Methods,
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [
        Self::Tools,
        Self::Resources,
        Self::Templates,
        Self::Prompts,
        Self::Methods,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Resources => "resources",
            Self::Templates => "templates",
            Self::Prompts => "prompts",
            Self::Methods => "methods",
        }
    }

    /// Whether its names are URIs, or become some.
    pub(super) const fn is_uri(self) -> bool {
        matches!(self, Self::Resources | Self::Templates)
    }
}

impl What {
    /// The patterns of this list.
    pub(super) const fn list(&self, kind: Kind) -> Option<&Vec<Pattern>> {
        match kind {
            Kind::Tools => self.tools.as_ref(),
            Kind::Resources => self.resources.as_ref(),
            Kind::Templates => self.templates.as_ref(),
            Kind::Prompts => self.prompts.as_ref(),
            Kind::Methods => self.methods.as_ref(),
        }
    }

    /// The place of this list.
    pub(super) const fn list_mut(&mut self, kind: Kind) -> &mut Option<Vec<Pattern>> {
        match kind {
            Kind::Tools => &mut self.tools,
            Kind::Resources => &mut self.resources,
            Kind::Templates => &mut self.templates,
            Kind::Prompts => &mut self.prompts,
            Kind::Methods => &mut self.methods,
        }
    }

    /// Whether nothing is named.
    pub(super) fn is_everything(&self) -> bool {
        self.features.is_none() && Kind::ALL.iter().all(|kind| self.list(*kind).is_none())
    }

    /// Whether something else than tools is named.
    pub(super) fn names_others(&self) -> bool {
        let others = Kind::ALL.iter().filter(|kind| **kind != Kind::Tools);
        self.features.is_some() || { others }.any(|kind| self.list(*kind).is_some())
    }

    /// Whether a list stands for every name.
    pub(super) fn covers(&self, kind: Kind) -> bool {
        let everything = |pattern: &Pattern| {
            if kind.is_uri() {
                let (exact, _) = expression::uri(pattern, Effect::Deny);
                matches!(exact.as_slice(), [Expression::Everything])
            } else {
                matches!(expression::name(pattern), Expression::Everything)
            }
        };
        self.list(kind)
            .is_some_and(|list| list.iter().any(everything))
    }
}
