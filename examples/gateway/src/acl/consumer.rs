//! From what is said of a consumer to the consumer that a plan would find.

use std::{net::IpAddr, time::SystemTime};

use http::HeaderMap;
use serde_json::{Map, Value, json};
use tollbar::{
    acl::Asker,
    core::{Claims, Consumer},
    plan::key::{KeyRecord, KeyState},
};

use super::{
    desk::Desk,
    token::{claims, wants},
    who::Who,
};
use crate::{
    config::{PlanSettings, PlanType, nearest},
    keys::escaped,
};

/// Somebody who asks.
#[derive(Clone, Debug)]
pub(super) struct Person {
    consumer: Consumer,
    address: Option<IpAddr>,
    headers: HeaderMap,
    /// What whoever asks about this consumer should know.
    pub(super) notes: Vec<String>,
    /// The key that was said and is not in the key file, and what was probably meant.
    pub(super) stranger: Option<String>,
}

impl Person {
    /// The consumer of the desk's proxy that this is. The reason is one for people.
    pub(super) fn find(desk: &Desk, who: &Who, keys: &[KeyRecord]) -> Result<Self, String> {
        let plan = plan(desk, who)?;
        let kind = plan.section.kind;
        fits(who, plan)?;
        let (mut notes, mut stranger) = (Vec::new(), None);
        let mut consumer = Consumer::new(plan.section.name());
        let is_known =
            kind != PlanType::Relay || plan.section.verify.is_some() && says(who).is_some();
        if !is_known {
            consumer = consumer.unverified();
        }
        let record = who.key.as_deref().and_then(|key| find(keys, key));
        let mut scopes = who.scopes.clone();
        let mut subject = who.subject.clone();
        match (&who.key, record) {
            (Some(_), Some(record)) => {
                consumer = consumer
                    .with_key_id(record.id.as_str())
                    .with_key_name(record.name.as_str());
                scopes.extend(record.scopes.iter().cloned());
                subject = subject.or_else(|| record.owner.clone());
                notes.extend(doubts(desk, record));
            }
            (Some(key), None) => {
                // Which of the two it is, nobody knows.
                consumer = consumer
                    .with_key_id(key.as_str())
                    .with_key_name(key.as_str());
                let mut words = format!("the key file has no key `{key}`");
                if let Some(near) = nearest(key, keys.iter().map(|key| key.name.as_str())) {
                    words.push_str(&format!(" (did you mean `{near}`?)"));
                }
                notes.push(format!(
                    "{}: of it only what `--as` says is known",
                    escaped(&words)
                ));
                stranger = Some(words);
            }
            (None, _) if kind == PlanType::Key => notes.push(
                "a consumer of a key plan has a key: say which with `key=NAME-OR-ID`".to_owned(),
            ),
            (None, _) => {}
        }
        if let Some(subject) = subject {
            consumer = consumer.with_subject(subject);
        }
        if let Some(client) = &who.client {
            consumer = consumer.with_client_id(client.as_str());
        }
        let claims = match is_known && plan.section.tokens().is_some() {
            true => claims(who),
            false => who.claims.clone(),
        };
        if is_known {
            notes.extend(wants(who, plan));
        } else if plan.section.verify.is_some() {
            notes.push(
                "this is somebody who shows no token: of one, say `subject=TEXT`, `client=ID` or \
                 `scope=SCOPE`"
                    .to_owned(),
            );
        }
        if !scopes.is_empty() {
            consumer = consumer.with_scopes(scopes);
        }
        if !claims.is_empty() {
            consumer = consumer.with_claims(Claims::from(claims));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &who.headers {
            headers.append(name, value.clone());
        }
        Ok(Self {
            consumer,
            address: who.address,
            headers,
            notes,
            stranger,
        })
    }

    pub(super) const fn asker(&self) -> Asker<'_> {
        Asker {
            consumer: &self.consumer,
            address: self.address,
            headers: &self.headers,
        }
    }

    /// Who it is, in one line.
    pub(super) fn describe(&self) -> String {
        let consumer = &self.consumer;
        let mut words = vec![format!("plan {}", escaped(consumer.plan()))];
        if let Some(name) = consumer.key_name() {
            words.push(match consumer.key_id() {
                Some(id) if id != name => format!("key {} ({})", escaped(name), escaped(id)),
                _ => format!("key {}", escaped(name)),
            });
        }
        if let Some(subject) = consumer.subject() {
            words.push(format!("subject {}", escaped(subject)));
        }
        if let Some(client) = consumer.client_id() {
            words.push(format!("client {}", escaped(client)));
        }
        if !consumer.is_verified() {
            words.push("not verified".to_owned());
        }
        let scopes: Vec<String> = consumer.scopes().map(escaped).collect();
        if !scopes.is_empty() {
            words.push(format!("scopes {}", scopes.join(" ")));
        }
        if !consumer.claims().is_empty() {
            words.push("claims".to_owned());
        }
        if let Some(address) = self.address {
            words.push(format!("address {address}"));
        }
        for name in self.headers.keys() {
            words.push(format!("header {name}"));
        }
        words.join(", ")
    }

