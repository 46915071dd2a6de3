//! Which lists there are.

use tollbar_mcp::Limits;

use crate::Target;

/// A list of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Tools,
    Resources,
    Templates,
    Prompts,
}

impl List {
    pub(super) const ALL: [Self; 4] =
        [Self::Tools, Self::Resources, Self::Templates, Self::Prompts];

    /// The list that stands in a result under this key.
    pub(super) fn of(key: &str) -> Option<Self> {
        match key {
            "tools" => Some(Self::Tools),
            "resources" => Some(Self::Resources),
            "resourceTemplates" => Some(Self::Templates),
            "prompts" => Some(Self::Prompts),
            _ => None,
        }
    }

    /// The key of an entry's name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Tools | Self::Prompts => "name",
            Self::Resources => "uri",
            Self::Templates => "uriTemplate",
        }
    }

    /// What an entry stands for; `None` for what a client could not ask for.
    pub(super) fn target<'n>(self, name: &'n str, limits: &Limits) -> Option<Target<'n>> {
        let (target, is_admitted) = match self {
            Self::Tools => (Target::Tool(name), limits.admits_name(name)),
            Self::Prompts => (Target::Prompt(name), limits.admits_name(name)),
            Self::Resources => (Target::Resource(name), limits.admits_uri(name)),
            // Without a variable it is taken for a resource where it is used.
            Self::Templates if !name.contains('{') => {
                (Target::Resource(name), limits.admits_uri(name))
            }
            Self::Templates => (Target::Template(name), limits.admits_uri(name)),
        };
        is_admitted.then_some(target)
    }
}
