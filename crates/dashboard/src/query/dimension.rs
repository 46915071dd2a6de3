//! What exchanges are counted by.

/// What exchanges are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dimension {
    /// The proxy.
    Proxy,
    /// The MCP method.
    Method,
    /// The kind of what was asked for.
    SubjectKind,
    /// Its name: of the tool, prompt, resource or task. Say which kind in the filter.
    Subject,
    /// The plan.
    Plan,
    /// Who asked.
    Consumer,
    /// The first digit of the HTTP status.
    Class,
    /// How it came out.
    Outcome,
    /// Why it was refused.
    Reason,
    /// The JSON-RPC code.
    Code,
    /// The HTTP status. From here on slower, and only for as long as exchanges are kept.
    Status,
    /// How it ended.
    Ended,
    /// What the client calls itself.
    Client,
    /// The client's id.
    ClientId,
    /// The id of the key.
    KeyId,
    /// The rule that has decided.
    Rule,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Proxy,
        Self::Method,
        Self::SubjectKind,
        Self::Subject,
        Self::Plan,
        Self::Consumer,
        Self::Class,
        Self::Outcome,
        Self::Reason,
        Self::Code,
        Self::Status,
        Self::Ended,
        Self::Client,
        Self::ClientId,
        Self::KeyId,
        Self::Rule,
    ];

    /// Its name in the API, which is the name of the column too.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Method => "method",
            Self::SubjectKind => "subject_kind",
            Self::Subject => "subject",
            Self::Plan => "plan",
            Self::Consumer => "consumer",
            Self::Class => "class",
            Self::Outcome => "outcome",
            Self::Reason => "reason",
            Self::Code => "code",
            Self::Status => "status",
            Self::Ended => "ended",
            Self::Client => "client",
            Self::ClientId => "client_id",
            Self::KeyId => "key_id",
            Self::Rule => "rule",
        }
    }

    pub(super) const fn is_counted(self) -> bool {
        !matches!(
            self,
            Self::Status | Self::Ended | Self::Client | Self::ClientId | Self::KeyId | Self::Rule
        )
    }
}
