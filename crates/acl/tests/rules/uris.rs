//! URIs: what a pattern must not let through, and what a denial must not miss.

use tollbar_acl::{Pattern, Rule, Rules, Target};

use crate::asking::Asking;

/// Whether a rule for this pattern allows the URI, as a resource and as a template.
fn allows(pattern: impl Into<Pattern>, uri: &str) -> bool {
    let pattern = pattern.into();
    let resource = Rules::new([Rule::allow("r").resources([pattern.clone()])]).unwrap();
    let template = Rules::new([Rule::allow("r").templates([pattern])]).unwrap();
    let asking = Asking::keyless();
    let allowed = asking.decide(&resource, Target::Resource(uri)).allows();
    assert_eq!(
        allowed,
        asking.decide(&template, Target::Template(uri)).allows()
    );
    assert_eq!(
        allowed,
        asking.explain(&resource, Target::Resource(uri)).steps[0].applies()
    );
    allowed
}

/// Whether a rule for this pattern denies the URI, where everything else is allowed.
fn denies(pattern: impl Into<Pattern>, uri: &str) -> bool {
    let rules = [Rule::allow("all"), Rule::deny("r").resources([pattern])];
    let rules = Rules::new(rules).unwrap();
    let asking = Asking::keyless();
    let denied = !asking.decide(&rules, Target::Resource(uri)).allows();
    assert_eq!(
        denied,
        asking.explain(&rules, Target::Resource(uri)).steps[1].applies()
    );
    denied
}

#[test]
fn one_asterisk_stays_in_its_segment() {
    let table: &[(&str, &[&str], &[&str])] = &[
        (
            "file:///pub/*",
            &[
                "file:///pub/",
                "file:///pub/a",
                "file:///pub/a.b",
                "file:///pub/a%20b",
                "file:///pub/a?b",
            ],
            &[
                "file:///pub",
                "file:///pub/a/b",
                "file:///pub/a%2Fb",
                "file:///pub/a%5cb",
                "file:///pub/a%252fb",
                "file:///secret",
            ],
        ),
        (
            "file:///pub/**",
            &[
                "file:///pub/",
                "file:///pub/a/b",
                "file:///pub/a%2fb",
                "file:///pub/a//b",
            ],
            &["file:///pub", "file:///publicity", "xfile:///pub/a"],
        ),
        (
            "file:///*/x",
            &["file:///a/x", "file:////x"],
            &["file:///a/b/x", "file:///x"],
        ),
        (
            "demo:*",
            &["demo:a", "demo:a:b", "demo:"],
            &["demo:a/b", "urn:demo:a"],
        ),
        (
            "urn:isbn:*",
            &["urn:isbn:1", "urn:isbn:1:2"],
            &["urn:issn:1", "urn:isbn:1/2"],
        ),
        (
            "**",
            &["demo:a/b", "urn:x", "file:///a/b"],
            &["file:///a/../b"],
        ),
        ("*", &["urn:x", "note"], &["file:///x"]),
        ("demo://h/a.b*", &["demo://h/a.bc"], &["demo://h/acb"]),
        (
            "demo://h/a?x=*",
            &["demo://h/a?x=1"],
            &["demo://h/x=1", "demo://h/?x=1"],
        ),
        (
            "demo://h/[a]*",
            &["demo://h/[a]b"],
            &["demo://h/ab", "demo://h/a"],
        ),
        (
            "file:///{path}/*",
            &["file:///{path}/{+x}"],
            &["file:///a/b"],
        ),
    ];
    for (pattern, fits, others) in table {
        for uri in *fits {
            assert!(allows(*pattern, uri), "{pattern} {uri}");
        }
        for uri in *others {
            assert!(!allows(*pattern, uri), "{pattern} {uri}");
        }
    }
}

#[test]
fn two_kinds_of_asterisks() {
    assert!(allows("**/*.md", "file:///a/b/c.md"));
    assert!(!allows("**/x*.md", "file:///a/xb/c.md"));
    assert!(allows("file:///*/**/b*", "file:///a/b/b/bc"));
    assert!(!allows("file:///*/**/b*", "file:///a/bc"));
}

#[test]
fn dot_segments_are_allowed_by_no_pattern() {
    let patterns = [
        Pattern::new("file:///pub/**"),
        Pattern::new("file:///**"),
        Pattern::new("**"),
        Pattern::regex(".*").unwrap(),
    ];
    for uri in [
        "file:///pub/../secret",
        "file:///pub/./a",
        "file:///pub/a/..",
        "file:///pub/%2e%2e/secret",
        "file:///pub/.%2E/secret",
        "file:///pub/%252e%252e/secret",
        "file:///pub/..%2fsecret",
        "file:///pub/..%5csecret",
        "file:///pub/..;/secret",
        "file:///pub/a?/../../secret",
        "file:///pub/%c0%ae%c0%ae/secret",
        "file:///pub/a%00/b",
        "file:///pub/a/../b",
    ] {
        for pattern in &patterns {
            assert!(!allows(pattern.clone(), uri), "{pattern} {uri}");
        }
    }
}

