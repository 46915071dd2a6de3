//! All keys.

use std::time::SystemTime;

use serde_json::Value;
use tollbar::plan::key::{KeyRecord, Timestamp};

use super::{desk::Desk, error::KeysError, escaped::escaped, opened::proxies_in_brief, show};
use crate::output;

const HEADINGS: [&str; 7] = [
    "NAME",
    "ID",
    "STATE",
    "OWNER",
    "EXPIRES",
    "LAST USED",
    "OPENS",
];
/// The place of the heading that says how old its times may be.
const LAST_USED: usize = 5;

/// Shows all keys, revoked ones only on demand.
pub(super) async fn list(desk: &Desk, json: bool, all: bool) -> Result<(), KeysError> {
    let mut records = desk.keys.list().await?;
    let before = records.len();
    records.retain(|record| all || record.revoked.is_none());
    let hidden = before - records.len();
    let now = SystemTime::now();
    if json {
        let records = records.iter().map(|record| show::value(record, now));
        output::print(&format!("{:#}\n", Value::Array(records.collect())));
        return Ok(());
    }
    if records.is_empty() {
        let path = desk.path();
        let reason = match path.exists() {
            true => String::new(),
            false => format!(
                ": `{}` is not there yet, and is made with the first one",
                path.display()
            ),
        };
        output::say(&format!("there is no key{reason}\n"));
    } else {
        output::print(&table(desk, &records, now));
    }
    if hidden > 0 {
        output::say(&format!("{hidden} revoked: see them with `--all`\n"));
    }
    Ok(())
}

/// A line for each key, under headings.
fn table(desk: &Desk, records: &[KeyRecord], now: SystemTime) -> String {
    let mut headings = HEADINGS.map(str::to_owned);
    let age = show::length(desk.uses_interval());
    headings[LAST_USED].push_str(&format!(" (≤ {age} old)"));
    let mut rows = vec![headings];
    rows.extend(records.iter().map(|record| row(desk, record, now)));
    let mut widths = [0; HEADINGS.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths);
        let line: String = cells
            .map(|(cell, width)| format!("{cell:width$}  "))
            .collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn row(desk: &Desk, record: &KeyRecord, now: SystemTime) -> [String; HEADINGS.len()] {
    let time = |time: Option<SystemTime>, otherwise: &str| match time {
        Some(time) => Timestamp::from(time).to_string(),
        None => otherwise.to_owned(),
    };
    [
        escaped(&record.name),
        record.id.to_string(),
        record.state(now).as_str().to_owned(),
        escaped(record.owner.as_deref().unwrap_or("-")),
        time(record.expires, "never"),
        time(record.last_used, "never"),
        proxies_in_brief(desk, record),
    ]
}
