//! How long: a whole number and a unit.

use std::time::Duration;

use super::{
    Complaint, Leaf,
    amount::{self, Unit},
};

/// The longest time that can be written: a week. Longer is a mistake, and sums stay in range.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Milliseconds of each unit, longest first.
const UNITS: [Unit; 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl Leaf for Duration {
    const FORMAT: &'static str = "duration-with-unit";
    const EXAMPLE: &'static str = "10s";

    fn read(text: &str) -> Result<Self, Complaint> {
        let Some(duration) = amount::read(text, &UNITS).map(Self::from_millis) else {
            return Err(Complaint::new(
                format!("`{text}` is not a duration"),
                "write a whole number and `ms`, `s`, `m` or `h`, such as `10s`",
            ));
        };
        if duration.is_zero() || duration > LONGEST {
            return Err(Complaint::new(
                format!("`{text}` is out of range"),
                "write a duration from `1ms` to `168h`",
            ));
        }
        Ok(duration)
    }

    fn write(&self) -> String {
        let millis = u64::try_from(self.as_millis()).unwrap_or(u64::MAX);
        amount::write(millis, &UNITS)
    }
}
