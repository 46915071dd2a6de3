//! What a decision costs with 10, 100 and 1000 rules: instructions (Callgrind) and allocations (DHAT).
//!
//! Needs valgrind, and `cargo install gungraun-runner --version 0.20.0`.

#![expect(
    missing_docs,
    unused_qualifications,
    clippy::exit,
    reason = "what the macros of gungraun write"
)]

use std::hint::black_box;

use gungraun::{Callgrind, Dhat, prelude::*};
use http::HeaderMap;
use tollbar_acl::{Asker, Decision, Policy, Purpose, Question, Rule, Rules, Target};
use tollbar_core::{Claims, Consumer};

/// Rules, who asks, and for what.
type Asked = (Rules, Consumer, Target<'static>);

const TOOL: Target<'_> = Target::Tool("get_7_weather");
const URI: Target<'_> = Target::Resource("file:///notes/7/2026/may.md");

fn consumer() -> Consumer {
    let claims = Claims::parse(br#"{"tenant":"t7"}"#).unwrap_or_default();
    let consumer = Consumer::new("oauth").with_subject("ann");
    consumer.with_scopes(["read", "write"]).with_claims(claims)
}

/// Makes them, and asks once, so that the tables of the patterns are built.
fn asked(rules: impl Iterator<Item = Rule>, target: Target<'static>) -> Asked {
    let rules = Rules::new(rules).unwrap_or_else(|_| Rules::none());
    let asked = (rules, consumer(), target);
    black_box(ask(&asked));
    asked
}

fn ask((rules, consumer, target): &Asked) -> Decision {
    let headers = HeaderMap::new();
    let asker = Asker {
        consumer,
        address: None,
        headers: &headers,
    };
    rules.decide(&Question::new(asker, *target, Purpose::Use))
}

/// Every rule names one tool.
fn names(count: usize) -> Asked {
    let rule = |number| Rule::allow(format!("r{number}")).tools([format!("get_{number}_weather")]);
    asked((0..count).map(rule), TOOL)
}

/// Every rule has a pattern, a claim and a scope; every tenth denies.
fn patterns(count: usize) -> Asked {
    let rule = |number: usize| {
        let name = format!("r{number}");
        let pattern = format!("*_{number}_*");
        match number % 10 {
            9 => Rule::deny(name).tools([pattern]),
            _ => {
                let rule = Rule::allow(name).tools([pattern]);
                rule.claim("tenant", ["t7"]).scopes_all(["read"])
            }
        }
    };
    asked((0..count).map(rule), TOOL)
}

/// Every rule is about a folder.
fn folders(count: usize) -> Asked {
    let rule = |number| {
        let rule = Rule::allow(format!("r{number}"));
        rule.resources([format!("file:///notes/{number}/**")])
    };
    asked((0..count).map(rule), URI)
}

/// No rule names anything: each has to be asked for whom it is.
fn everything(count: usize) -> Asked {
    let rule = |number| Rule::allow(format!("r{number}")).claim("tenant", [format!("x{number}")]);
    asked((0..count).map(rule), TOOL)
}

/// A URI that has to be normalised.
fn escaped() -> Asked {
    let (rules, consumer, _) = folders(100);
    let target = Target::Resource("file:///notes/7/2026/may%20day.md");
    let asked = (rules, consumer, target);
    black_box(ask(&asked));
    asked
}

#[library_benchmark]
#[bench::names_10(names(10))]
#[bench::names_100(names(100))]
#[bench::names_1000(names(1000))]
#[bench::patterns_10(patterns(10))]
#[bench::patterns_100(patterns(100))]
#[bench::patterns_1000(patterns(1000))]
#[bench::folders_10(folders(10))]
#[bench::folders_100(folders(100))]
#[bench::folders_1000(folders(1000))]
#[bench::everything_10(everything(10))]
#[bench::everything_100(everything(100))]
#[bench::everything_1000(everything(1000))]
#[bench::escaped_uri_100(escaped())]
fn decide(asked: Asked) -> (Decision, Asked) {
    (ask(black_box(&asked)), asked)
}

/// A list of 1000 tools, each with a name of its own, under 1000 patterns.
fn list() -> (Rules, Consumer, Vec<String>) {
    let (rules, consumer, _) = patterns(1000);
    let names = (0..1000).map(|number| format!("get_{number}_weather"));
    (rules, consumer, names.collect())
}

#[library_benchmark]
#[bench::tools_1000(list())]
fn filter((rules, consumer, names): (Rules, Consumer, Vec<String>)) -> usize {
    let headers = HeaderMap::new();
    let asker = Asker {
        consumer: &consumer,
        address: None,
        headers: &headers,
    };
    let seen = names.iter().filter(|name| {
        let question = Question::new(asker, Target::Tool(name), Purpose::List);
        rules.decide(black_box(&question)).allows()
    });
    seen.count()
}

// What it takes to read 1000 rules, with their patterns.
#[library_benchmark]
#[bench::patterns_1000()]
fn compile() -> Asked {
    patterns(1000)
}

library_benchmark_group!(name = decisions, benchmarks = [decide, filter, compile]);

main!(
    config = LibraryBenchmarkConfig::default()
        .tool(Callgrind::with_args(["--cache-sim=no"]))
        .tool(Dhat::default()),
    library_benchmark_groups = [decisions]
);
