//! `acl list`: what a consumer sees of what the MCP server offers.

use std::collections::HashMap;

use http::HeaderValue;
use serde_json::{Value, json};
use tollbar::{
    acl::{Annotations, Decision, Feature, Outcome, Purpose, Question},
    mcp::json::Slice,
};
use zeroize::Zeroizing;

use super::{
    arguments::ListArguments, call::Thing, consumer::Person, desk::Desk, error::AclError, strays,
    who::Who, words,
};
use crate::{
    keys::escaped,
    output,
    probe::{Catalogue, Listed, catalogue},
    table,
};

/// Something on offer, and what the rules say of it.
struct Offer {
    thing: Thing,
    seen: Decision,
    used: Decision,
}

/// Shows what a consumer sees. True: being shown little is no failure.
pub(super) async fn list(desk: &Desk, asked: ListArguments) -> Result<bool, AclError> {
    let who = Who::read(asked.who.iter().map(String::as_str)).map_err(AclError::Who)?;
    let keys = desk.keys().await;
    let person = Person::find(desk, &who, &keys).map_err(AclError::Who)?;
    let credential = match &asked.token_env {
        Some(name) => Some(credential(desk, name)?),
        None => None,
    };
    let shows_none = credential.is_none();
    let catalogue = catalogue(&desk.proxy.upstream, credential).await;
    let catalogue = catalogue.map_err(|unlisted| {
        let relays = desk.proxy.relay.is_some();
        match unlisted.wants_credential && relays && shows_none {
            true => AclError::WantsToken(unlisted.reason),
            false => AclError::Upstream(unlisted.reason),
        }
    })?;
    for note in &person.notes {
        output::say(&format!("note: {note}\n"));
    }
    for trouble in &catalogue.troubles {
        output::say(&format!("warning: {}\n", escaped(trouble)));
    }
    if let Some(acl) = desk.acl() {
        for line in strays::of_names(acl, &catalogue)
            .into_iter()
            .chain(strays::of_keys(acl, &keys))
        {
            output::say(&format!("warning: {line}\n"));
        }
    }
    let offers = offers(desk, &person, &catalogue);
    let hidden = offers.iter().filter(|offer| offer.is_denied()).count();
    let shown = offers
        .iter()
        .filter(|offer| asked.denied || !offer.is_denied());
    if asked.json {
        let shown: Vec<Value> = shown.map(Offer::value).collect();
        output::print(&format!("{:#}\n", Value::Array(shown)));
        return Ok(true);
    }
    let headings = ["KIND", "NAME", "DECISION", "RULE"].map(str::to_owned);
    let rows: Vec<[String; 4]> = [headings]
        .into_iter()
        .chain(shown.map(Offer::row))
        .collect();
    if rows.len() > 1 {
        output::print(&table::lines(&rows));
    }
    let allowed = offers.len() - hidden;
    let more = match (hidden, asked.denied) {
        (1.., false) => ": see them with `--denied`",
        _ => "",
    };
    output::print(&format!(
        "{} as {}: {allowed} allowed, {hidden} denied{more}\n",
        desk.proxy.name(),
        person.describe()
    ));
    Ok(true)
}

/// The token in this variable, as it is shown to a server that judges it.
fn credential(desk: &Desk, name: &str) -> Result<HeaderValue, AclError> {
    if desk.proxy.relay.is_none() {
        return Err(AclError::NoRelay(desk.proxy.name().to_owned()));
    }
    let wrong = |reason| AclError::Token {
        name: name.to_owned(),
        reason,
    };
    let token = std::env::var(name).map_err(|_| wrong("is not set"))?;
    let token = Zeroizing::new(token);
    let is_plain = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let header = Zeroizing::new(format!("Bearer {}", *token));
    let value = HeaderValue::from_str(&header).ok().filter(|_| is_plain);
    let mut value = value.ok_or_else(|| wrong("holds no token"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// All that is on offer, features last.
fn offers(desk: &Desk, person: &Person, catalogue: &Catalogue) -> Vec<Offer> {
    let named: Vec<(Thing, Option<Annotations>)> = catalogue
        .entries
        .iter()
        .filter_map(|(list, entry)| {
            let name = entry[list.key()].as_str()?.to_owned();
            Some(match list {
                Listed::Tools => (Thing::Tool(name), told(entry)),
                Listed::Resources => (Thing::Resource(name), None),
                Listed::Templates => (Thing::Template(name), None),
                Listed::Prompts => (Thing::Prompt(name), None),
            })
        })
        .collect();
    // Of a tool that is listed twice in two ways, nothing is known when it is called.
    let mut learnt: HashMap<&Thing, Option<Annotations>> = HashMap::new();
    for (thing, told) in &named {
        let known = learnt.entry(thing).or_insert(*told);
        if known != told {
            *known = None;
        }
    }
    let features = Feature::ALL.map(|feature| (Thing::Feature(feature.as_str()), None));
    let ask = |thing: &Thing, purpose, annotations| {
        let mut question = Question::new(person.asker(), thing.target(), purpose);
        question.annotations = annotations;
        desk.decide(&question)
    };
    named
        .iter()
        .chain(&features)
        .map(|(thing, told)| Offer {
            seen: match thing {
                // Features are in no list.
                Thing::Feature(_) => ask(thing, Purpose::Use, None),
                _ => ask(thing, Purpose::List, *told),
            },
            used: ask(
                thing,
                Purpose::Use,
                learnt.get(thing).copied().unwrap_or_default(),
            ),
            thing: thing.clone(),
        })
        .collect()
}

/// What the server says of a tool.
fn told(tool: &Value) -> Option<Annotations> {
    Annotations::of(&Slice::new(&tool.to_string()))
}

impl Offer {
    /// Whether the consumer neither sees nor uses it.
    fn is_denied(&self) -> bool {
        self.seen.conceals() && self.used.conceals()
    }

    /// What is decided, in a few words, and the decision that these come from.
    fn decision(&self) -> (String, &Decision) {
        match (self.seen.conceals(), self.used.outcome()) {
            (false, Outcome::Allow) => ("allowed".to_owned(), &self.used),
            (true, Outcome::Allow) => ("allowed, not listed".to_owned(), &self.used),
            (false, Outcome::Deny) => ("listed only".to_owned(), &self.seen),
            (true, Outcome::Deny) => ("denied".to_owned(), &self.used),
            (_, Outcome::NeedScopes(scopes)) => {
                let scopes: Vec<&str> = scopes.iter().map(AsRef::as_ref).collect();
                (format!("needs {}", scopes.join(" ")), &self.used)
            }
        }
    }

    fn row(&self) -> [String; 4] {
        let target = self.thing.target();
        let (words, decision) = self.decision();
        let rule = decision.rule().map_or("-", AsRef::as_ref);
        [
            target.kind().to_owned(),
            escaped(target.name()),
            escaped(&words),
            escaped(rule),
        ]
    }

    fn value(&self) -> Value {
        let target = self.thing.target();
        let (_, decision) = self.decision();
        let mut value = json!({
            "kind": target.kind(),
            "name": target.name(),
            "listed": !self.seen.conceals(),
            "decision": words::word(&self.used),
            "reason": decision.reason(),
            "rule": decision.rule().map(AsRef::<str>::as_ref),
        });
        if let Outcome::NeedScopes(scopes) = self.used.outcome() {
            value["scopes"] = scopes.iter().map(AsRef::<str>::as_ref).collect();
        }
        value
    }
}
