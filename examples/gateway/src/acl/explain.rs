//! `acl explain`: what the rules answer to one call, and why.

use serde_json::{Value, json};
use tollbar::{
    acl::{Annotations, Decision, Explanation, Finding, Hint, Outcome, Purpose, Question, Step},
    mcp::json::{Kind, Slice},
};

use super::{
    arguments::ExplainArguments,
    call::{Call, Thing},
    consumer::Person,
    desk::Desk,
    error::AclError,
    who::Who,
    words::{sentence, word, wrapped},
};
use crate::{keys::escaped, output};

/// Where the words behind the headings begin.
const INDENT: usize = 10;

/// Where the answer depends on what is not said.
const HINT: &str = "the rules ask for annotations: try `--annotations readOnlyHint=true`, or `acl \
                    list`, which asks the server";

/// Explains one call. True when it is allowed.
pub(super) async fn explain(desk: &Desk, asked: ExplainArguments) -> Result<bool, AclError> {
    let who = Who::read(asked.who.iter().map(String::as_str)).map_err(AclError::Who)?;
    let call = Call::read(&asked.call).map_err(|reason| AclError::Call {
        call: asked.call.clone(),
        reason,
    })?;
    let arguments = asked.arguments.as_deref().map(arguments).transpose()?;
    let keys = desk.keys().await;
    let person = Person::find(desk, &who, &keys).map_err(AclError::Who)?;
    for note in &person.notes {
        output::say(&format!("note: {note}\n"));
    }
    let (thing, purpose) = match call {
        Call::Asks(thing, purpose) => (thing, asked.purpose.map_or(purpose, Into::into)),
        Call::Open(reason) => {
            let answer = json!({
                "proxy": desk.proxy.name(),
                "consumer": person.value(),
                "decision": "allow",
                "reason": "always_open",
                "rule": null,
                "rules": [],
            });
            let lines = format!(
                "decision  {}\n",
                wrapped(&format!("allowed: {reason}"), INDENT)
            );
            output::print(&match asked.json {
                true => format!("{answer:#}\n"),
                false => lines,
            });
            return Ok(true);
        }
    };
    let mut question = Question::new(person.asker(), thing.target(), purpose);
    question.arguments = arguments;
    // Nothing said is nothing known.
    if !asked.annotations.is_empty() {
        question.annotations = annotations(asked.annotations.iter().copied());
    }
    let explanation = desk.explain(&question);
    let decision = match &explanation {
        Some(explanation) => explanation.decision.clone(),
        None => desk.decide(&question),
    };
    if asked.json {
        let mut value = json!({
            "proxy": desk.proxy.name(),
            "consumer": person.value(),
            "kind": thing.target().kind(),
            "name": thing.target().name(),
            "purpose": for_what(purpose),
            "decision": word(&decision),
            "reason": decision.reason(),
            "rule": decision.rule().map(AsRef::<str>::as_ref),
            "rules": explanation.iter().flat_map(|it| &it.steps).map(step).collect::<Value>(),
        });
        if let Outcome::NeedScopes(scopes) = decision.outcome() {
            value["scopes"] = scopes.iter().map(AsRef::<str>::as_ref).collect();
        }
        output::print(&format!("{value:#}\n"));
        return Ok(passes(&decision, purpose));
    }
    let what = what(&thing, purpose);
    let mut text = format!("proxy     {}\n", desk.proxy.name());
    let head = [
        ("consumer", person.describe()),
        ("asks for", what),
        ("rules", desk.describe()),
    ];
    for (heading, words) in head {
        text.push_str(&format!("{heading:INDENT$}{}\n", wrapped(&words, INDENT)));
    }
    if let Some(explanation) = &explanation {
        text.push_str(&steps(explanation));
    }
    text.push_str(&format!(
        "\ndecision  {}\n",
        wrapped(&sentence(&decision), INDENT)
    ));
    let unasked = asked.annotations.is_empty() && matches!(thing, Thing::Tool(_));
    if unasked && desk.asks_for_annotations() {
        text.push_str(&format!("hint      {}\n", wrapped(HINT, INDENT)));
    }
    output::print(&text);
    Ok(passes(&decision, purpose))
}

/// Whether the consumer gets what is asked for. What only lacks a scope stands in lists.
pub(super) const fn passes(decision: &Decision, purpose: Purpose) -> bool {
    match purpose {
        Purpose::List => !decision.conceals(),
        Purpose::Use => decision.allows(),
    }
}

/// Each rule and what it has to do with the answer. The one that decides has a `>`.
fn steps(explanation: &Explanation) -> String {
    let mut text = String::new();
    for step in &explanation.steps {
        let decides = explanation.decision.rule() == Some(&step.rule);
        let mark = if decides { '>' } else { ' ' };
        let (verdict, words) = match &step.finding {
            Finding::Applies(holds) => ("applies", holds.join("; ")),
            Finding::LacksScopes { holds, missing } => {
                let missing = super::words::quoted(missing);
                ("lacks scopes", format!("{missing}; {}", holds.join("; ")))
            }
            Finding::Fails(condition) => ("does not apply", condition.clone()),
            // Words of another kind are in what it says of itself.
            _ => ("", step.to_string()),
        };
        text.push_str(&format!(
            "\n{mark} {} ({}): {verdict}\n",
            escaped(&step.rule),
            step.effect
        ));
        if !words.is_empty() {
            text.push_str(&format!("    {}\n", wrapped(&escaped(&words), 4)));
        }
    }
    text
}

fn step(step: &Step) -> Value {
    let (finding, conditions): (_, Vec<&str>) = match &step.finding {
        Finding::Applies(holds) => ("applies", holds.iter().map(String::as_str).collect()),
        Finding::LacksScopes { holds, .. } => {
            ("lacks_scopes", holds.iter().map(String::as_str).collect())
        }
        Finding::Fails(condition) => ("fails", vec![condition]),
        _ => ("other", Vec::new()),
    };
    let mut value = json!({
        "rule": *step.rule,
        "effect": step.effect.as_str(),
        "finding": finding,
        "conditions": conditions,
    });
    if let Finding::LacksScopes { missing, .. } = &step.finding {
        value["missing"] = missing.iter().map(AsRef::<str>::as_ref).collect();
    }
    value
}

/// What is asked for, in words.
fn what(thing: &Thing, purpose: Purpose) -> String {
    let target = thing.target();
    let name = escaped(target.name());
    let purpose = match purpose {
        Purpose::List => "to see it in a list",
        Purpose::Use => "to use it",
    };
    format!("{} {name}, {purpose}", target.kind())
}

const fn for_what(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::List => "list",
        Purpose::Use => "use",
    }
}

/// What a server says of a tool that gives these hints.
pub(super) fn annotations(given: impl IntoIterator<Item = (Hint, bool)>) -> Option<Annotations> {
    let nothing = Annotations::of(&Slice::new("{}"))?;
    let given = given.into_iter();
    Some(given.fold(nothing, |all, (hint, value)| all.with(hint, value)))
}

fn arguments(text: &str) -> Result<Slice<'_>, AclError> {
    // A slice is taken from what was judged: this has to be JSON as a whole.
    serde_json::from_str::<serde::de::IgnoredAny>(text)
        .map_err(|error| AclError::Arguments(error.to_string()))?;
    let slice = Slice::new(text.trim());
    match slice.kind() {
        Some(Kind::Object) => Ok(slice),
        _ => Err(AclError::Arguments("it is something else".to_owned())),
    }
}
