//! Random rules.

use http::HeaderName;
use proptest::{prelude::*, sample::select};
use tollbar_acl::{Feature, Hint, Pattern, Rule, Rules};

use crate::catalogue::{NAMES, TEMPLATES, URIS};

pub(crate) const TENANT: HeaderName = HeaderName::from_static("x-tenant");

/// A few rules that contradict each other.
pub(crate) fn any() -> impl Strategy<Value = Rules> {
    let rules = prop::collection::vec(rule(), 0..7);
    rules.prop_filter_map("rules that can be meant", |rules| {
        let rules = rules.into_iter().enumerate();
        Rules::new(rules.map(|(index, build)| build.rule(index))).ok()
    })
}

#[derive(Clone, Debug)]
struct Build {
    denies: bool,
    tools: Vec<Pattern>,
    prompts: Vec<Pattern>,
    resources: Vec<Pattern>,
    templates: Vec<Pattern>,
    features: Vec<Feature>,
    who: u8,
    annotation: Option<(Hint, bool)>,
    scopes: Vec<&'static str>,
}

impl Build {
    fn rule(&self, index: usize) -> Rule {
        let name = format!("rule {index}");
        let mut rule = match self.denies {
            true => Rule::deny(name),
            false => Rule::allow(name),
        };
        if let Some((hint, value)) = self.annotation {
            rule = rule.annotation(hint, value);
        } else {
            if !self.prompts.is_empty() {
                rule = rule.prompts(self.prompts.clone());
            }
            if !self.resources.is_empty() {
                rule = rule.resources(self.resources.clone());
            }
            if !self.templates.is_empty() {
                rule = rule.templates(self.templates.clone());
            }
            if !self.features.is_empty() {
                rule = rule.features(self.features.clone());
            }
        }
        if !self.tools.is_empty() {
            rule = rule.tools(self.tools.clone());
        }
        if !self.denies && !self.scopes.is_empty() {
            rule = rule.needs_scopes(self.scopes.clone());
        }
        match self.who {
            0 => rule.plans(["key"]),
            1 => rule.scopes_any(["a", "b"]),
            2 => rule.header(TENANT, ["one"]),
            3 => rule.subjects(["someone"]),
            _ => rule,
        }
    }
}

fn rule() -> impl Strategy<Value = Build> {
    let hints = Hint::ALL.to_vec();
    let annotation = prop::option::weighted(0.2, (select(hints), prop::bool::ANY));
    let scopes = prop::collection::vec(select(vec!["a", "b", "c"]), 0..3);
    let scopes = prop_oneof![3 => Just(Vec::new()), 1 => scopes];
    let features = prop::collection::vec(select(Feature::ALL.to_vec()), 0..3);
    let patterns = (
        patterns(NAMES, &["*", "get_*", "*a*", "a*"]),
        patterns(NAMES, &["*", "get_*", "*a*", "a*"]),
        patterns(URIS, &["**", "file:///a/*", "file:///**", "http://h/*"]),
        patterns(TEMPLATES, &["**", "file:///**", "db:///*/*", "{*}"]),
    );
    (
        prop::bool::weighted(0.25),
        patterns,
        features,
        0..10_u8,
        annotation,
        scopes,
    )
        .prop_map(
            |(
                denies,
                (tools, prompts, resources, templates),
                features,
                who,
                annotation,
                scopes,
            )| {
                Build {
                    denies,
                    tools,
                    prompts,
                    resources,
                    templates,
                    features,
                    who,
                    annotation,
                    scopes,
                }
            },
        )
}

fn patterns(
    names: &'static [&'static str],
    globs: &'static [&'static str],
) -> impl Strategy<Value = Vec<Pattern>> {
    let regexes = ["get_[ab]|wipe", "(?:file|urn):[/a-z]*", "[a-c][ -~]*"];
    let regexes = regexes.map(|regex| Pattern::regex(format!("(?-u:{regex})")).unwrap());
    let regexes = regexes.to_vec();
    let pattern = prop_oneof![
        4 => select(names).prop_map(Pattern::literal),
        2 => select(globs).prop_map(Pattern::new),
        // Without Unicode classes, which take long to compile.
        1 => select(regexes),
    ];
    prop::collection::vec(pattern, 0..4)
}
