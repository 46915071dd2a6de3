//! How much: a whole number of bytes and a unit.

use super::{
    Complaint, Leaf,
    amount::{self, Unit},
};

/// The largest size that can be written: 1 GiB. What is limited here is held in memory.
const LARGEST: usize = 1 << 30;

/// Bytes of each unit, largest first.
const UNITS: [Unit; 4] = [
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
        let bytes = amount::read(text, &UNITS).and_then(|bytes| usize::try_from(bytes).ok());
        let Some(bytes) = bytes else {
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
        amount::write(u64::try_from(self.0).unwrap_or(u64::MAX), &UNITS)
    }
}
