//! What text looks like.

use serde::Serialize as _;
use serde_json::Serializer;

use super::text::Printable;

fn shown(text: &str) -> String {
    let mut line = Vec::new();
    text.serialize(&mut Serializer::with_formatter(&mut line, Printable))
        .unwrap();
    String::from_utf8(line).unwrap()
}

#[test]
fn what_misleads_is_escaped_and_reads_back_the_same() {
    for (text, expected) in [
        ("plain \"quoted\" \\ <b>", r#""plain \"quoted\" \\ <b>""#),
        (
            "K\u{f6}ln \u{6771}\u{4eac} \u{1f600}",
            "\"K\u{f6}ln \u{6771}\u{4eac} \u{1f600}\"",
        ),
        ("\u{7f}", r#""\u007f""#),
        ("a\u{9b}31mb", r#""a\u009b31mb""#),
        ("\u{85}\u{2028}\u{2029}", r#""\u0085\u2028\u2029""#),
        ("\u{e4}\u{202e}\u{e4}", "\"\u{e4}\\u202e\u{e4}\""),
        ("\u{2066}x\u{200b}", r#""\u2066x\u200b""#),
        ("\u{feff}\n\u{1b}", r#""\ufeff\n\u001b""#),
        ("a\u{3164}\u{e0100}", r#""a\u3164\udb40\udd00""#),
        // Above the basic plane JSON takes two escapes.
        ("\u{e0041}", r#""\udb40\udc41""#),
    ] {
        let line = shown(text);
        assert_eq!(line, expected);
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }
}

#[test]
fn nothing_that_is_a_control_is_left() {
    let controls: String = ('\0'..=char::MAX).filter(|it| it.is_control()).collect();
    let line = shown(&controls);
    assert!(!line.contains(char::is_control), "{line:?}");
}
