//! Access rules, built.

use http::HeaderName;
use tollbar::acl::{ClaimValue, Hint, Pattern, Purpose, Rule, Rules};

use crate::config::{
    fingerprint::Fingerprint,
    section::{Acl, AclMode, AclRule, ClaimText, PatternText, PurposeName, RuleEffect, ToolHints},
    value::{Glob, Text},
};

/// What consumers of a proxy may see and use.
#[derive(Clone, Debug)]
pub(crate) struct AclSettings {
    pub(crate) section: Acl,
    pub(crate) rules: Rules,
    /// Of the whole section.
    pub(crate) fingerprint: Fingerprint,
}

impl AclSettings {
    /// How many rules there are, and whether they are only written down, as in `3 rules, shadow`.
    pub(crate) fn describe(&self) -> String {
        let count = match self.section.rule.len() {
            1 => "1 rule".to_owned(),
            count => format!("{count} rules"),
        };
        match self.section.mode {
            AclMode::Enforce => count,
            AclMode::Shadow => format!("{count}, shadow"),
        }
    }
}

impl AclRule {
    /// The rule as the library knows it. `None` when a pattern or the name of a header is none, which
    /// judging rules out.
    pub(crate) fn build(&self, name: &str) -> Option<Rule> {
        let mut rule = match self.effect {
            RuleEffect::Allow => Rule::allow(name),
            RuleEffect::Deny => Rule::deny(name),
        };
        type Take = fn(Rule, Vec<Pattern>) -> Rule;
        let lists: [(&Option<Vec<PatternText>>, Take); 9] = [
            (&self.plans, Rule::plans),
            (&self.subjects, Rule::subjects),
            (&self.clients, Rule::clients),
            (&self.keys, Rule::keys),
            (&self.tools, Rule::tools),
            (&self.resources, Rule::resources),
            (&self.templates, Rule::templates),
            (&self.prompts, Rule::prompts),
            (&self.methods, Rule::methods),
        ];
        for (list, take) in lists {
            if let Some(list) = list {
                let patterns: Option<Vec<_>> = list.iter().map(PatternText::build).collect();
                rule = take(rule, patterns?);
            }
        }
        if let Some(scopes) = &self.scopes_all {
            rule = rule.scopes_all(scopes.iter().map(|scope| scope.as_str()));
        }
        if let Some(scopes) = &self.scopes_any {
            rule = rule.scopes_any(scopes.iter().map(|scope| scope.as_str()));
        }
        if let Some(scopes) = &self.needs_scopes {
            rule = rule.needs_scopes(scopes.iter().map(|scope| scope.as_str()));
        }
        for (path, accepted) in self.claims.iter().flatten() {
            let accepted = accepted.iter().map(ClaimText::build);
            rule = rule.claim(path.as_str(), accepted);
        }
        if let Some(networks) = &self.addresses {
            rule = rule.addresses(networks.iter().map(|network| network.0));
        }
        for (header, accepted) in self.headers.iter().flatten() {
            let header: HeaderName = header.parse().ok()?;
            rule = rule.header(header, accepted.iter().map(String::as_str));
        }
        if let Some(features) = &self.features {
            rule = rule.features(features.iter().map(|feature| (*feature).into()));
        }
        if let Some([purpose]) = self.purposes.as_deref() {
            rule = rule.only_for((*purpose).into());
        }
        for (hint, value) in self.annotations.into_iter().flat_map(ToolHints::given) {
            rule = rule.annotation(hint, value);
        }
        Some(rule)
    }

    /// A list that any name fits.
    pub(crate) fn any() -> Option<Vec<PatternText>> {
        let any: Text<Glob> = "*".parse().ok()?;
        Some(vec![PatternText::Glob(any)])
    }
}

impl PatternText {
    /// The pattern as the library knows it. `None` when it does not say exactly one thing.
    pub(crate) fn build(&self) -> Option<Pattern> {
        match self {
            Self::Glob(glob) => Some(Pattern::new(glob.as_str())),
            Self::Other(other) => match (&other.regex, &other.literal) {
                (Some(regex), None) => Some(regex.pattern().clone()),
                (None, Some(literal)) => Some(Pattern::literal(literal.as_str())),
                _ => None,
            },
        }
    }
}

impl ClaimText {
    fn build(&self) -> ClaimValue {
        match self {
            Self::Text(text) => ClaimValue::from(text.as_str()),
            Self::Number(number) => ClaimValue::from(*number),
            Self::Bool(value) => ClaimValue::from(*value),
        }
    }
}

impl ToolHints {
    /// Those that are given.
    pub(crate) fn given(self) -> impl Iterator<Item = (Hint, bool)> + use<> {
        let hints = [
            (Hint::ReadOnly, self.read_only_hint),
            (Hint::Destructive, self.destructive_hint),
            (Hint::Idempotent, self.idempotent_hint),
            (Hint::OpenWorld, self.open_world_hint),
        ];
        hints
            .into_iter()
            .filter_map(|(hint, value)| Some((hint, value?)))
    }
}

impl From<PurposeName> for Purpose {
    fn from(name: PurposeName) -> Self {
        match name {
            PurposeName::List => Self::List,
            PurposeName::Use => Self::Use,
        }
    }
}