#[test]
fn a_literal_allows_its_very_text_and_what_is_equivalent() {
    assert!(allows("file:///a/../b", "file:///a/../b"));
    assert!(allows("file:///a/../b", "file:///b"));
    assert!(!allows("file:///b", "file:///a/../b"));
    assert!(!allows("file:///b", "file:///%2e/b"));
    assert!(allows("HTTP://Example.com:80", "http://example.com/"));
    assert!(allows("http://example.com/", "HTTP://EXAMPLE.com"));
    assert!(allows("http://example.com/~a", "http://example.com/%7ea"));
    assert!(!allows("http://example.com/a", "http://example.com/A"));
    assert!(!allows("http://example.com/", "https://example.com/"));
    assert!(!allows("http://example.com/", "http://example.com:8080/"));
    assert!(!allows("http://example.com/", "http://me@example.com/"));
    assert!(allows("file:///a%2fb", "file:///a%2Fb"));
    assert!(!allows("file:///a/b", "file:///a%2Fb"));
    assert!(allows(
        "http://[2001:DB8::1]:443/",
        "http://[2001:db8::1]:443/"
    ));
    assert!(allows(
        "https://[2001:DB8::1]:443/",
        "https://[2001:db8::1]/"
    ));
    assert!(allows(Pattern::literal("demo:*"), "demo:*"));
    assert!(!allows(Pattern::literal("demo:*"), "demo:a"));
}

#[test]
fn a_pattern_has_to_fit_every_reading() {
    assert!(allows("http://example.com/*", "http://example.com/a"));
    assert!(!allows("http://example.com/*", "HTTP://Example.com/a"));
    assert!(allows("HTTP://Example.com/*", "HTTP://Example.com/a"));
    assert!(allows("HTTP://Example.com/*", "http://example.com/a"));
    assert!(!allows("file:///a/*", "file:///%61/b"));
    assert!(!allows("file:///%61/*b", "file:///%61/%62"));
    assert!(allows("file:///my%20notes/*", "file:///my%20notes/a"));
    assert!(allows("file:///my%20notes/**", "file:///my%20notes/a%2fb"));
    assert!(!allows("file:///my%20notes/*", "file:///my%20notes/a%2fb"));
    assert!(!allows(
        Pattern::regex("file:///pub/[^/]*").unwrap(),
        "file:///pub/a%2fb"
    ));
    assert!(!allows(
        Pattern::regex("file:///[^s].*").unwrap(),
        "file:///%73ecret"
    ));
    // One pattern for each reading.
    let both = [Pattern::new("http://h*"), Pattern::new("http://h/*")];
    let rules = Rules::new([Rule::allow("r").resources(both)]).unwrap();
    assert!(
        Asking::keyless()
            .decide(&rules, Target::Resource("http://h"))
            .allows()
    );
}

#[test]
fn an_asterisk_in_the_host_stays_there() {
    assert!(allows(
        "https://*.example.com/**",
        "https://a.b.example.com/x"
    ));
    for uri in [
        "https://evil.org?.example.com/x",
        "https://evil.org#.example.com/x",
        "https://evil.org/.example.com/x",
        "https://me@a.example.com/x",
        "https://evil.org%2f.example.com/x",
        "https://evil.org%5c.example.com/x",
    ] {
        assert!(!allows("https://*.example.com/**", uri), "{uri}");
    }
    assert!(!allows(
        "https://example.com*",
        "https://example.com@evil.org"
    ));
    assert!(!allows(
        "https://example.com:*/**",
        "https://example.com:1@evil.org/"
    ));
    // To deny, it reaches as far as it can.
    assert!(denies(
        "https://*.example.com/**",
        "https://me@a.example.com/x"
    ));
}

#[test]
fn a_denial_reads_as_the_most_careless_server_does() {
    for uri in [
        "file:///secret/a",
        "FILE:///secret/a",
        "file:///pub/../secret/a",
        "file:///pub/%2e%2e/secret/a",
        "file:///pub/%252e%252e/secret/a",
        "file:///pub/..%2fsecret/a",
        "file:///%73ecret/a",
        "file:///%2573ecret/a",
        "file:////secret/a",
        "file:///secret%2fa",
        "file:///secret%5Ca",
        "file:///secret/./a",
        "file:/secret/a",
        "file://localhost/secret/a",
        "file:///pub/?/../../secret/a",
    ] {
        assert!(denies("file:///secret/**", uri), "{uri}");
        assert!(denies("file:///secret/a", uri), "{uri}");
        assert!(
            denies(Pattern::regex("file:///secret/.*").unwrap(), uri),
            "{uri}"
        );
    }
    for uri in [
        "file:///secrets/a",
        "file:///pub/secret/a",
        "file:///SECRET/a",
    ] {
        assert!(!denies("file:///secret/**", uri), "{uri}");
    }
    for uri in [
        "http://Host/a",
        "http://host:80/a",
        "http://me:pw@host/a",
        "HTTP://host/%61",
    ] {
        assert!(denies("http://host/a", uri), "{uri}");
        assert!(denies("http://host/*", uri), "{uri}");
    }
    assert!(denies("**/../**", "file:///a/../b"));
    assert!(!denies("**/../**", "file:///a/b"));
    assert!(denies("file:///**/../**", "file:///a/../b"));
    assert!(!denies("file:///**/../**", "file:///a/b"));
    assert!(denies("file:///my%20notes/**", "file:///my%2520notes/a"));
}
