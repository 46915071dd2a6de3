//! Who asks, in tests.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};
use tollbar_acl::{
    Annotations, Asker, Decision, Explanation, Policy, Purpose, Question, Rule, Rules, Target,
};
use tollbar_core::Consumer;

/// Everything that a question can be about, besides its target.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    pub(crate) consumer: Consumer,
    pub(crate) address: Option<IpAddr>,
    pub(crate) headers: HeaderMap,
    pub(crate) purpose: Purpose,
    pub(crate) annotations: Option<Annotations>,
}

impl Asking {
    pub(crate) fn new(consumer: Consumer) -> Self {
        Self {
            consumer,
            address: None,
            headers: HeaderMap::new(),
            purpose: Purpose::Use,
            annotations: None,
        }
    }

    pub(crate) fn keyless() -> Self {
        Self::new(Consumer::new("keyless"))
    }

    pub(crate) fn from(mut self, address: &str) -> Self {
        self.address = Some(address.parse().unwrap());
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        let name = HeaderName::from_static(name);
        self.headers.append(name, HeaderValue::from_static(value));
        self
    }

    pub(crate) const fn to(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    pub(crate) const fn annotated(mut self, annotations: Annotations) -> Self {
        self.annotations = Some(annotations);
        self
    }

    pub(crate) const fn asker(&self) -> Asker<'_> {
        Asker {
            consumer: &self.consumer,
            address: self.address,
            headers: &self.headers,
        }
    }

    pub(crate) const fn question<'a>(&'a self, target: Target<'a>) -> Question<'a> {
        let mut question = Question::new(self.asker(), target, self.purpose);
        question.annotations = self.annotations;
        question
    }

    pub(crate) fn decide(&self, rules: &Rules, target: Target<'_>) -> Decision {
        rules.decide(&self.question(target))
    }

    pub(crate) fn explain(&self, rules: &Rules, target: Target<'_>) -> Explanation {
        rules.explain(&self.question(target))
    }

    /// Whether one rule, by itself, applies to the tool `t`; both effects of it.
    pub(crate) fn applies(&self, condition: impl Fn(Rule) -> Rule) -> (bool, bool) {
        let allow = condition(Rule::allow("rule"));
        let deny = condition(Rule::deny("rule"));
        let allow = Rules::new([allow]).unwrap();
        let deny = Rules::new([deny, Rule::allow("all")]).unwrap();
        let target = Target::Tool("t");
        for rules in [&allow, &deny] {
            let explanation = self.explain(rules, target);
            assert_eq!(explanation.decision, self.decide(rules, target));
            let applies = explanation.steps[0].applies();
            let named = explanation
                .decision
                .rule()
                .is_some_and(|name| &**name == "rule");
            assert_eq!(applies, named, "{explanation}");
        }
        (
            self.decide(&allow, target).allows(),
            !self.decide(&deny, target).allows(),
        )
    }
}

/// What the server says of a tool.
pub(crate) fn annotations(json: &str) -> Annotations {
    let tool = format!(r#"{{"name":"t","annotations":{json}}}"#);
    Annotations::of(&tollbar_mcp::json::Slice::new(&tool)).unwrap()
}
