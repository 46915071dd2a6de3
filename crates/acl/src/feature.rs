//! What a server offers besides things with a name.

/// Something that client and server agree upon when they connect, and that a policy can take out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// The server asks the client's model (`sampling/createMessage`).
    Sampling,
    /// The server asks the person in front of the client (`elicitation/create`).
    Elicitation,
    /// The server asks which folders the client works in (`roots/list`).
    Roots,
    /// The server sends its log (`logging/setLevel`, `notifications/message`).
    Logging,
    /// The server works on while nobody waits (`tasks/*`).
    Tasks,
}

impl Feature {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Sampling,
        Self::Elicitation,
        Self::Roots,
        Self::Logging,
        Self::Tasks,
    ];

    /// The name in rules, which is the one in MCP's capabilities.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sampling => "sampling",
            Self::Elicitation => "elicitation",
            Self::Roots => "roots",
            Self::Logging => "logging",
            Self::Tasks => "tasks",
        }
    }

    /// The feature of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|feature| feature.as_str() == name)
    }
}

/// A kind of things with a name that a server lists, by the name of its capability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Tools.
    Tools,
    /// Resources and resource templates.
    Resources,
    /// Prompts.
    Prompts,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tools, Self::Resources, Self::Prompts];

    /// The name in MCP's capabilities.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Resources => "resources",
            Self::Prompts => "prompts",
        }
    }
}
