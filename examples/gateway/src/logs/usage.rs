//! `logs usage`: figures.

use serde_json::json;
use tollbar_dashboard::{Dimension, Entry, Figures, Label, Percentiles, Query};

use super::{
    arguments::{By, UsageArguments},
    entry::took,
    error::LogsError,
};
use crate::{keys::escaped, output, table};

/// Shows totals, percentiles and what was used most.
pub(super) fn usage(query: &Query, arguments: &UsageArguments) -> Result<(), LogsError> {
    let period = arguments.when.period()?;
    let mut filter = arguments.which.filter(period);
    let totals = query.totals(&filter)?;
    let percentiles = query.percentiles(&filter)?;
    let by = match arguments.by {
        By::Dimension(by) => by,
        By::Tool => {
            filter.subject_kind = Some("tool".into());
            Dimension::Subject
        }
    };
    let top = query.top(&filter, by, arguments.order.into(), arguments.limit.into())?;
    if arguments.json {
        let by = by.as_str();
        let all = json!({ "totals": totals, "percentiles": percentiles, "by": by, "top": top });
        output::print(&format!("{all}\n"));
        return Ok(());
    }
    let when = arguments.when.words();
    if totals.count == 0 {
        output::say(&format!(
            "no exchange of {when} fits (`--last 7d` looks further back)\n"
        ));
        return Ok(());
    }
    output::print(&format!(
        "period       {when}\n{}",
        summary(&totals, &percentiles)
    ));
    if !top.is_empty() {
        let heading = match arguments.by {
            By::Tool => "tool",
            By::Dimension(by) => by.as_str(),
        };
        output::print(&format!("\n{}", list(heading, &top)));
    }
    Ok(())
}

fn summary(totals: &Figures, percentiles: &Percentiles) -> String {
    let time = |micros: Option<u64>| micros.map_or_else(|| "-".to_owned(), took);
    let about = if percentiles.is_exact { "" } else { "about " };
    format!(
        "exchanges    {}\nerrors       {}\ntook         half of them {about}{}, 95 of 100 {about}{}, 99 of 100 \
         {about}{}, at most {}\nof that      {} in the gateway, on average\nbytes        {} in, {} out\n",
        totals.count,
        totals.errors,
        time(percentiles.p50_us),
        time(percentiles.p95_us),
        time(percentiles.p99_us),
        time(totals.max_us),
        time(totals.own_mean_us),
        totals.bytes_in,
        totals.bytes_out,
    )
}

fn list(by: &str, top: &[Entry]) -> String {
    let heading = by.to_uppercase().replace('_', " ");
    let headings = ["COUNT", "ERRORS", "P50", "P99"].map(str::to_owned);
    let [count, errors, half, most] = headings;
    let mut rows = vec![[heading, count, errors, half, most]];
    // Out of buckets.
    let time =
        |micros: Option<u64>| micros.map_or_else(|| "-".to_owned(), |it| format!("~{}", took(it)));
    rows.extend(top.iter().map(|entry| {
        [
            label(&entry.value),
            entry.figures.count.to_string(),
            entry.figures.errors.to_string(),
            time(entry.p50_us),
            time(entry.p99_us),
        ]
    }));
    table::lines(&rows)
}

fn label(label: &Label) -> String {
    match label {
        Label::Number(number) => number.to_string(),
        Label::Text(text) => escaped(text),
        _ => "-".to_owned(),
    }
}
