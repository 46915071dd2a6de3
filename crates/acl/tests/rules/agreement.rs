//! The index, the explanation and the oracle say the same.

use http::HeaderValue;
use proptest::prelude::*;
use tollbar_acl::{Family, Feature, Outcome, Policy, Purpose, Rules, Target};
use tollbar_core::{Claims, Consumer};

use crate::{
    asking::{Asking, annotations},
    oracle::{self, List, Spec, Written},
};

const NAMES: [&str; 6] = ["get_a", "get_b", "set_a", "x/y", "*", ""];
const NAME_PATTERNS: [Written; 9] = [
    ("get_a", false),
    ("get_*", false),
    ("*_a", false),
    ("*", false),
    ("x*y", false),
    ("*t*a*", false),
    ("none", false),
    ("(get|set)_a", true),
    ("[a-z]+/.", true),
];
const URI_PATTERNS: [Written; 23] = [
    ("file:///pub/*", false),
    ("file:///pub/**", false),
    ("file:///**", false),
    ("file:///secret/**", false),
    ("file:///secret/a", false),
    ("file:///pub/a", false),
    ("file:///pub/%61/*", false),
    ("file:///*/a", false),
    ("file:///*/*", false),
    ("**/*a", false),
    ("file:///*a*/**", false),
    ("*://*/*", false),
    ("f*:///*u*/*a", false),
    ("http://host/*", false),
    ("HTTP://Host/*", false),
    ("http://host", false),
    ("http://*/**", false),
    ("http://host*", false),
    ("http://me@host/**", false),
    ("**", false),
    ("*", false),
    ("file:///(pub|a)/.*", true),
    ("http://[^/]*/a", true),
];

fn one_of<T: Clone + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(values)
}

/// Mostly not given, else one to three entries.
fn list<T: Clone + std::fmt::Debug + 'static>(
    share: f64,
    values: &'static [T],
) -> impl Strategy<Value = List<T>> {
    prop::option::weighted(share, prop::collection::vec(one_of(values), 1..4))
}

fn spec() -> impl Strategy<Value = Spec> {
    const WHO: [Written; 5] = [
        ("key", false),
        ("k*", false),
        ("*", false),
        ("ann", false),
        ("[a-k]+", true),
    ];
    const SCOPES: [&str; 3] = ["a", "b", "c"];
    let who = (
        list(0.2, &WHO),
        list(0.1, &WHO),
        list(0.1, &WHO),
        list(0.1, &SCOPES),
        list(0.1, &SCOPES),
        list(0.3, &SCOPES),
        list(0.1, &[1, 2]),
        list(0.1, &["10.0.0.0/8", "::/0"]),
        list(0.1, &["red", "blue"]),
    );
    let what = (
        list(0.4, &NAME_PATTERNS),
        list(0.4, &URI_PATTERNS),
        list(0.2, &NAME_PATTERNS),
        list(0.2, &Feature::ALL),
        prop::option::weighted(0.2, one_of(&[Purpose::List, Purpose::Use])),
        prop::option::weighted(0.15, any::<bool>()),
        prop::bool::weighted(0.3),
    );
    (who, what).prop_map(|(who, what)| {
        let (tools, resources, prompts, features, purpose, read_only, denies) = what;
        let tools_only = read_only.is_some();
        Spec {
            denies,
            plans: who.0,
            subjects: who.1,
            keys: who.2,
            scopes_all: who.3,
            scopes_any: who.4,
            needs: who.5.filter(|_| !denies),
            levels: who.6,
            addresses: who.7,
            teams: who.8,
            tools,
            resources: resources.filter(|_| !tools_only),
            prompts: prompts.filter(|_| !tools_only),
            features: features.filter(|_| !tools_only),
            purpose,
            read_only,
        }
    })
}

