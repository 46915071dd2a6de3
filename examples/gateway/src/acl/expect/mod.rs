//! `acl test`: whether the rules answer what is expected.

mod file;

use std::{collections::BTreeSet, path::Path};

use tollbar::acl::{Decision, Outcome, Purpose, Question, Target};

use self::file::{Expectation, Expectations};
use super::{
    call::Call,
    consumer::Person,
    desk::Desk,
    error::AclError,
    explain::{annotations, passes},
    words::{quoted, sentence},
};
use crate::{keys::escaped, output};

/// What is expected of one call.
#[derive(Clone, Copy, Debug)]
enum Wanted<'a> {
    Allow,
    Deny,
    NeedScopes(&'a [String]),
}

/// Compares the rules with a file of expectations. True when all of them hold.
pub(super) async fn test(desk: &Desk, path: &Path) -> Result<bool, AclError> {
    let expectations = Expectations::read(path)?;
    let keys = desk.keys().await;
    let (mut calls, mut failures, mut notes) = (0, 0, BTreeSet::new());
    for (index, expectation) in expectations.expect.iter().enumerate() {
        let name = expectation.name(index);
        let wrong = |reason: String| AclError::Expectation {
            path: path.to_owned(),
            expectation: name.clone(),
            reason,
        };
        let who = expectation.who().map_err(wrong)?;
        let person = Person::find(desk, &who, &keys).map_err(wrong)?;
        if let (Some(stranger), None) = (&person.stranger, &who.plan) {
            // What holds for somebody who does not exist proves nothing.
            let fix = "of one that is to be somewhere else, say the plan too, such as `plan=key`";
            return Err(wrong(format!("{stranger}: {fix}")));
        }
        notes.extend(person.notes.iter().cloned());
        let wanted = wanted(expectation);
        if wanted.is_empty() {
            let reason = "it names no call: add `allow`, `deny` or `needs_scopes`";
            return Err(wrong(reason.to_owned()));
        }
        for (call, wanted) in wanted {
            calls += 1;
            let (decision, purpose) = decide(desk, &person, expectation, call).map_err(wrong)?;
            if !holds(&decision, purpose, wanted) {
                failures += 1;
                output::print(&format!(
                    "FAIL {}: `{}` is {}, and should be {}\n",
                    escaped(&name),
                    escaped(call),
                    found(&decision),
                    should(wanted)
                ));
            }
        }
    }
    for note in notes {
        output::say(&format!("note: {note}\n"));
    }
    let (held, count) = (calls - failures, expectations.expect.len());
    output::print(&format!(
        "{}: {count} {}, {calls} {}: {held} as expected, {failures} not\n",
        desk.proxy.name(),
        plural(count, "expectation"),
        plural(calls, "call"),
    ));
    Ok(failures == 0)
}

/// All calls of an expectation.
fn wanted(expectation: &Expectation) -> Vec<(&str, Wanted<'_>)> {
    let allow = expectation.allow.iter().map(|call| (call, Wanted::Allow));
    let deny = expectation.deny.iter().map(|call| (call, Wanted::Deny));
    let scopes = expectation.needs_scopes.iter();
    let scopes = scopes.map(|(call, scopes)| (call, Wanted::NeedScopes(scopes)));
    let all = allow.chain(deny).chain(scopes);
    all.map(|(call, wanted)| (call.as_str(), wanted)).collect()
}

/// What is decided of a call. The reason is one for people.
fn decide(
    desk: &Desk,
    person: &Person,
    expectation: &Expectation,
    text: &str,
) -> Result<(Decision, Purpose), String> {
    let call = Call::read(text).map_err(|reason| format!("`{text}` is no call: {reason}"))?;
    let Call::Asks(thing, purpose) = call else {
        let open = Decision::allow().because("always_open");
        return Ok((open, Purpose::Use));
    };
    let mut question = Question::new(person.asker(), thing.target(), purpose);
    if let Target::Tool(name) = question.target {
        let told = expectation.annotations.get(name);
        question.annotations = told.and_then(|hints| annotations(hints.given()));
    }
    Ok((desk.decide(&question), purpose))
}

/// Whether that is what is expected. The order of scopes is of no account.
fn holds(decision: &Decision, purpose: Purpose, wanted: Wanted<'_>) -> bool {
    match (decision.outcome(), wanted) {
        (_, Wanted::Allow) => passes(decision, purpose),
        (Outcome::Deny, Wanted::Deny) => true,
        (Outcome::NeedScopes(found), Wanted::NeedScopes(wanted)) => {
            let found: BTreeSet<&str> = found.iter().map(AsRef::as_ref).collect();
            found == wanted.iter().map(String::as_str).collect()
        }
        _ => false,
    }
}

fn found(decision: &Decision) -> String {
    match decision.outcome() {
        Outcome::Allow if decision.reason() == "always_open" => "always allowed".to_owned(),
        // As in "is found to need", without bending the verb.
        Outcome::NeedScopes(_) => format!("denied: it {}", sentence(decision)),
        Outcome::Allow | Outcome::Deny => sentence(decision),
    }
}

fn should(wanted: Wanted<'_>) -> String {
    match wanted {
        Wanted::Allow => "allowed".to_owned(),
        Wanted::Deny => "denied".to_owned(),
        Wanted::NeedScopes(scopes) => format!("denied for want of the scopes {}", quoted(scopes)),
    }
}

fn plural(count: usize, word: &str) -> String {
    match count {
        1 => word.to_owned(),
        _ => format!("{word}s"),
    }
}
