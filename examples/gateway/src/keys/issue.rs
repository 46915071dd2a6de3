//! New secrets.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use tollbar::plan::key::{Key, KeyRecord, Timestamp};

use super::{
    arguments::NewKeyArguments,
    desk::{Desk, header},
    error::KeysError,
    escaped::escaped,
    opened::{proxies, quoted},
};
use crate::output;

/// Makes a key and prints it.
pub(super) async fn create(desk: &Desk, new: NewKeyArguments) -> Result<(), KeysError> {
    desk.check(&new.proxy)?;
    let (key, record) = desk.keys.create(new.into()).await?;
    hand_over(&key, &record)?;
    let (name, id) = (escaped(&record.name), &record.id);
    let opens = proxies(desk, &record);
    let ends = match record.expires {
        Some(time) => format!("expires at {}", Timestamp::from(time)),
        None => "does not expire".to_owned(),
    };
    output::say(&format!(
        "the key `{name}` ({id}) opens {opens} and {ends}; it is shown this once and cannot be had \
         again\n{}",
        usage(desk, &record)
    ));
    Ok(())
}

/// Gives a key a new secret and prints it.
pub(super) async fn rotate(desk: &Desk, key: &str, overlap: Duration) -> Result<(), KeysError> {
    let (key, record) = desk.keys.rotate(key, overlap).await?;
    hand_over(&key, &record)?;
    let (name, id) = (escaped(&record.name), &record.id);
    let old = match overlap.is_zero() {
        true => "the old secret works no more".to_owned(),
        false => {
            let until = record
                .secrets
                .iter()
                .filter_map(|secret| secret.expires)
                .max();
            let until = until.map(|time| Timestamp::from(time).to_string());
            format!("the old secret works until {}", until.unwrap_or_default())
        }
    };
    output::say(&format!(
        "the key `{name}` ({id}) has a new secret, which is shown this once and cannot be had \
         again; {old}\n"
    ));
    Ok(())
}

/// Prints the key, alone. When that fails, nobody has it, and that must be known.
fn hand_over(key: &Key, record: &KeyRecord) -> Result<(), KeysError> {
    let mut output = io::stdout().lock();
    let written = writeln!(output, "{}", key.expose()).and_then(|()| output.flush());
    written.map_err(|source| KeysError::NotShown {
        name: record.name.clone(),
        source,
    })
}

/// How clients present the key, a line for each way, and which proxies do not ask for one.
fn usage(desk: &Desk, record: &KeyRecord) -> String {
    // By header, each with its proxies, both in the order of the configuration.
    let mut ways: Vec<(Option<String>, Vec<&str>)> = Vec::new();
    let opened = desk
        .proxies()
        .filter(|proxy| record.proxies.open(Some(proxy.name())));
    for proxy in opened {
        let header = header(proxy);
        match ways.iter_mut().find(|(known, _)| *known == header) {
            Some((_, names)) => names.push(proxy.name()),
            None => ways.push((header, vec![proxy.name()])),
        }
    }
    let lines = ways.iter().map(|(header, opened)| {
        let names = quoted(opened);
        match header.as_deref() {
            Some("authorization") => {
                format!("clients of {names} send it as `Authorization: Bearer KEY`\n")
            }
            Some(header) => format!("clients of {names} send it as `{header}: KEY`\n"),
            None => {
                let [has, it] = match opened.as_slice() {
                    [_] => ["has", "it"],
                    _ => ["have", "each of them"],
                };
                format!(
                    "{names} {has} no key plan yet: add a `[[proxy.plan]]` with `type = \"key\"` to \
                     {it}\n"
                )
            }
        }
    });
    lines.collect()
}
