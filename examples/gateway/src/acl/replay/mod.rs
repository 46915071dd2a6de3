//! `acl replay`: what rules would have answered to exchanges that went by.

mod bounds;
mod line;
mod record;
mod tally;

#[cfg(test)]
mod tests;

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use http::HeaderMap;
use tollbar::acl::{Asker, Question};

use self::{
    bounds::{Bounds, Told},
    line::{Line, Lines},
    record::{Past, Read, Record},
    tally::{Case, Change, Tally},
};
use super::{call::Call, desk::Desk, error::AclError};
use crate::output;

/// Standard input.
const INPUT: &str = "-";

/// Judges recorded exchanges. True when nothing would change.
pub(super) fn replay(desk: &Desk, logs: &[PathBuf], json: bool) -> Result<bool, AclError> {
    let mut replay = Replay::new(desk);
    for path in logs {
        let unreadable = |source| AclError::Unreadable {
            path: path.clone(),
            source,
        };
        match path == Path::new(INPUT) {
            true => replay.read(io::stdin().lock()).map_err(unreadable)?,
            false => {
                let file = File::open(path).map_err(unreadable)?;
                replay.read(BufReader::new(file)).map_err(unreadable)?;
            }
        }
    }
    let tally = replay.tally;
    if tally.exchanges == 0 {
        return Err(AclError::NoExchanges);
    }
    output::print(&match json {
        true => format!("{:#}\n", tally.value()),
        false => tally.lines(),
    });
    if tally.malformed > 0 {
        output::say(&format!(
            "warning: {} of {} lines are no exchanges: is this the exchange log?\n",
            tally.malformed, tally.lines
        ));
    }
    Ok(tally.is_calm())
}

/// The rules, asked about what went by.
struct Replay<'a> {
    desk: &'a Desk,
    /// `None` where everything is allowed.
    bounds: Option<Bounds>,
    /// The same for consumers of plans that find out claims.
    token_bounds: Option<Bounds>,
    tally: Tally,
}

impl<'a> Replay<'a> {
    fn new(desk: &'a Desk) -> Self {
        Self {
            desk,
            bounds: desk.acl().map(|acl| Bounds::new(acl, false)),
            token_bounds: desk.acl().map(|acl| Bounds::new(acl, true)),
            tally: Tally::default(),
        }
    }

    fn read(&mut self, log: impl BufRead) -> io::Result<()> {
        let mut lines = Lines::new(log);
        while let Some(line) = lines.next()? {
            let line = match line {
                Line::Whole(line) if line.trim_ascii().is_empty() => continue,
                Line::Whole(line) => Some(line),
                Line::TooLong => None,
            };
            self.tally.lines += 1;
            match line.map_or(Read::Malformed, Record::read) {
                Read::Exchange(record) => self.judge(&record),
                Read::Announcement => self.tally.unasked += 1,
                Read::Malformed => self.tally.malformed += 1,
            }
        }
        Ok(())
    }

    fn judge(&mut self, record: &Record) {
        self.tally.exchanges += u64::from(record.is_first());
        if record.proxy.as_deref() != Some(self.desk.proxy.name()) {
            self.tally.elsewhere += 1;
            return;
        }
        let Some(past) = record.past() else {
            self.tally.unasked += 1;
            return;
        };
        let plan = record.plan.as_deref().unwrap_or_default();
        let mut plans = self.desk.proxy.plans.iter();
        if !plans.any(|known| known.section.name() == plan) {
            // Nobody comes in that way any more, whatever the rules are.
            self.tally.note(Case {
                change: Change::NoPlan,
                plan: Some(plan.to_owned()),
                consumer: record.called().to_owned(),
                call: past.text,
                rule: None,
            });
            return;
        }
        let told = self.told(record, &past);
        let change = match (past.passed, told.allows) {
            (true, Some(false)) => Change::Denied,
            (false, Some(true)) => Change::Allowed,
            (_, None) => Change::Unknown,
            (_, Some(_)) => {
                self.tally.same += 1;
                return;
            }
        };
        self.tally.note(Case {
            change,
            plan: None,
            consumer: record.called().to_owned(),
            call: past.text,
            rule: told.rule,
        });
    }

    /// What the rules answer to a message that went by.
    fn told(&self, record: &Record, past: &Past) -> Told {
        let open = Told {
            allows: Some(true),
            rule: None,
        };
        let plan = record.plan.as_deref().unwrap_or_default();
        let mut plans = self.desk.proxy.token_plans();
        let by_token = plans.any(|(known, _)| known.section.name() == plan);
        // Of who is not verified there are no claims to know.
        let bounds = match by_token && record.is_verified() {
            true => &self.token_bounds,
            false => &self.bounds,
        };
        let (Call::Asks(thing, purpose), Some(bounds)) = (&past.call, bounds) else {
            return open;
        };
        if past.is_cut || record.is_cut() {
            return Told {
                allows: None,
                rule: None,
            };
        }
        let (consumer, headers) = (record.consumer(plan), HeaderMap::new());
        let asker = Asker {
            consumer: &consumer,
            address: record.address(),
            headers: &headers,
        };
        bounds.decide(&Question::new(asker, thing.target(), *purpose))
    }
}
