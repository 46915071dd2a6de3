//! How long: a whole number and a unit.

use std::time::Duration;

use super::{Complaint, Leaf};

/// The longest time that can be written: a week. Longer is a mistake, and sums stay in range.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Milliseconds of each unit, longest first.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl Leaf for Duration {
    const FORMAT: &'static str = "duration-with-unit";
    const EXAMPLE: &'static str = "10s";

    fn read(text: &str) -> Result<Self, Complaint> {
        let Some(duration) = parse(text) else {
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
        let (unit, length) = UNITS
            .into_iter()
            .find(|(_, length)| millis >= *length && millis.is_multiple_of(*length))
            .unwrap_or(("ms", 1));
        format!("{}{unit}", millis / length)
    }
}

fn parse(text: &str) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let (_, length) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    number.checked_mul(length).map(Duration::from_millis)
}
