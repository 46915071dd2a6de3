//! `logs tail`: exchanges as they end.

use std::time::Duration;

use tollbar_dashboard::{Line, Period, Query};

use super::{arguments::TailArguments, error::LogsError, query::show};

/// How often the store is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// How far back the first lines are looked for.
const BACK: Duration = Duration::from_secs(24 * 60 * 60);

/// Shows the last exchanges, and then those that come, until the process is ended or nobody reads any more.
pub(super) async fn tail(query: &Query, arguments: TailArguments) -> Result<(), LogsError> {
    let filter = arguments.which.filter(Period::last(BACK));
    // Before the look at what is there, so that nothing falls in between. What comes there is found twice.
    let mut mark = query.end()?;
    let mut shown = Vec::new();
    if arguments.lines > 0 {
        shown = query
            .exchanges(&filter, None, arguments.lines.into())?
            .exchanges;
    }
    if !shown.iter().rev().all(|line| show(line, arguments.json)) {
        return Ok(());
    }
    loop {
        let (lines, next) = query.behind(&filter, mark)?;
        let is_shown = |line: &Line| shown.iter().any(|it| it.as_str() == line.as_str());
        let mut new = lines.iter().filter(|line| !is_shown(line));
        if !new.all(|line| show(line, arguments.json)) {
            return Ok(());
        }
        shown.clear();
        if next == mark || lines.is_empty() {
            tokio::time::sleep(PAUSE).await;
        }
        mark = next;
    }
}
