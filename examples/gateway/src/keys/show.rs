//! One key.

use std::{
    io::{self, Read as _},
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use tollbar::plan::key::{Key, KeyRecord, KeyState, Timestamp};

use super::{desk::Desk, error::KeysError, escaped::escaped, opened::proxies};
use crate::output;

/// As much of standard input as a key may have around it.
const MOST: u64 = 4096;

/// Shows all that is known of a key.
pub(super) async fn show(desk: &Desk, key: &str, json: bool) -> Result<(), KeysError> {
    print(desk, &desk.keys.show(key).await?, json);
    Ok(())
}

/// Says whose key stands on standard input.
pub(super) async fn identify(desk: &Desk, json: bool) -> Result<(), KeysError> {
    let mut text = String::new();
    let read = io::stdin().lock().take(MOST).read_to_string(&mut text);
    read.map_err(KeysError::Unreadable)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(KeysError::NoKey);
    }
    let key = Key::parse(text)?;
    let record = desk.keys.identify(key.expose()).await?;
    let record = record.ok_or(KeysError::NotKnown)?;
    let digest = desk.keys.digest(&key);
    let secret = record.secrets.iter().find(|secret| secret.digest == digest);
    print(desk, &record, json);
    let state = record.state(SystemTime::now());
    if state != KeyState::Active {
        let state = state.as_str();
        output::say(&format!("this key is {state}: the secret opens nothing\n"));
    } else if let Some(until) = secret.and_then(|secret| secret.expires) {
        let verb = match until <= SystemTime::now() {
            true => "worked",
            false => "works",
        };
        let until = Timestamp::from(until);
        output::say(&format!(
            "this secret was replaced by a newer one, and {verb} until {until}\n"
        ));
    }
    Ok(())
}

fn print(desk: &Desk, record: &KeyRecord, json: bool) {
    let now = SystemTime::now();
    match json {
        true => output::print(&format!("{:#}\n", value(record, now))),
        false => output::print(&lines(desk, record, now)),
    }
}

/// The record for machines: with its state, and without digests. A secret works when its key does.
pub(super) fn value(record: &KeyRecord, now: SystemTime) -> Value {
    let mut value: Value = serde_json::from_str(&record.to_json()).unwrap_or_default();
    value["state"] = record.state(now).as_str().into();
    let is_active = record.state(now) == KeyState::Active;
    let secrets = record.secrets.iter().map(|secret| {
        json!({
            "created": Timestamp::from(secret.created).to_string(),
            "expires": secret.expires.map(|time| Timestamp::from(time).to_string()),
            "works": is_active && secret.is_live(now),
        })
    });
    value["secrets"] = secrets.collect();
    value
}

/// The record for people.
fn lines(desk: &Desk, record: &KeyRecord, now: SystemTime) -> String {
    let time = |time: SystemTime| Timestamp::from(time).to_string();
    let or = |time: Option<SystemTime>, otherwise: &str| match time {
        Some(time) => Timestamp::from(time).to_string(),
        None => otherwise.to_owned(),
    };
    let mut text = String::new();
    let mut line = |name: &str, value: String| text.push_str(&format!("{name:9}  {value}\n"));
    line("name", escaped(&record.name));
    line("id", record.id.to_string());
    line("state", record.state(now).as_str().to_owned());
    if let Some(owner) = &record.owner {
        line("owner", escaped(owner));
    }
    line("opens", proxies(desk, record));
    if !record.scopes.is_empty() {
        let scopes: Vec<_> = record.scopes.iter().map(String::as_str).collect();
        line("scopes", scopes.join(" "));
    }
    for (name, value) in &record.metadata {
        line(
            "metadata",
            format!("{} = {}", escaped(name), escaped(value)),
        );
    }
    line("created", time(record.created));
    line("expires", or(record.expires, "never"));
    for (name, since) in [("suspended", record.suspended), ("revoked", record.revoked)] {
        if let Some(since) = since {
            line(name, time(since));
        }
    }
    let unwritten = format!("never, or less than {} ago", length(desk.uses_interval()));
    line("last used", or(record.last_used, &unwritten));
    let is_active = record.state(now) == KeyState::Active;
    for secret in &record.secrets {
        let end = match secret.expires {
            _ if !is_active => String::new(),
            None => ", works".to_owned(),
            Some(end) if end > now => format!(", replaced, works until {}", time(end)),
            Some(end) => format!(", replaced, worked until {}", time(end)),
        };
        line("secret", format!("made {}{end}", time(secret.created)));
    }
    text
}

/// A length of time, in minutes when it has no other seconds.
pub(super) fn length(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds >= 60 && seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
