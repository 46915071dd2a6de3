//! Readings of URIs.

use proptest::prelude::*;

use super::{Readings, careless, is_plain, normal, segments};

#[test]
fn normal_forms() {
    let table = [
        ("HTTP://Example.COM/A", "http://example.com/A"),
        ("http://example.com", "http://example.com/"),
        ("http://example.com?q", "http://example.com/?q"),
        ("https://example.com:443/", "https://example.com/"),
        ("https://example.com:0443/", "https://example.com/"),
        ("https://example.com:/", "https://example.com/"),
        ("https://example.com:80/", "https://example.com:80/"),
        ("http://example.com:80", "http://example.com/"),
        ("demo://example.com:80", "demo://example.com:80"),
        ("http://User@Example.com/", "http://User@example.com/"),
        ("http://%75ser:%70w@h:80/", "http://user:pw@h/"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
        ("http://[2001:DB8::80]/", "http://[2001:db8::80]/"),
        ("http://%45xample.com/", "http://example.com/"),
        ("http://h%c3%a4/", "http://h%C3%A4/"),
        ("file:///a/%7Euser/%2f%2E", "file:///a/~user/%2F."),
        ("file:///a/./b/../c", "file:///a/c"),
        ("file:///a/%2e%2E/c", "file:///c"),
        ("file:///../../c", "file:///c"),
        ("file:///a/..", "file:///"),
        ("file:///a/.", "file:///a/"),
        ("file:///a/.../b", "file:///a/.../b"),
        ("file:///a//b", "file:///a//b"),
        ("demo://h/a?x=/../b", "demo://h/a?x=/../b"),
        ("demo://h/a#%7e", "demo://h/a#~"),
        ("demo:/a/..//b", "demo:/.//b"),
        ("URN:Isbn:123", "urn:Isbn:123"),
        ("demo:a/../b", "demo:/b"),
        ("file:///100%", "file:///100%25"),
        ("file:///%%36%31", "file:///%2561"),
        ("No-Scheme/../%41", "No-Scheme/../%41"),
        ("%41b:c", "%41b:c"),
    ];
    for (uri, expected) in table {
        assert_eq!(normal::of(uri), expected, "{uri}");
        let twice = normal::of(expected);
        assert_eq!(twice, expected, "{uri} once and twice");
    }
}

#[test]
fn careless_readings() {
    let table = [
        ("file:///a%2Fb", "file:///a/b"),
        ("file:///a%252Fb", "file:///a/b"),
        ("file:///a%5cb", "file:///a/b"),
        ("file:///a\\b", "file:///a/b"),
        ("file:////a//b", "file:///a/b"),
        ("file:/a", "file:///a"),
        ("file://localhost/a", "file:///a"),
        ("file:///pub/..%2fsecret", "file:///secret"),
        ("file:///pub/?/../../secret", "file:///secret"),
        ("http://user:pw@Host:80/a", "http://host/a"),
        ("http://a@b@h", "http://h/"),
        ("file:///%01", "file:///%01"),
    ];
    for (uri, expected) in table {
        assert_eq!(careless::of(&careless::decode(uri).text), expected, "{uri}");
    }
}

#[test]
fn what_may_lead_elsewhere() {
    let suspects = [
        "file:///a/../b",
        "file:///a/./b",
        "file:///a/..",
        "file:///a/%2e%2e/b",
        "file:///a/.%2E/b",
        "file:///a/%252e%252e/b",
        "file:///a/%25252e./b",
        "file:///a/%252525252525252e/b",
        "file:///a/..%2fb",
        "file:///a/..%5Cb",
        "file:///a/..\\b",
        "file:///a/..;x/b",
        "file:///a?/../b",
        "file:///a#/../b",
        "file:///a/%%32e./b",
        "file:///a/%25%32e./b",
        "file:///a/%c0%ae%c0%ae/b",
        "file:///a/b%00.txt",
        "demo:../a",
        "demo:a/..",
        "urn:a:..:b",
        "http://../a",
    ];
    for uri in suspects {
        assert!(Readings::of(uri).is_suspect(), "{uri}");
    }
    let harmless = [
        "file:///a/...",
        "file:///a/..b",
        "file:///a/b..",
        "file:///.hidden/a.b",
        "file:///100%25",
        "file:///a%20b/%C3%A4",
        "http://h/a?x=..",
        "urn:isbn:1.2",
        "http://[::1]:8080/a",
    ];
    for uri in harmless {
        assert!(!Readings::of(uri).is_suspect(), "{uri}");
    }
}

#[test]
fn encoded_slashes() {
    for uri in ["file:///a%2fb", "file:///a%5Cb", "file:///a%252Fb", "a\\b"] {
        assert!(Readings::of(uri).is_slashed(), "{uri}");
    }
    for uri in ["file:///a/b", "file:///a%20b", "file:///a%25b"] {
        assert!(!Readings::of(uri).is_slashed(), "{uri}");
    }
}

#[test]
fn deep_nesting_takes_no_time() {
    let uri = format!("file:///{}2e", "%".to_owned() + &"25".repeat(100_000));
    assert!(Readings::of(&uri).is_suspect());
    let uri = format!("file:///{}", "a/../".repeat(100_000));
    assert!(Readings::of(&uri).is_suspect());
}

/// Pieces that URIs trip over.
fn uri() -> impl Strategy<Value = String> {
    let pieces = [
        "http:",
        "https:",
        "file:",
        "demo:",
        "Demo:",
        "//",
        "/",
        "/",
        "host",
        "Host",
        "localhost",
        "user@",
        ":80",
        ":443",
        ":",
        ".",
        "..",
        "a",
        "b",
        "A",
        "%2e",
        "%2E",
        "%2f",
        "%252e",
        "%5c",
        "\\",
        "%",
        "%41",
        "%61",
        "%c3%a4",
        "?",
        "#",
        ";",
        "[::1]",
        "*",
        "\u{1}",
        "\u{2}",
        "é",
    ];
    let piece = prop::sample::select(pieces.to_vec());
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn normalising_twice_changes_nothing(uri in uri()) {
        let once = normal::of(&uri);
        prop_assert_eq!(normal::of(&once), once);
    }

    #[test]
    fn plain_is_plain(uri in uri()) {
        if is_plain(&uri) {
            let decoded = careless::decode(&uri);
            prop_assert_eq!(&normal::of(&uri), &uri);
            prop_assert_eq!(&careless::of(&decoded.text), &uri);
            prop_assert_eq!(careless::stripped(&uri), None);
            prop_assert!(!decoded.suspect && !decoded.slashed);
            prop_assert!(!segments::has_dots(&decoded.text));
        }
    }

    #[test]
    fn what_is_not_suspect_keeps_its_segments(uri in uri()) {
        let readings = Readings::of(&uri);
        if !readings.is_suspect() {
            let count = |uri: &str| uri.matches('/').count();
            let normal = readings.normal().unwrap_or(&uri);
            prop_assert!(count(normal) >= count(&uri));
            prop_assert!(!normal.split('/').any(|segment| segment == ".."));
        }
    }
}

#[test]
fn most_uris_are_plain() {
    for uri in [
        "file:///notes/2026/README.md",
        "demo://host/a/b",
        "http://example.com/a.b",
        "urn:isbn:123",
        "note",
    ] {
        assert!(is_plain(uri), "{uri}");
    }
}

#[test]
fn lenient_parsers_find_the_same() {
    let read = |uri: &str| careless::of(&careless::decode(uri).text);
    for (uri, read_as) in [
        ("file:secret/x", "file:///secret/x"),
        ("file:/secret/x", "file:///secret/x"),
        ("file://any.host/secret/x", "file:///secret/x"),
        ("file:///secret;a=1/x", "file:///secret/x"),
        ("https:evil/x", "https://evil/x"),
        ("https:///evil/x", "https://evil/x"),
        ("https://evil./x", "https://evil/x"),
        ("https://evil:443", "https://evil/"),
        ("https://evil?x", "https://evil/?x"),
        ("demo:a//b", "demo:a/b"),
        ("//a//b", "//a/b"),
    ] {
        assert_eq!(read(uri), read_as, "{uri}");
        assert!(
            uri.starts_with("demo") || uri.starts_with("//") || !is_plain(uri),
            "{uri}"
        );
    }
    for (uri, stripped) in [
        ("file:///one?", "file:///one"),
        ("file:///one#a", "file:///one"),
        ("file:///one//", "file:///one"),
        ("https://evil/?x", "https://evil"),
    ] {
        assert_eq!(Readings::of(uri).stripped(), Some(stripped), "{uri}");
    }
    assert_eq!(Readings::of("file:///").stripped(), None);
}

#[test]
fn an_encoded_end_of_a_host_is_noticed() {
    for uri in [
        "https://evil%23.good.com/x",
        "https://evil%3F.good.com/x",
        "https://evil%40good.com/x",
        "https://evil%2523.good.com/x",
    ] {
        assert!(Readings::of(uri).is_slashed(), "{uri}");
    }
}
