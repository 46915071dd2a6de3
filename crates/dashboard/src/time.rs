//! Moments as text.

use std::time::{Duration, SystemTime};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// So many seconds after 1970, as RFC 3339 in UTC.
pub(crate) fn rfc3339(seconds: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(seconds).ok();
    time.and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}

/// A moment: RFC 3339, its date alone for the beginning of that day in UTC, or whole seconds since 1970.
pub(crate) fn moment(text: &str) -> Option<SystemTime> {
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.into()));
    }
    let parse = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let time = parse(text).or_else(|| parse(&format!("{text}T00:00:00Z")))?;
    Some(time.into())
}

/// A duration such as `90s`, `15m`, `24h` or `7d`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let number = number.parse::<u32>().ok()?;
    Some(Duration::from_secs(u64::from(number) * seconds))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::moment;

    #[test]
    fn moments_are_read() {
        let after = |seconds| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        for (text, moment_of_it) in [
            ("0", after(0)),
            ("1767225600", after(1_767_225_600)),
            ("2026-01-01", after(1_767_225_600)),
            ("2026-01-01T00:00:00Z", after(1_767_225_600)),
            ("2026-01-01T02:00:00+02:00", after(1_767_225_600)),
            ("", None),
            ("yesterday", None),
            ("2026-13-01", None),
            ("2026-02-30", None),
            ("2026-1-1", None),
            ("2026-01-01T00:00:00", None),
            ("2026-01-01Z", None),
        ] {
            assert_eq!(moment(text), moment_of_it, "{text}");
        }
    }
}
