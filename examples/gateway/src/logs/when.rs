//! From when until when.

use std::time::{Duration, SystemTime};

use clap::Args;
use tollbar::plan::key::Timestamp;
use tollbar_dashboard::Period;

use super::error::LogsError;
use crate::keys::Span;

/// From when until when.
#[derive(Debug, Args)]
pub(super) struct When {
    /// How far back from now, such as `15m` or `7d` [default: 1h]
    #[arg(long, value_name = "TIME", conflicts_with_all = ["since", "until"])]
    last: Option<Span>,
    /// From this time on, such as `2027-01-31T12:00:00Z`, or from this day on (in UTC), such as `2027-01-31`
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Before this time, or before this day [default: now]
    #[arg(long, value_name = "TIME", requires = "since", value_parser = moment)]
    until: Option<Timestamp>,
}

/// A time, or the date of a day, which is when it begins.
fn moment(text: &str) -> Result<Timestamp, String> {
    let time = text
        .parse()
        .or_else(|_| format!("{text}T00:00:00Z").parse());
    time.map_err(|_| "write a time like `2027-01-31T12:00:00Z`, or a date like `2027-01-31`".into())
}

impl When {
    /// The time that is meant.
    pub(super) fn period(&self) -> Result<Period, LogsError> {
        let Some(since) = self.since else {
            return Ok(Period::last(self.back()));
        };
        let until = self
            .until
            .map_or_else(SystemTime::now, |until| until.time());
        if since.time() >= until {
            return Err(LogsError::Backwards);
        }
        Ok(Period::new(since.time(), until))
    }

    fn back(&self) -> Duration {
        const USUAL: Duration = Duration::from_secs(60 * 60);
        self.last.map_or(USUAL, |span| span.0)
    }

    /// The same in words.
    pub(super) fn words(&self) -> String {
        let Some(since) = self.since else {
            let seconds = self.back().as_secs();
            let units = [
                ("days", 86_400),
                ("hours", 3_600),
                ("minutes", 60),
                ("seconds", 1),
            ];
            let fits = |length: u64| seconds >= length && seconds.is_multiple_of(length);
            let found = units.into_iter().find(|(_, length)| fits(*length));
            let (unit, length) = found.unwrap_or(("seconds", 1));
            return match seconds / length {
                1 => format!("the last {}", unit.trim_end_matches('s')),
                number => format!("the last {number} {unit}"),
            };
        };
        match self.until {
            Some(until) => format!("{since} to {until}"),
            None => format!("{since} until now"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_date_is_when_its_day_begins() {
        for text in ["2027-01-31", "2027-01-31T00:00:00Z"] {
            assert_eq!(moment(text).unwrap().to_string(), "2027-01-31T00:00:00Z");
        }
        for text in ["", "today", "2027-02-30", "2027-01-31T12:00"] {
            assert!(
                moment(text).unwrap_err().contains("write a time like"),
                "{text}"
            );
        }
    }
}
