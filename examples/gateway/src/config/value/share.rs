//! A share of all, in hundredths.

use super::{Complaint, Leaf};

/// Parts of a whole that can be told apart: thousandths of a hundredth.
const WHOLE: u32 = 100_000;

/// A share of all, from nothing to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share(u32);

impl Share {
    pub(crate) const ALL: Self = Self(WHOLE);

    /// From 0 to 1.
    pub(crate) fn ratio(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }
}

impl Leaf for Share {
    const FORMAT: &'static str = "share";
    const EXAMPLE: &'static str = "10%";

    fn read(text: &str) -> Result<Self, Complaint> {
        parse(text).ok_or_else(|| {
            Complaint::new(
                format!("`{text}` is not a share"),
                "write hundredths from `0%` to `100%`, such as `10%` or `0.5%`",
            )
        })
    }

    fn write(&self) -> String {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        let rest = format!("{rest:03}");
        match rest.trim_end_matches('0') {
            "" => format!("{whole}%"),
            rest => format!("{whole}.{rest}%"),
        }
    }
}

fn parse(text: &str) -> Option<Share> {
    let (whole, rest) = match text.strip_suffix('%')?.split_once('.') {
        Some((whole, rest)) if !rest.is_empty() => (whole, rest),
        Some(_) => return None,
        None => (text.strip_suffix('%')?, "0"),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if !is_digits(whole) || !is_digits(rest) || rest.len() > 3 {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let rest: u32 = format!("{rest:0<3}").parse().ok()?;
    let share = whole.checked_mul(1000)?.checked_add(rest)?;
    (share <= WHOLE).then_some(Share(share))
}
