//! How much: a whole number of bytes and a unit.

use super::{Complaint, Leaf};

/// The largest size that can be written: 1 GiB. What is limited here is held in memory.
const LARGEST: usize = 1 << 30;

/// Bytes of each unit, largest first.
const UNITS: [(&str, usize); 4] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) usize);

impl Leaf for Size {
    const FORMAT: &'static str = "size-with-unit";
    const EXAMPLE: &'static str = "4MiB";

    fn read(text: &str) -> Result<Self, Complaint> {
        let Some(bytes) = parse(text) else {
            return Err(Complaint::new(
                format!("`{text}` is not a size"),
                "write a whole number and `B`, `KiB`, `MiB` or `GiB`, such as `4MiB`",
            ));
        };
        if bytes == 0 || bytes > LARGEST {
            return Err(Complaint::new(
                format!("`{text}` is out of range"),
                "write a size from `1B` to `1GiB`",
            ));
        }
        Ok(Self(bytes))
    }

    fn write(&self) -> String {
        let (unit, length) = UNITS
            .into_iter()
            .find(|(_, length)| self.0 >= *length && self.0.is_multiple_of(*length))
            .unwrap_or(("B", 1));
        format!("{}{unit}", self.0 / length)
    }
}

fn parse(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: usize = number.parse().ok()?;
    let (_, length) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    number.checked_mul(length)
}
