//! Rules: who may do what.
//!
//! A rule has a name, an effect, conditions on who asks, and what it is about. What no rule allows is
//! denied, and what one rule denies stays denied, whatever others allow.
//!
//! ```
//! use http::HeaderMap;
//! use tollbar_acl::{Asker, Hint, Outcome, Policy, Purpose, Question, Rule, Rules, Target};
//! use tollbar_core::Consumer;
//!
//! let rules = Rules::new([
//!     Rule::allow("readers").tools(["get_*", "search"]).resources(["file:///notes/**"]),
//!     Rule::allow("writers").tools(["set_*"]).needs_scopes(["notes:write"]),
//!     Rule::deny("no_destruction").annotation(Hint::Destructive, true),
//!     Rule::deny("drafts").resources(["file:///notes/drafts/**"]),
//! ])?;
//!
//! let consumer = Consumer::new("key").with_scopes(["notes:read"]);
//! let headers = HeaderMap::new();
//! let asker = Asker { consumer: &consumer, address: None, headers: &headers };
//! let ask = |target| rules.decide(&Question::new(asker, target, Purpose::Use));
//!
//! assert!(ask(Target::Resource("file:///notes/2026/may.md")).allows());
//! assert!(!ask(Target::Resource("file:///notes/2026/%2e%2e/drafts/x.md")).allows());
//! assert!(!ask(Target::Prompt("greet")).allows(), "no rule names it");
//!
//! // Nothing is known of the tool yet: it may be destructive.
//! assert_eq!(&**ask(Target::Tool("get_note")).rule().unwrap(), "no_destruction");
//!
//! let tool = br#"{"name":"set_note","annotations":{"destructiveHint":false}}"#;
//! let tool = tollbar_mcp::json::Slice::new(std::str::from_utf8(tool)?);
//! let mut question = Question::new(asker, Target::Tool("set_note"), Purpose::Use);
//! question.annotations = tollbar_acl::Annotations::of(&tool);
//! let scopes = Outcome::NeedScopes(["notes:write".into(), "notes:read".into()].into());
//! assert_eq!(*rules.decide(&question).outcome(), scopes);
//!
//! let explanation = rules.explain(&question);
//! assert_eq!(explanation.steps[2].to_string(), "`no_destruction` (deny) does not apply: it asks for \
//!     `destructiveHint` = true, which is false");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # URIs
//!
//! Between a rule and the file that a server opens, somebody may decode `%2e`, resolve `..` or fold
//! case. So a URI is judged as it was sent and in its normal form (RFC 3986 sections 6.2.2 and 6.2.3);
//! a rule that allows has to fit both. Where it has an encoded slash, the rule has to fit its decoded
//! form, too. A URI with dot segments, however they are encoded, is not allowed by any pattern, only
//! by its very text or by a rule that is about everything. A rule that denies has to fit one of the
//! forms, also the one that a careless server reads: all decoded, without user information, `//` as
//! `/`. The text of a template is judged as if it were a URI.
//!
//! Denying some URIs and allowing all others is weaker than allowing those that are wanted: what a
//! server takes for the same file (links, the case of letters, parameters such as `;x=1`) cannot be told
//! here.
//!
//! # Names
//!
//! The names of tools and prompts are compared byte by byte. A rule that denies is also about a name with
//! white space around it, or with characters that cannot be seen in it.

mod bare;
mod check;
mod claim;
mod expression;
mod glob;
mod globs;
mod index;
mod invalid;
mod judge;
mod limits;
mod matcher;
mod reserved;
mod rule;
mod what;
mod who;
mod words;

pub use self::{
    claim::ClaimValue,
    invalid::InvalidRule,
    limits::RuleLimits,
    rule::{Effect, Rule},
};

use std::{fmt, sync::Arc};

use http::HeaderName;

use self::judge::Judge;
use crate::{Asker, Decision, Explanation, Family, Headers, Policy, Question};

/// Rules: who may do what. A policy.
///
/// Cheap to clone. Patterns are compiled when the rules are made; a decision takes time for the rules
/// that are about what is asked for, not for the others.
#[derive(Clone)]
pub struct Rules {
    judge: Arc<Judge>,
    headers: Arc<[HeaderName]>,
}

impl Rules {
    /// These rules, with the bounds of [`RuleLimits::new`].
    ///
    /// # Errors
    ///
    /// [`InvalidRule`] when one of them cannot be meant.
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Result<Self, InvalidRule> {
        Self::with_limits(rules, &RuleLimits::new())
    }

    /// These rules, with other bounds.
    ///
    /// # Errors
    ///
    /// [`InvalidRule`] when one of them cannot be meant.
    pub fn with_limits(
        rules: impl IntoIterator<Item = Rule>,
        limits: &RuleLimits,
    ) -> Result<Self, InvalidRule> {
        // One more is enough to see that there are too many.
        let rules = rules.into_iter().take(limits.rules.saturating_add(1));
        let judge = Judge::new(rules.collect(), limits)?;
        let mut headers = Vec::new();
        for (name, _) in judge.rules.iter().flat_map(|rule| &rule.who.headers) {
            if !headers.contains(name) {
                headers.push(name.clone());
            }
        }
        Ok(Self {
            judge: Arc::new(judge),
            headers: headers.into(),
        })
    }

    /// Denies everything: without a rule nothing is allowed. Clients connect and see empty lists.
    #[must_use]
    pub fn none() -> Self {
        Self {
            judge: Arc::default(),
            headers: Arc::default(),
        }
    }

    /// The rules, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.judge.rules.iter()
    }

    /// Why the answer to this question is what it is, rule by rule. For people: it takes much longer
    /// than the decision.
    #[must_use]
    pub fn explain(&self, question: &Question<'_>) -> Explanation {
        words::explain(&self.judge, question)
    }
}

impl Policy for Rules {
    fn decide(&self, question: &Question<'_>) -> Decision {
        self.judge.decide(question)
    }

    fn shows(&self, asker: &Asker<'_>, family: Family) -> bool {
        self.judge.shows(asker, family)
    }

    fn headers(&self) -> Headers {
        Headers::These(Arc::clone(&self.headers))
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.judge.rules).finish()
    }
}
