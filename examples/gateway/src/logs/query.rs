//! `logs query`: exchanges that fit, the newest first.

use tollbar_dashboard::{Line, Query};

use super::{arguments::QueryArguments, entry::Entry, error::LogsError};
use crate::output;

/// So many are asked for at a time.
const PAGE: usize = 500;

/// Shows exchanges, page by page.
pub(super) fn query(query: &Query, arguments: &QueryArguments) -> Result<(), LogsError> {
    let filter = arguments.which.filter(arguments.when.period()?);
    let mut left = usize::try_from(arguments.limit).unwrap_or(usize::MAX);
    let mut cursor = None;
    let mut is_empty = true;
    while left > 0 {
        let page = query.exchanges(&filter, cursor.as_deref(), left.min(PAGE))?;
        left = left.saturating_sub(page.exchanges.len());
        is_empty &= page.exchanges.is_empty();
        if !page.exchanges.iter().all(|line| show(line, arguments.json)) {
            return Ok(());
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    if is_empty {
        let when = arguments.when.words();
        output::say(&format!(
            "no exchange of {when} fits (`--last 7d` looks further back)\n"
        ));
    } else if cursor.is_some() && !arguments.json {
        output::say("there are more: see `--limit`\n");
    }
    Ok(())
}

/// Shows one exchange. Whether there is somebody who reads.
pub(super) fn show(line: &Line, is_json: bool) -> bool {
    let text = match is_json {
        true => line.as_str().to_owned(),
        false => Entry::of(line).show(),
    };
    output::is_read(&format!("{text}\n"))
}
