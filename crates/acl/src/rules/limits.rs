//! How much there may be of rules.

/// How much there may be of rules. They are made by who runs the gateway, so that these bounds are
/// for slips; every one can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleLimits {
    pub(super) rules: usize,
    pub(super) entries: usize,
    pub(super) length: usize,
    pub(super) compiled: usize,
}

impl RuleLimits {
    /// The defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            rules: 10_000,
            entries: 100_000,
            length: 8 << 10,
            compiled: 32 << 20,
        }
    }

    /// How many rules. Default: 10,000.
    #[must_use]
    pub const fn with_rules(mut self, rules: usize) -> Self {
        self.rules = rules;
        self
    }

    /// How many entries all lists of all rules have together. Default: 100,000.
    #[must_use]
    pub const fn with_entries(mut self, entries: usize) -> Self {
        self.entries = entries;
        self
    }

    /// How long one entry of a list may be, in bytes. Default: 8 KiB. A rule's name may have 256.
    #[must_use]
    pub const fn with_length(mut self, length: usize) -> Self {
        self.length = length;
        self
    }

    /// How much the regular expressions of one kind (those for tools, say, of the rules that allow) may
    /// take when they are compiled, in bytes. Matching takes up to as much again for each thread.
    /// Default: 32 MiB.
    #[must_use]
    pub const fn with_compiled(mut self, compiled: usize) -> Self {
        self.compiled = compiled;
        self
    }
}

impl Default for RuleLimits {
    fn default() -> Self {
        Self::new()
    }
}
