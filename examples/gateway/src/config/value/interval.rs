//! A time that may be switched off.

use std::time::Duration;

use super::{Complaint, Leaf};

/// How often, or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval(pub(crate) Option<Duration>);

impl Leaf for Interval {
    const FORMAT: &'static str = "duration-or-off";
    const EXAMPLE: &'static str = "15s";

    fn read(text: &str) -> Result<Self, Complaint> {
        if text == "off" {
            return Ok(Self(None));
        }
        match Duration::read(text) {
            Ok(duration) => Ok(Self(Some(duration))),
            Err(complaint) => Err(Complaint::new(
                complaint.message,
                format!("{}, or `off`", complaint.fix),
            )),
        }
    }

    fn write(&self) -> String {
        self.0
            .map_or_else(|| "off".to_owned(), |duration| duration.write())
    }
}
