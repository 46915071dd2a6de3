//! Rules that are about more, or less, than was probably meant.

use crate::config::{
    judge::Judge,
    report::Problem,
    section::{Acl, AclRule, PurposeName, RuleEffect},
    tree::Place,
};

impl Judge<'_> {
    /// Rules without any condition, and such as show what cannot be called.
    pub(super) fn breadth(&mut self, section: &Acl, place: &Place) {
        let rules = &section.rule;
        let denies = |rule: &AclRule| rule.effect == RuleEffect::Deny;
        for (index, rule) in rules.iter().enumerate() {
            let problem = match rule.effect {
                RuleEffect::Deny if rule.is_bare() && rule.is_for_both() && rules.len() > 1 => {
                    Problem::warning(
                        "this rule denies everything to everybody, whatever the others allow",
                    )
                    .fix(
                        "deny goes before all others, and denied is the default already: say what \
                         it is about, or leave the rule out",
                    )
                }
                RuleEffect::Allow if rule.only_shows() => {
                    let uses = |other: &AclRule| {
                        !denies(other) && !other.only_shows() && other.overlaps(rule)
                    };
                    if rules.iter().any(uses) {
                        continue;
                    }
                    Problem::warning(
                        "what this rule is about is shown, and cannot be called: no rule allows \
                         to use it",
                    )
                    .fix("write `for = [\"list\", \"use\"]`, or a rule for those who may use it")
                }
                // Beside rules that deny, it stands for the rest.
                RuleEffect::Allow if rule.is_bare() && !rules.iter().any(denies) => {
                    Problem::warning(
                        "this rule has no condition and names nothing: it allows everything to \
                         everybody",
                    )
                    .fix("say whom it is for, or what it is about, such as `tools = [\"get_*\"]`")
                }
                _ => continue,
            };
            self.note(&place.key("rule").index(index), problem);
        }
    }
}

impl AclRule {
    /// Whether it neither asks for anything nor names anything.
    fn is_bare(&self) -> bool {
        let asks = [
            self.plans.is_some(),
            self.subjects.is_some(),
            self.clients.is_some(),
            self.keys.is_some(),
            self.scopes_all.is_some(),
            self.scopes_any.is_some(),
            self.claims.is_some(),
            self.addresses.is_some(),
            self.headers.is_some(),
            self.annotations.is_some(),
            self.needs_scopes.is_some(),
        ];
        !asks.contains(&true) && !self.things().contains(&true)
    }

    /// Of which kinds it names things.
    const fn things(&self) -> [bool; 6] {
        [
            // Only tools have annotations.
            self.tools.is_some() || self.annotations.is_some(),
            self.resources.is_some(),
            self.templates.is_some(),
            self.prompts.is_some(),
            self.methods.is_some(),
            self.features.is_some(),
        ]
    }

    /// Whether it is about things of one kind with the other: about everything, if it names none.
    fn overlaps(&self, other: &Self) -> bool {
        let (these, those) = (self.things(), other.things());
        !these.contains(&true)
            || !those.contains(&true)
            || these.iter().zip(those).any(|(this, that)| *this && that)
    }

    fn is_for(&self, purpose: PurposeName) -> bool {
        let purposes = self.purposes.as_ref();
        purposes.is_none_or(|purposes| purposes.contains(&purpose))
    }

    fn is_for_both(&self) -> bool {
        self.is_for(PurposeName::List) && self.is_for(PurposeName::Use)
    }

    fn only_shows(&self) -> bool {
        self.is_for(PurposeName::List) && !self.is_for(PurposeName::Use)
    }
}
