//! What is left of texts with secrets in them.

use super::{line, value};

#[test]
fn of_a_url_only_scheme_host_and_port_are_shown() {
    for (text, shown) in [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://a.example:1/s3cret", "http://a.example:1*******"),
        ("http://a?key=s3cret", "http://a***********"),
        ("http://a#s3cret", "http://a*******"),
        (
            "http://me:s3cret@a.example/x",
            "http://**********a.example**",
        ),
        // The parts of a URL that is none cannot be told apart.
        ("http://me:s3/cret@a", "http://************"),
        ("http://a/?key=s3@cret", "http://**************"),
        ("htp://a/?key=s3cret", "htp://a************"),
        ("http://a:x/?key=s3cret", "http://a:x************"),
        ("a:1/mcp?key=s3cret", "a:1/mcp***********"),
        ("me:s3cret@a", "***********"),
        ("http://\u{e4}?\u{e4}\u{f6}", "http://\u{e4}***"),
        ("/run/secrets/key", "/run/secrets/key"),
        ("--upstream", "--upstream"),
        ("", ""),
    ] {
        assert_eq!(value(text), shown, "{text}");
    }
}

#[test]
fn of_a_line_each_string_is_masked_by_itself() {
    for (text, shown) in [
        (
            r#"upstream = { url = "http://a/?key=s3 cret", head_timout = "5s" }"#,
            r#"upstream = { url = "http://a*************", head_timout = "5s" }"#,
        ),
        (
            r#"url = 'http://a/?s3"cret' # why"#,
            r#"url = 'http://a*********' # why"#,
        ),
        (
            r#"{"url": "http://a/?s3\"cret", "nam": "a"}"#,
            r#"{"url": "http://a**********", "nam": "a"}"#,
        ),
        (r#"url = "http://a?s3cret"#, r#"url = "http://a*******"#),
        (r#"url = http://a?s3cret"#, r#"url = http://a*******"#),
        (r#"name = "a""#, r#"name = "a""#),
    ] {
        assert_eq!(line(text), shown);
    }
}
