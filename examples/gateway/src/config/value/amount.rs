//! A whole number and a unit.

/// A unit, and how much of the smallest thing it is.
pub(super) type Unit = (&'static str, u64);

/// How much a text says: digits, and one of these units right behind them.
pub(super) fn read(text: &str, units: &[Unit]) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let (_, length) = units.iter().find(|(name, _)| *name == unit)?;
    number.checked_mul(*length)
}

/// The same as text, in the largest of these units in which it is a whole number. The units stand in order, the
/// largest first.
pub(super) fn write(amount: u64, units: &[Unit]) -> String {
    let fits = |length: u64| amount >= length && amount.is_multiple_of(length);
    let found = units.iter().find(|(_, length)| fits(*length));
    match found.or_else(|| units.last()) {
        Some((unit, length)) => format!("{}{unit}", amount / length.max(&1)),
        None => amount.to_string(),
    }
}
