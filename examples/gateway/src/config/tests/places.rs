//! Where problems stand, in both formats, and how they look.

use super::{expect, judge, lines, toml};
use crate::config::source::Format;

#[test]
fn syntax_errors_in_toml_are_told_with_their_places() {
    let lines = lines(&toml("[listener\n[log]\nfilter = ]\n[admin]\naddress\n"));
    for place in ["file:1:10: ", "file:3:", "file:5:"] {
        assert!(
            lines.iter().any(|line| line.starts_with(place)),
            "{place}{lines:?}"
        );
    }
}

#[test]
fn a_key_that_stands_twice_is_an_error_in_both_formats() {
    for (text, problem) in [
        (
            "[log]\nfilter = \"info\"\nfilter = \"warn\"",
            "file:3:1: `filter` stands twice in this table: leave one of them",
        ),
        (
            "[log]\n[admin]\n[log]",
            "file:3:2: `log` stands twice in this table: leave one of them",
        ),
        (
            "[[proxy]]\n[[proxy.plan]]\ntype = \"key\"\n\ntype = \"keyless\"",
            "file:5:1: `type` stands twice in this table: leave one of them; for a second plan, \
             begin it with another `[[proxy.plan]]`",
        ),
        (
            "[[proxy]]\nname = \"a\"\nname = \"b\"",
            "file:3:1: `name` stands twice in this table: leave one of them; for a second proxy, \
             begin it with another `[[proxy]]`",
        ),
        (
            "[[proxy]]\n[proxy.upstream]\n[proxy.upstream]",
            "file:3:8: `upstream` stands twice in this table: leave one of them; for a second \
             proxy, begin it with another `[[proxy]]`",
        ),
    ] {
        expect(text, &[problem]);
    }
    let json = judge("{\"log\": {},\n \"log\": {}}", Format::Json);
    assert_eq!(
        lines(&json),
        ["file:2:2: the key `log` stands here twice: leave one of them"]
    );
}

#[test]
fn json_is_read_like_toml() {
    let text = r#"{
  "$schema": "./schema.json",
  "listener": { "adress": "127.0.0.1:1", "max_connections": 0 },
  "proxy": [
    { "name": "a", "path": "a", "upstream": { "url": "http://[::1]:1/", "connect_timeout": 5 } },
    { "na\u006de": "b", "path": "/b", "upstream": { "url": null } }
  ]
}"#;
    let lines = lines(&judge(text, Format::Json));
    let places: Vec<_> = lines
        .iter()
        .filter_map(|line| line.split(": ").next())
        .collect();
    let expected = [
        "file:3:17",
        "file:3:61",
        "file:5:28",
        "file:5:92",
        "file:6:60",
    ];
    assert_eq!(places, expected, "{lines:#?}");
}

#[test]
fn a_valid_json_file_is_valid() {
    let text =
        r#"{"proxy": [{"name": "a", "path": "/a", "upstream": {"url": "http://[::1]:1/"}}]}"#;
    let verdict = judge(text, Format::Json);
    assert_eq!(lines(&verdict), Vec::<String>::new());
    assert!(verdict.settings.is_some());
}

#[test]
fn syntax_errors_in_json_are_told_with_their_places() {
    let cases = [
        ("", "file:1:1: EOF while parsing a value"),
        ("{\"log\": {},\n  oops}", "file:2:3: key must be a string"),
        (
            "[]",
            "file:1:1: `the configuration` must be a table, not an array: write a table",
        ),
        ("{} {}", "file:1:4: trailing characters"),
    ];
    for (text, problem) in cases {
        assert_eq!(lines(&judge(text, Format::Json)), [problem], "{text}");
    }
}

#[test]
fn deep_nesting_is_refused_in_both_formats() {
    for (text, format) in [
        (
            format!("a = {}{}", "[".repeat(100), "]".repeat(100)),
            Format::Toml,
        ),
        (
            format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
            Format::Json,
        ),
    ] {
        let verdict = judge(&text, format);
        assert!(verdict.settings.is_none());
        assert_eq!(verdict.count().0, verdict.problems.len());
        assert!(verdict.count().0 > 0);
    }
}

#[test]
fn a_problem_is_shown_with_its_line_and_a_mark() {
    let shown = toml("[listener]\n\tadress = \"ä\" # é\n").to_string();
    let expected = "error: unknown key `adress` in `listener`\n  --> file:2:2\n   |\n 2 |  adress = \
                    \"ä\" # é\n   |  ^^^^^^\n   = fix: did you mean `address`?\n\n";
    assert!(shown.contains(expected), "{shown}");
}

#[test]
fn a_long_line_is_shown_in_part() {
    let text = format!("{{\"proxy\": [], {}\"oops\": 1}}", " ".repeat(500));
    let shown = judge(&text, Format::Json).to_string();
    let line = shown
        .lines()
        .find(|line| line.contains("\"oops\""))
        .unwrap();
    let mark = shown
        .lines()
        .rfind(|line| line.ends_with("^^^^^^"))
        .unwrap();
    assert!(line.len() < 120, "{shown}");
    assert_eq!(line.find("\"oops\""), mark.find("^^^^^^"), "{shown}");
}

#[test]
fn nothing_in_a_file_moves_the_cursor() {
    expect(
        "proxy = []\n\"\\u001b[2Jx\" = 1",
        &[
            "file:1:1: there is no proxy: add a `[[proxy]]`, such as `tollbar-gateway config \
             example` prints",
            "file:2:1: unknown key ` [2Jx` in the configuration: remove it; known keys are \
             `admin`, `authorization_server`, `capture`, `keys`, `listener`, `log`, `proxy`, \
             `session`, `store`, `telemetry`",
        ],
    );
}
