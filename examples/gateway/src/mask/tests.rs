//! What is left of texts with secrets in them.

use super::{holds_key, keys, line, typed, unread, value};

#[test]
fn who_types_a_path_sees_it_again() {
    for (text, shown) in [
        ("gw.example/mcp", "gw.example/mcp"),
        ("ftp://a.example/abc/mcp#x", "ftp://a.example/abc/mcp#x"),
        ("http://a/b?key=s3cret", "http://a/b?**********"),
        (
            "http://me:s3cret@a.example/x",
            "http://**********a.example/x",
        ),
        ("me:s3/cret@a/x", "***********a/x"),
        ("me:s3cret@http://a", "**********http://a"),
    ] {
        assert_eq!(typed(text), shown, "{text}");
    }
    // An `@` behind the host hides more than it has to.
    assert!(!typed("http://a/?key=s3@cret").contains("cret"));
    assert!(!typed(&format!("http://a/tollbar_{}", "a".repeat(49))).contains("aaaa"));
}

#[test]
fn of_a_url_only_scheme_host_and_port_are_shown() {
    for (text, shown) in [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://a.example:1/s3cret", "http://a.example:1*******"),
        ("http://a?key=s3cret", "http://a***********"),
        (
            "http://a/s3cret/.well-known/openid-configuration?s3cret",
            "http://a*******/.well-known/openid-configuration*******",
        ),
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

#[test]
fn a_key_is_shown_nowhere() {
    for (text, shown) in [
        ("tollbar_9aBc", "tollbar_****"),
        ("Bearer tollbar_9aBc, x", "Bearer tollbar_****, x"),
        ("tollbar_tollbar_9aBc", "tollbar_tollbar_****"),
        ("tollbar_abcdefghijklm", "tollbar_*************"),
        ("\u{e4}tollbar_9\u{e4}", "\u{e4}tollbar_*\u{e4}"),
        // Targets of log lines.
        ("info,tollbar_upstream=debug", "info,tollbar_upstream=debug"),
        ("tollbar_", "tollbar_"),
        ("Tollbar_9aBc", "Tollbar_9aBc"),
    ] {
        assert_eq!(keys(text), shown);
        assert_eq!(value(text), shown);
        assert_eq!(line(text), shown);
        assert_eq!(holds_key(text), text != shown, "{text}");
    }
    assert_eq!(line("x = \"a\" # tollbar_9aBc"), "x = \"a\" # tollbar_****");
}

#[test]
fn of_a_line_that_cannot_be_read_only_names_are_shown() {
    for (text, shown) in [
        (r#"x-foo = "s3cret\q""#, r#"x-foo = "********""#),
        (r#"x-foo = s3cret"#, "x-foo = ******"),
        (r#"x-foo = 's3cret"#, "x-foo = '******"),
        (r#"a = { b = "s3", c = s3 }"#, r#"a = { b = "**", c = ** }"#),
        (r#"  "x-foo": "s3\"cret\q","#, r#"  "x-foo": "***"******","#),
        (r#"  "s3cret\q","#, r#"  "********","#),
        ("s3cret\\q\"\"\"", "********\"\"\""),
        ("[proxy.upstream", "[proxy.upstream"),
        ("  [ \"s3cret", "  [ \"******"),
        ("tollbar_9aBc = 1", "tollbar_**** = *"),
        ("x=s3cret==", "x=******=="),
        ("czNjcmV0==", "********=="),
        ("  [a, czNjcmV0=]", "  [*, ********=]"),
        ("url = http://s3:cret@a", "url = ****:****:******"),
        ("filter =", "filter ="),
        ("", ""),
    ] {
        assert_eq!(unread(text), shown, "{text}");
    }
}
