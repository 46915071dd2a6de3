//! What stands in the lists of a rule.

use http::{HeaderName, HeaderValue, header::AUTHORIZATION};
use tollbar::plan::key::Key;

use crate::config::{
    judge::{Judge, acl::looks, plan},
    report::Problem,
    secret,
    section::{AclRule, PatternText, Proxy, ToolHints},
    tree::Place,
};

impl Judge<'_> {
    /// No list is empty, and each pattern says one thing.
    pub(super) fn lists(&mut self, rule: &AclRule, place: &Place) {
        let patterns = patterns(rule);
        let lengths = patterns
            .iter()
            .map(|(key, list)| (*key, list.map(<[_]>::len)));
        let scopes = [
            ("scopes_all", &rule.scopes_all),
            ("scopes_any", &rule.scopes_any),
            ("needs_scopes", &rule.needs_scopes),
        ];
        let given = |hints: ToolHints| hints.given().count();
        let others = [
            ("addresses", rule.addresses.as_ref().map(Vec::len)),
            ("features", rule.features.as_ref().map(Vec::len)),
            ("for", rule.purposes.as_ref().map(Vec::len)),
            (
                "claims",
                rule.claims.as_ref().map(std::collections::BTreeMap::len),
            ),
            (
                "headers",
                rule.headers.as_ref().map(std::collections::BTreeMap::len),
            ),
            ("annotations", rule.annotations.map(given)),
        ];
        let scopes = scopes
            .into_iter()
            .map(|(key, list)| (key, list.as_ref().map(Vec::len)));
        for (key, length) in lengths.chain(scopes).chain(others) {
            if length == Some(0) {
                self.empty(key, &place.key(key));
            }
        }
        for (claim, accepted) in rule.claims.iter().flatten() {
            if accepted.is_empty() {
                self.empty(claim, &place.key("claims").key(claim));
            }
        }
        for (key, list) in patterns {
            for (index, pattern) in list.unwrap_or_default().iter().enumerate() {
                let place = place.key(key).index(index);
                self.pattern(key, pattern, &place);
            }
        }
    }

    fn empty(&mut self, key: &str, place: &Place) {
        let problem = Problem::error(format!("`{key}` is empty and would fit nothing"));
        let fix = match key {
            "annotations" => {
                "write a hint, such as `readOnlyHint = true`; without it the rule is about tools \
                 whatever the server says of them"
            }
            _ => "write what it is to fit; without it the rule is about everything",
        };
        // What stood there may have been taken out for another problem.
        self.note(place, problem.fix(fix).missing());
    }

    fn pattern(&mut self, key: &str, pattern: &PatternText, place: &Place) {
        if let ("keys", PatternText::Glob(text)) = (key, pattern)
            && Key::may_stand_in(text.as_str())
        {
            let problem = Problem::error("this is a key, which must not stand in a configuration");
            let fix = "write its name or id, which `tollbar-gateway keys identify` tells, and \
                       revoke it if others could read this file";
            self.note(place, problem.fix(fix).conceal());
        } else if pattern.build().is_none() {
            let problem = Problem::error("this pattern does not say one thing");
            let fix = "give `regex` or `literal`, or write the name itself, such as `\"get_*\"`";
            self.note(place, problem.fix(fix).missing());
        } else if let PatternText::Glob(text) = pattern
            && let Some(problem) = looks::doubt(key, text.as_str())
        {
            self.note(place, problem);
        }
    }

    /// Headers that rules can look at, with values that they can have.
    pub(super) fn headers_of(&mut self, rule: &AclRule, proxy: &Proxy, place: &Place) {
        for (name, accepted) in rule.headers.iter().flatten() {
            let place = place.key("headers").key(name);
            let Ok(header) = name.parse::<HeaderName>() else {
                let problem = Problem::error(format!("`{name}` is not the name of a header"));
                let fix = "use letters, digits and `-`, such as `x-team`";
                self.note(&place, problem.fix(fix));
                continue;
            };
            if proxy
                .plan
                .iter()
                .any(|plan| plan::header(plan).as_ref() == Some(&header))
            {
                let problem = Problem::error(format!(
                    "a plan of this proxy reads `{header}` and takes it off: no rule sees it"
                ));
                let fix = "say who is meant by `plans`, `keys`, `subjects` or scopes";
                self.note(&place, problem.fix(fix).conceal());
            } else if header == AUTHORIZATION && proxy.relays() {
                let problem = Problem::error(
                    "the tokens of the server are secrets, and change: no rule can name them",
                );
                let fix = "let the relay plan verify them (`verify`), and say who is meant by `subjects`, \
                           `clients` or scopes";
                self.note(&place, problem.fix(fix).conceal());
            } else if secret::is_named(header.as_str()) {
                let problem = Problem::error(format!(
                    "`{header}` holds a secret, by its name, which must not stand in a \
                     configuration"
                ));
                let fix = "let a plan judge it: `[[proxy.plan]]`, and name that in `plans`";
                self.note(&place, problem.fix(fix).conceal());
            } else if accepted.is_empty() {
                self.empty(name, &place);
            }
            for (index, value) in accepted.iter().enumerate() {
                if HeaderValue::from_str(value).is_err() {
                    let problem = Problem::error("this is not the value of a header");
                    let fix = "leave out line ends and other control characters";
                    self.note(&place.index(index), problem.fix(fix));
                }
            }
        }
    }
}

/// The lists of patterns, by their keys.
pub(super) fn patterns(rule: &AclRule) -> [(&'static str, Option<&[PatternText]>); 9] {
    [
        ("plans", rule.plans.as_deref()),
        ("subjects", rule.subjects.as_deref()),
        ("clients", rule.clients.as_deref()),
        ("keys", rule.keys.as_deref()),
        ("tools", rule.tools.as_deref()),
        ("resources", rule.resources.as_deref()),
        ("templates", rule.templates.as_deref()),
        ("prompts", rule.prompts.as_deref()),
        ("methods", rule.methods.as_deref()),
    ]
}
