//! What a server says about the nature of a tool.

use tollbar_mcp::json::{Kind, Slice};

/// One of the hints by which a server describes a tool (MCP 2025-11-25 `schema`, `ToolAnnotations`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hint {
    /// `readOnlyHint`: it changes nothing. `false` where it is not given.
    ReadOnly,
    /// `destructiveHint`: it may destroy something. Where it is not given, `true`, but for tools that only
    /// read.
    Destructive,
    /// `idempotentHint`: a second call with the same arguments changes nothing more. `false` where it
    /// is not given.
    Idempotent,
    /// `openWorldHint`: it reaches what is outside of the server. `true` where it is not given.
    OpenWorld,
}

impl Hint {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::ReadOnly,
        Self::Destructive,
        Self::Idempotent,
        Self::OpenWorld,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnlyHint",
            Self::Destructive => "destructiveHint",
            Self::Idempotent => "idempotentHint",
            Self::OpenWorld => "openWorldHint",
        }
    }

    /// The hint of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hint| hint.as_str() == name)
    }

    /// What holds where the server does not say.
    const fn default(self) -> bool {
        matches!(self, Self::OpenWorld)
    }
}

/// What a server says about one tool: claims of the server, not proofs.
///
/// ```
/// use tollbar_acl::{Annotations, Hint};
/// use tollbar_mcp::json::Slice;
///
/// let tool = Slice::new(r#"{"name":"get","annotations":{"readOnlyHint":true}}"#);
/// let annotations = Annotations::of(&tool).unwrap();
/// assert!(annotations.get(Hint::ReadOnly));
/// assert!(annotations.get(Hint::OpenWorld), "the default of the protocol");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Annotations(u8);

impl Annotations {
    /// What a list says about a tool. `None` when that cannot be told: annotations that are no
    /// object, hints that are not true or false, or keys that some parser takes for others.
    #[must_use]
    pub fn of(tool: &Slice<'_>) -> Option<Self> {
        if tool.has_look_alike("annotations") {
            return None;
        }
        Self::given(tool.get("annotations"))
    }

    /// What a tool's `annotations` say, where there are some.
    pub(crate) fn given(given: Option<Slice<'_>>) -> Option<Self> {
        if given.is_some_and(|given| given.kind() != Some(Kind::Object)) {
            return None;
        }
        let mut annotations = Self(0);
        for hint in Hint::ALL {
            let mut value = match hint {
                // What changes nothing destroys nothing, where nothing else is said: the hint means
                // something for other tools only (MCP 2025-11-25 `schema`, `ToolAnnotations`).
                Hint::Destructive => !annotations.get(Hint::ReadOnly),
                other => other.default(),
            };
            if let Some(given) = given {
                if given.has_look_alike(hint.as_str()) {
                    return None;
                }
                if let Some(told) = given.get(hint.as_str()) {
                    value = told.as_bool()?;
                }
            }
            annotations = annotations.with(hint, value);
        }
        Some(annotations)
    }

    /// These, with another value of one hint.
    #[must_use]
    pub const fn with(self, hint: Hint, value: bool) -> Self {
        let bit = 1 << hint as u8;
        Self(if value { self.0 | bit } else { self.0 & !bit })
    }

    /// What the server says, or what holds where it does not.
    #[must_use]
    pub const fn get(self, hint: Hint) -> bool {
        self.0 & (1 << hint as u8) != 0
    }
}