    /// The same for machines.
    pub(super) fn value(&self) -> Value {
        let consumer = &self.consumer;
        let mut value = Map::new();
        value.insert("plan".to_owned(), consumer.plan().into());
        let texts = [
            ("subject", consumer.subject()),
            ("client_id", consumer.client_id()),
            ("key_id", consumer.key_id()),
            ("key", consumer.key_name()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                value.insert(name.to_owned(), text.into());
            }
        }
        if !consumer.is_verified() {
            value.insert("verified".to_owned(), false.into());
        }
        value.insert("scopes".to_owned(), consumer.scopes().collect());
        if let Some(address) = self.address {
            value.insert("address".to_owned(), json!(address));
        }
        Value::Object(value)
    }
}

/// The plan by which the consumer comes in.
fn plan<'a>(desk: &'a Desk, who: &Who) -> Result<&'a PlanSettings, String> {
    let plans = &desk.proxy.plans;
    let name = |plan: &PlanSettings| plan.section.name().to_owned();
    let listed = || {
        let names: Vec<String> = plans
            .iter()
            .map(|plan| format!("`{}`", name(plan)))
            .collect();
        names.join(", ")
    };
    let of_kind = |kind: PlanType| {
        let mut plans = plans.iter().filter(move |plan| plan.section.kind == kind);
        (plans.next(), plans.next())
    };
    if let Some(wanted) = &who.plan {
        let found = plans.iter().find(|plan| plan.section.name() == wanted);
        return found.ok_or_else(|| {
            let names = plans.iter().map(|plan| plan.section.name());
            match nearest(wanted, names) {
                Some(near) => {
                    format!("this proxy has no plan `{wanted}`: did you mean `{near}`?")
                }
                None => format!("this proxy has no plan `{wanted}`: it has {}", listed()),
            }
        });
    }
    let (found, what) = if who.anonymous {
        let kind = match desk.proxy.relay {
            Some(_) => PlanType::Relay,
            None => PlanType::Keyless,
        };
        (of_kind(kind), "plan for those who show nothing")
    } else if who.key.is_some() {
        (of_kind(PlanType::Key), "key plan")
    } else if who.is_of_token() && desk.proxy.token_plans().next().is_some() {
        let mut plans = desk.proxy.token_plans().map(|(plan, _)| plan);
        ((plans.next(), plans.next()), "plan for tokens")
    } else {
        ((plans.first(), plans.get(1)), "plan")
    };
    match found {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(format!(
            "by which plan? say `plan=NAME`: this proxy has {}",
            listed()
        )),
        (None, _) => Err(format!(
            "this proxy has no {what}, so that nobody comes in that way: it has {}",
            listed()
        )),
    }
}

/// Whether a plan can tell what is said.
fn fits(who: &Who, plan: &PlanSettings) -> Result<(), String> {
    let name = plan.section.name();
    let kind = plan.section.kind;
    if who.anonymous && !matches!(kind, PlanType::Keyless | PlanType::Relay) {
        return Err(format!("nobody is anonymous under the plan `{name}`"));
    }
    if who.key.is_some() && kind != PlanType::Key {
        return Err(format!("nobody has a key under the plan `{name}`"));
    }
    match (says(who), kind) {
        (Some(what), _) if kind == PlanType::Keyless || who.anonymous => Err(format!(
            "nobody has {what} under the plan `{name}`: name another one with `plan=NAME`"
        )),
        (Some(what), PlanType::Relay) if plan.section.verify.is_none() => Err(format!(
            "of nobody is {what} known under the plan `{name}`, which leaves tokens to the server: \
             let it verify them, too (`verify = \"jwt\"` or `verify = \"oauth2\"`)"
        )),
        _ => Ok(()),
    }
}

/// What is said of somebody that a credential tells.
fn says(who: &Who) -> Option<&'static str> {
    let tells = [
        ("a subject", who.subject.is_some()),
        ("a client id", who.client.is_some()),
        ("scopes", !who.scopes.is_empty()),
        ("claims", !who.claims.is_empty()),
    ];
    let said = tells.into_iter().find(|(_, said)| *said);
    said.map(|(what, _)| what)
}

/// The key of this name or id; one that works before one of the same name that was revoked.
fn find<'a>(keys: &'a [KeyRecord], wanted: &str) -> Option<&'a KeyRecord> {
    let mut found: Vec<_> = keys
        .iter()
        .filter(|key| key.id.as_str() == wanted || key.name == wanted)
        .collect();
    found.sort_by_key(|key| key.revoked.is_some());
    found.first().copied()
}

/// Why a consumer with this key would not get as far as the rules.
fn doubts(desk: &Desk, record: &KeyRecord) -> Vec<String> {
    let name = escaped(&record.name);
    let mut notes = Vec::new();
    let state = record.state(SystemTime::now());
    if state != KeyState::Active {
        let state = state.as_str();
        notes.push(format!("the key `{name}` is {state}: it lets nobody in"));
    }
    let proxy = desk.proxy.name();
    if !record.proxies.open(Some(proxy)) {
        notes.push(format!(
            "the key `{name}` does not open `{proxy}`: it lets nobody in there"
        ));
    }
    notes
}
