//! All keys.

use std::time::SystemTime;

use serde_json::Value;
use tollbar::plan::key::{KeyRecord, Timestamp};

use super::{desk::Desk, error::KeysError, escaped::escaped, show};
use crate::output;

const HEADINGS: [&str; 7] = [
    "NAME",
    "ID",
    "STATE",
    "OWNER",
    "OPENS",
    "EXPIRES",
    "LAST USED",
];

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
        output::say("there is no key\n");
    } else {
        output::print(&table(&records, now));
    }
    if hidden > 0 {
        output::say(&format!("{hidden} revoked: see them with `--all`\n"));
    }
    Ok(())
}

/// A line for each key, under headings.
fn table(records: &[KeyRecord], now: SystemTime) -> String {
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(records.iter().map(|record| row(record, now)));
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

fn row(record: &KeyRecord, now: SystemTime) -> [String; HEADINGS.len()] {
    let time = |time: Option<SystemTime>, otherwise: &str| match time {
        Some(time) => Timestamp::from(time).to_string(),
        None => otherwise.to_owned(),
    };
    [
        escaped(&record.name),
        record.id.to_string(),
        record.state(now).as_str().to_owned(),
        escaped(record.owner.as_deref().unwrap_or("-")),
        show::proxies(record),
        time(record.expires, "never"),
        time(record.last_used, "never"),
    ]
}