fn asking() -> impl Strategy<Value = Asking> {
    let consumer = (
        one_of(&["key", "keyless"]),
        prop::option::of(one_of(&["ann", "bob"])),
        prop::option::of(one_of(&["k_1", "key"])),
        prop::collection::vec(one_of(&["a", "b", "c", "d"]), 0..3),
        one_of(&["{}", r#"{"level":1}"#, r#"{"level":3}"#]),
        prop::bool::weighted(0.2),
    );
    let request = (
        prop::option::of(one_of(&["10.1.1.1", "192.0.2.1", "::1"])),
        prop::collection::vec(one_of(&["red", "green", "green, blue"]), 0..3),
        one_of(&[Purpose::List, Purpose::Use]),
        prop::option::of(one_of(&["{}", r#"{"readOnlyHint":true}"#])),
    );
    (consumer, request).prop_map(|(consumer, request)| {
        let (plan, subject, key, scopes, claims, is_unverified) = consumer;
        let claims = Claims::parse(claims.as_bytes()).unwrap();
        let mut known = Consumer::new(plan).with_scopes(scopes).with_claims(claims);
        if let Some(subject) = subject {
            known = known.with_subject(subject);
        }
        if let Some(key) = key {
            known = known.with_key_id(key).with_key_name("name");
        }
        // What it claims besides must not matter.
        if is_unverified {
            known = known.unverified();
        }
        let mut asking = Asking::new(known).to(request.2);
        asking.address = request.0.map(|address| address.parse().unwrap());
        for team in request.1 {
            asking
                .headers
                .append("x-team", HeaderValue::from_static(team));
        }
        asking.annotations = request.3.map(annotations);
        asking
    })
}

fn uri() -> impl Strategy<Value = String> {
    const HOSTS: [&str; 9] = [
        "file://",
        "file://",
        "File://",
        "http://host",
        "HTTP://Host",
        "http://host:80",
        "http://me@host",
        "http://host?x",
        "http://evil#host",
    ];
    const SEGMENTS: [&str; 16] = [
        "pub",
        "pub",
        "secret",
        "secret",
        "a",
        "a",
        "%61",
        "%2561",
        "a%2fb",
        "..",
        "%2e%2e",
        "..%2Fsecret",
        "%252e%252e",
        ".",
        "",
        "a?b",
    ];
    let path = prop::collection::vec(one_of(&SEGMENTS), 0..5);
    (one_of(&HOSTS), path).prop_map(|(host, path)| {
        path.iter()
            .fold(host.to_owned(), |uri, segment| uri + "/" + segment)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn decide_explain_and_the_oracle_agree(
        specs in prop::collection::vec(spec(), 0..8),
        asking in asking(),
        uris in prop::collection::vec(uri(), 1..5),
    ) {
        let rules = specs.iter().enumerate().map(|(place, spec)| spec.rule(place.to_string()));
        let rules = Rules::new(rules).unwrap();
        let tools = NAMES.map(Target::Tool);
        let prompts = NAMES.map(Target::Prompt);
        let features = Feature::ALL.map(Target::Feature);
        let targets = tools.into_iter().chain(prompts).chain(features);
        let targets = targets.chain(uris.iter().map(|uri| Target::Resource(uri)));
        for target in targets.chain([Target::Method("vendor/x"), Target::Template("file:///{x}")]) {
            let decision = asking.decide(&rules, target);
            let rule = decision.rule().map(|name| name.parse().unwrap());
            let expected = oracle::decide(&specs, &asking, target);
            prop_assert_eq!(&(decision.outcome().clone(), rule), &expected, "{:?}", target);
            let explanation = asking.explain(&rules, target);
            prop_assert_eq!(&explanation.decision, &decision);
            for (spec, step) in specs.iter().zip(&explanation.steps) {
                let applies = spec.applies(&asking, target) && spec.missing(&asking).is_empty();
                prop_assert_eq!(step.applies(), applies, "{:?}: {}", target, step);
            }
            // What is not denied is not hidden, for no purpose.
            if let (Some(family), true) = (target.family(), *decision.outcome() != Outcome::Deny) {
                prop_assert!(rules.shows(&asking.asker(), family), "{:?}", target);
            }
        }
        if specs.is_empty() {
            prop_assert!(Family::ALL.iter().all(|family| !rules.shows(&asking.asker(), *family)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whoever drops what would tell who asks gets nothing that any consumer of the plan does not get.
    #[test]
    fn an_unverified_consumer_may_what_everybody_may(
        specs in prop::collection::vec(spec(), 1..8),
        asking in asking(),
        other in asking(),
        uri in uri(),
    ) {
        let rules = specs.iter().enumerate().map(|(place, spec)| spec.rule(place.to_string()));
        let rules = Rules::new(rules).unwrap();
        let plan = asking.consumer.plan().to_owned();
        let everybody = [
            asking.consumer.clone(),
            other.consumer.with_plan(plan.clone()),
            Consumer::new(plan),
        ];
        let mut unverified = asking.clone();
        unverified.consumer = asking.consumer.clone().unverified();
        let mut verified = asking;
        let tools = NAMES.map(Target::Tool);
        let prompts = NAMES.map(Target::Prompt);
        let features = Feature::ALL.map(Target::Feature);
        let targets = tools.into_iter().chain(prompts).chain(features);
        for consumer in everybody {
            verified.consumer = consumer;
            for target in targets.clone().chain([Target::Resource(&uri)]) {
                let allows = unverified.decide(&rules, target).allows();
                prop_assert!(
                    !allows || verified.decide(&rules, target).allows(),
                    "{:?} of {:?}", target, verified.consumer
                );
            }
            for family in Family::ALL {
                let shows = rules.shows(&unverified.asker(), family);
                prop_assert!(!shows || rules.shows(&verified.asker(), family), "{:?}", family);
            }
        }
    }
}
