//! `[proxy.acl]`

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::AclRule;

/// What consumers may see and use. Without this section they may everything.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Acl {
    /// `enforce`, or `shadow`: what the rules say is written down, and nothing is refused.
    pub(crate) mode: AclMode,
    /// What is said of something that is denied: `conceal` answers as if it did not exist, `honest`
    /// names the rule.
    pub(crate) denials: Denials,
    /// Whether links to resources that may not be read are taken out of results.
    pub(crate) scrub_links: bool,
    /// Of how many tools it is remembered what the server has said of them.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub(crate) annotations_limit: NonZeroU32,
    /// The rules. Deny goes before allow, and what no rule allows is denied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rule: Vec<AclRule>,
}

/// Whether what the rules say is what happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AclMode {
    /// What is denied is refused.
    #[default]
    Enforce,
    /// It is written down only.
    Shadow,
}

/// What is said of something that is denied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Denials {
    /// What the server would say if it did not exist.
    #[default]
    Conceal,
    /// That it is forbidden, and by which rule.
    Honest,
}

impl Default for Acl {
    fn default() -> Self {
        Self {
            mode: AclMode::default(),
            denials: Denials::default(),
            scrub_links: false,
            annotations_limit: NonZeroU32::new(10_000).unwrap_or(NonZeroU32::MIN),
            rule: Vec::new(),
        }
    }
}

impl Acl {
    /// What the rule at this place is called.
    pub(crate) fn name(&self, index: usize) -> String {
        let name = self.rule.get(index).and_then(|rule| rule.name.as_ref());
        match name {
            Some(name) => name.as_str().to_owned(),
            None => format!("rule {}", index + 1),
        }
    }
}
