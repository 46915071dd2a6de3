//! Whom a certificate plan lets in.

use tollbar::plan::certificate::{CertificateRule, InvalidRule};

use super::Judge;
use crate::config::{
    report::Problem,
    section::{Admit, Plan},
    tree::Place,
};

/// What makes a rule of what is written.
type Make = fn(&str) -> Result<CertificateRule, InvalidRule>;

impl Judge<'_> {
    /// The rules of a certificate plan. `None` when one cannot be built, with a problem that says
    /// why.
    pub(super) fn admit(&mut self, plan: &Plan, place: &Place) -> Option<Vec<CertificateRule>> {
        if plan.admit.is_empty() {
            let problem = Problem::error("this plan lets nobody in: it has no rule");
            let fix = "add a `[[proxy.plan.admit]]`, such as `subject = \"CN=agent,O=Example\"`";
            self.note(&place.key("type"), problem.fix(fix).missing());
            return None;
        }
        let place = place.key("admit");
        let rules: Vec<Option<CertificateRule>> = plan
            .admit
            .iter()
            .enumerate()
            .map(|(index, admit)| self.rule(admit, &place.index(index)))
            .collect();
        rules.into_iter().collect()
    }

    fn rule(&mut self, admit: &Admit, place: &Place) -> Option<CertificateRule> {
        let texts: [(&str, &Option<String>, Make); 5] = [
            ("thumbprint", &admit.thumbprint, CertificateRule::thumbprint),
            ("subject", &admit.subject, CertificateRule::subject),
            ("dns", &admit.dns, CertificateRule::dns),
            ("uri", &admit.uri, CertificateRule::uri),
            ("email", &admit.email, CertificateRule::email),
        ];
        let given: Vec<_> = texts
            .into_iter()
            .filter_map(|(key, text, make)| Some((key, text.as_deref()?, make)))
            .collect();
        let mut rule = match (given.as_slice(), admit.any) {
            ([], true) => CertificateRule::any(),
            ([(key, text, make)], false) => match make(text) {
                Ok(rule) => rule,
                Err(error) => {
                    self.note(&place.key(key), Problem::said(&error.to_string()));
                    return None;
                }
            },
            _ => {
                let found = given.len() + usize::from(admit.any);
                let problem = Problem::error(match found {
                    0 => "this rule says nothing about whom it admits".to_owned(),
                    found => format!("this rule says {found} things, and may say one"),
                });
                let fix = "give exactly one of `thumbprint`, `subject`, `dns`, `uri`, `email` and \
                           `any = true`";
                self.note(place, problem.fix(fix).missing());
                return None;
            }
        };
        if let Some(consumer) = &admit.consumer {
            if consumer.is_empty() || consumer.chars().any(char::is_control) {
                let problem = Problem::error("this is not what a consumer can be called");
                let fix = "write a text without control characters";
                self.note(&place.key("consumer"), problem.fix(fix));
                return None;
            }
            rule = rule.consumer(consumer.as_str());
        }
        Some(rule.scopes(admit.scopes.iter().map(|scope| scope.as_str())))
    }
}
