//! `logs tail`: exchanges as they end.

use std::time::Duration;

use tollbar_dashboard::{Period, Query};

use super::{arguments::TailArguments, error::LogsError, query::print};

/// How often the store is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// How far back the first lines are looked for.
const BACK: Duration = Duration::from_secs(24 * 60 * 60);

/// Shows the last exchanges, and then those that come, until the process is ended.
pub(super) async fn tail(query: &Query, arguments: TailArguments) -> Result<(), LogsError> {
    let filter = arguments.which.filter(Period::last(BACK));
    // Before the look at what is there, so that nothing falls in between.
    let mut mark = query.end()?;
    if arguments.lines > 0 {
        let page = query.exchanges(&filter, None, arguments.lines.into())?;
        let known = page.exchanges.iter().rev();
        known.for_each(|line| print(line, arguments.json));
    }
    loop {
        let (lines, next) = query.behind(&filter, mark)?;
        lines.iter().for_each(|line| print(line, arguments.json));
        if next == mark || lines.is_empty() {
            tokio::time::sleep(PAUSE).await;
        }
        mark = next;
    }
}
