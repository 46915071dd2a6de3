//! What is written on the command line.

use std::time::Duration;

use super::{
    escaped::escaped,
    time::{Expiry, Span},
};

#[test]
fn times_are_read() {
    const DAY: u64 = 24 * 60 * 60;
    for (text, seconds) in [
        ("0s", Some(0)),
        ("90d", Some(90 * DAY)),
        ("2w", Some(14 * DAY)),
        ("36500d", Some(36_500 * DAY)),
        ("36501d", None),
        ("18446744073709551615w", None),
        ("0", None),
        ("d", None),
        ("1.5h", None),
        ("-1h", None),
        ("1 h", None),
        ("1h30m", None),
    ] {
        let read = text.parse().ok().map(|Span(span)| span);
        assert_eq!(read, seconds.map(Duration::from_secs), "{text}");
    }
    assert_eq!("never".parse(), Ok(Expiry::Never));
    let time = "2027-01-31T12:00:00Z";
    assert_eq!(time.parse(), Ok(Expiry::At(time.parse().unwrap())));
    assert_eq!("90d".parse(), "90d".parse().map(Expiry::After));
    assert!("tomorrow".parse::<Expiry>().is_err());
    for over in ["2020-01-01T00:00:00Z", "0s", "0w", "now"] {
        let said = over.parse::<Expiry>().unwrap_err();
        assert!(said.contains("it is over: write a later time"), "{said}");
    }
}

#[test]
fn what_could_trick_a_terminal_is_shown() {
    for (text, shown) in [
        ("Büro 7 `x`", "Büro 7 `x`"),
        ("a\u{1b}[31mb", r"a\u{1b}[31mb"),
        ("a\nb\tc", r"a\u{a}b\u{9}c"),
        ("a\u{202e}b", r"a\u{202e}b"),
        ("a\u{9b}b", r"a\u{9b}b"),
    ] {
        assert_eq!(escaped(text), shown);
    }
}
