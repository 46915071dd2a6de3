//! How much on a disk: a whole number of bytes and a unit.

use super::{
    Complaint, Leaf,
    amount::{self, Unit},
};

/// The smallest size that can be written: 1 MiB. Less would be full at once.
const SMALLEST: u64 = 1 << 20;

/// The largest size that can be written: 1 TiB.
const LARGEST: u64 = 1 << 40;

/// Bytes of each unit, largest first.
const UNITS: [Unit; 3] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20)];

/// A number of bytes on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DiskSize(pub(crate) u64);

impl Leaf for DiskSize {
    const FORMAT: &'static str = "disk-size-with-unit";
    const EXAMPLE: &'static str = "1GiB";

    fn read(text: &str) -> Result<Self, Complaint> {
        let Some(bytes) = amount::read(text, &UNITS) else {
            return Err(Complaint::new(
                format!("`{text}` is not a size on a disk"),
                "write a whole number and `MiB`, `GiB` or `TiB`, such as `1GiB`",
            ));
        };
        if !(SMALLEST..=LARGEST).contains(&bytes) {
            return Err(Complaint::new(
                format!("`{text}` is out of range"),
                "write a size from `1MiB` to `1TiB`",
            ));
        }
        Ok(Self(bytes))
    }

    fn write(&self) -> String {
        amount::write(self.0, &UNITS)
    }
}
