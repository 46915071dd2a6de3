//! Why rules cannot be used.

use thiserror::Error;

use crate::{Hint, InvalidPattern};

/// These rules cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidRule {
    /// A rule has no name.
    #[error("a rule has no name: it is what logs and explanations call it by")]
    Unnamed,
    /// A name is too long, or has control characters.
    #[error("the name of rule `{}` has more than {limit} bytes or control characters", rule.escape_debug())]
    Name {
        /// The beginning of the name.
        rule: String,
        /// How many bytes it may have.
        limit: usize,
    },
    /// Two rules have one name.
    #[error("two rules are called `{rule}`: logs could not tell them apart")]
    Duplicate {
        /// The name.
        rule: String,
    },
    /// A list without entries.
    #[error(
        "rule `{rule}`: `{condition}` is empty and would fit nothing: leave it out, or name something"
    )]
    Empty {
        /// The rule.
        rule: String,
        /// The list.
        condition: String,
    },
    /// A method that `methods` does not decide.
    #[error("rule `{rule}`: `{pattern}` in `methods` stands for `{method}`, which {instead}")]
    NotForMethods {
        /// The rule.
        rule: String,
        /// What was written.
        pattern: String,
        /// The method that it stands for.
        method: &'static str,
        /// What decides it, and what to write.
        instead: &'static str,
    },
    /// Not a scope (RFC 6749 section 3.3).
    #[error("rule `{rule}`: `{}` in `{condition}` is not a scope: one word per entry, without spaces, quotes and backslashes", scope.escape_debug())]
    Scope {
        /// The rule.
        rule: String,
        /// The list.
        condition: &'static str,
        /// What was written.
        scope: String,
    },
    /// A rule that denies asks for scopes.
    #[error(
        "rule `{rule}` denies and has `needs_scopes`: nothing can be reached by getting them, use `scopes_all` to say whom it is about"
    )]
    DenyNeedsScopes {
        /// The rule.
        rule: String,
    },
    /// Annotations on something other than tools.
    #[error(
        "rule `{rule}` has annotations and names more than tools: only tools have them, make it two rules"
    )]
    AnnotationsOfOthers {
        /// The rule.
        rule: String,
    },
    /// A hint that has to be true and false.
    #[error("rule `{rule}`: `{}` is to be true and false", hint.as_str())]
    Contradiction {
        /// The rule.
        rule: String,
        /// The hint.
        hint: Hint,
    },
    /// A pattern that cannot fit.
    #[error(
        "rule `{rule}`: `{pattern}` has dot segments, or something like it, and would fit nothing: write it as `{instead}`"
    )]
    DotSegments {
        /// The rule.
        rule: String,
        /// What was written.
        pattern: String,
        /// Without them.
        instead: String,
    },
    /// A pattern, header value or claim that is too long.
    #[error("rule `{rule}`: an entry of `{condition}` has more than {limit} bytes")]
    Long {
        /// The rule.
        rule: String,
        /// The list.
        condition: String,
        /// The bound.
        limit: usize,
    },
    /// A name that no request can have.
    #[error(
        "rule `{rule}`: an entry of `{condition}` has control characters, and no request may have them"
    )]
    Control {
        /// The rule.
        rule: String,
        /// The list.
        condition: &'static str,
    },
    /// A pattern that does not compile.
    #[error("rule `{rule}`: {error}")]
    Pattern {
        /// The rule.
        rule: String,
        /// Why.
        error: InvalidPattern,
    },
    /// Too many rules.
    #[error(
        "there are more than {limit} rules: raise the limit, or join rules that differ in one list only"
    )]
    TooManyRules {
        /// The bound.
        limit: usize,
    },
    /// Too many entries of lists.
    #[error(
        "with rule `{rule}` there are more than {limit} entries in all lists: raise the limit, or use patterns"
    )]
    TooManyEntries {
        /// The rule with which it is too much.
        rule: String,
        /// The bound.
        limit: usize,
    },
    /// Patterns that take too much together.
    #[error(
        "the patterns of `{condition}` take more than {limit} bytes when they are compiled: raise the limit, or use names instead of patterns"
    )]
    TooLarge {
        /// The list.
        condition: &'static str,
        /// The bound.
        limit: usize,
    },
}
