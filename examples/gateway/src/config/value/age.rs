//! How old something may get: a whole number of days, hours or minutes.

use std::time::Duration;

use super::{
    Complaint, Leaf,
    amount::{self, Unit},
};

/// The greatest age that can be written: ten years.
const GREATEST: u64 = 3_650 * 24 * 60 * 60;

/// Seconds of each unit, longest first.
const UNITS: [Unit; 3] = [("d", 86_400), ("h", 3_600), ("m", 60)];

/// How old something may get before it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Age(pub(crate) Duration);

impl Leaf for Age {
    const FORMAT: &'static str = "age-with-unit";
    const EXAMPLE: &'static str = "7d";

    fn read(text: &str) -> Result<Self, Complaint> {
        let Some(seconds) = amount::read(text, &UNITS) else {
            return Err(Complaint::new(
                format!("`{text}` is not an age"),
                "write a whole number and `m`, `h` or `d`, such as `7d`",
            ));
        };
        if seconds == 0 || seconds > GREATEST {
            return Err(Complaint::new(
                format!("`{text}` is out of range"),
                "write an age from `1m` to `3650d`",
            ));
        }
        Ok(Self(Duration::from_secs(seconds)))
    }

    fn write(&self) -> String {
        amount::write(self.0.as_secs(), &UNITS)
    }
}
