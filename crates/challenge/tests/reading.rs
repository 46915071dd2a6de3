//! What is read from `WWW-Authenticate`, and what is not.

use http::{HeaderMap, HeaderValue, header::WWW_AUTHENTICATE};
use tollbar_challenge::{Challenge, InvalidChallenge};

fn read(lines: &[&str]) -> Result<Vec<Challenge>, InvalidChallenge> {
    let mut headers = HeaderMap::new();
    for line in lines {
        let line = HeaderValue::from_bytes(line.as_bytes()).unwrap();
        headers.append(WWW_AUTHENTICATE, line);
    }
    Challenge::parse_all(&headers)
}

/// What was read, in a form that is easy to compare.
fn told(challenges: &[Challenge]) -> Vec<String> {
    let each = challenges.iter().map(|challenge| {
        let parameters = challenge.parameters();
        let parameters: Vec<_> = parameters
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let token = challenge.token().unwrap_or_default();
        format!("{}<{}{token}>", challenge.scheme(), parameters.join("|"))
    });
    each.collect()
}

#[test]
fn what_the_grammar_allows_is_read() {
    let rows: &[(&[&str], &[&str])] = &[
        (&[], &[]),
        (&[""], &[]),
        (&[" , ,\t, "], &[]),
        (&["Bearer"], &["Bearer<>"]),
        (&["  Bearer  "], &["Bearer<>"]),
        (&["Bearer, Basic"], &["Bearer<>", "Basic<>"]),
        (&["Negotiate YWJj=="], &["Negotiate<YWJj==>"]),
        (
            &["Negotiate  a-._~+/9= , Basic"],
            &["Negotiate<a-._~+/9=>", "Basic<>"],
        ),
        // One word behind a scheme is a token, even with `=` at its end.
        (&["Bearer scope="], &["Bearer<scope=>"]),
        (&["Bearer realm=\"example\""], &["Bearer<realm=example>"]),
        (&["Bearer realm=example"], &["Bearer<realm=example>"]),
        (
            &["Bearer\trealm  =\t\"a\" ,, , b=c,"],
            &["Bearer<realm=a|b=c>"],
        ),
        (&["Bearer , realm=\"a\""], &["Bearer<realm=a>"]),
        (&["Bearer realm=\"\""], &["Bearer<realm=>"]),
        (
            &["Bearer realm=\"a, b=c, \\\"d\\\\\\e\""],
            &["Bearer<realm=a, b=c, \"d\\e>"],
        ),
        (&["Bearer realm=\"a\tb\""], &["Bearer<realm=a\tb>"]),
        (&["Bearer realm=\"ü\""], &["Bearer<realm=ü>"]),
        (
            &[
                "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"",
            ],
            &[
                "Newauth<realm=apps|type=1|title=Login to \"apps\">",
                "Basic<realm=simple>",
            ],
        ),
        (
            &[
                "Bearer realm=\"example\", resource_metadata=\"http://mcpserver.com/.well-known/oauth-protected-resource\"",
            ],
            &[
                "Bearer<realm=example|resource_metadata=http://mcpserver.com/.well-known/oauth-protected-resource>",
            ],
        ),
        (
            &["Basic realm=\"a\"", "Bearer b=c"],
            &["Basic<realm=a>", "Bearer<b=c>"],
        ),
        // Several lines are one list.
        (
            &["Digest realm=\"a\"", "nonce=\"b\", Bearer"],
            &["Digest<realm=a|nonce=b>", "Bearer<>"],
        ),
        (&["Bearer", "realm=a"], &["Bearer<realm=a>"]),
        // Slips that are forgiven.
        (
            &["Bearer realm=\"a\" scope=\"b\""],
            &["Bearer<realm=a|scope=b>"],
        ),
        (
            &["Bearer resource_metadata=https://a.example/x?y=z, error=e"],
            &["Bearer<resource_metadata=https://a.example/x?y=z|error=e>"],
        ),
    ];
    for (lines, expected) in rows {
        let challenges = read(lines).unwrap_or_else(|error| panic!("{lines:?}: {error}"));
        assert_eq!(told(&challenges), *expected, "{lines:?}");
    }
}

#[test]
fn what_it_does_not_is_refused() {
    for (line, at, expected) in [
        ("=a", 0, "a scheme or a parameter"),
        ("\"a\"", 0, "a scheme or a parameter"),
        ("Bearer \"a\"", 7, "a scheme or a parameter"),
        ("realm=\"a\"", 0, "a scheme"),
        ("Negotiate abc, realm=\"a\"", 15, "a scheme"),
        ("Bearer/", 6, "a space or a comma"),
        ("Bearer scope = ", 15, "a value"),
        ("Bearer realm =", 14, "a value"),
        ("Bearer a=b, realm=,", 18, "a value"),
        ("Bearer realm=\"a", 15, "a closing quote"),
        ("Bearer realm=\"a\\", 16, "a closing quote"),
        ("Bearer realm=\"a\\\"", 17, "a closing quote"),
        ("Bearer realm=\"a\"b", 16, "a comma"),
        ("Bearer realm=a\"b\"", 14, "a comma"),
        ("Bearer abc def", 7, "a comma"),
        ("Bearer error_description=not a token", 29, "a comma"),
        ("Bearer realm=\"a\" Basic", 17, "a comma"),
        ("Bearer realm=ü", 13, "a value"),
        ("Bär", 1, "a space or a comma"),
    ] {
        match read(&[line]) {
            Err(InvalidChallenge::Syntax {
                at: place,
                expected: what,
            }) => {
                assert_eq!((place, what), (at, expected), "`{line}`");
            }
            other => panic!("`{line}`: {other:?}"),
        }
    }
    let twice = read(&["Bearer scope=\"a\", SCOPE=\"b\""]);
    assert_eq!(twice, Err(InvalidChallenge::Repeated { at: 18 }));
    assert!(read(&["Bearer scope=\"a\", Basic scope=\"b\""]).is_ok());
}

#[test]
fn what_is_too_much_is_refused() {
    let long = format!("Bearer realm=\"{}\"", "x".repeat((16 << 10) - 15));
    assert_eq!(long.len(), 16 << 10);
    assert!(read(&[&long]).is_ok());
    assert_eq!(
        read(&[&long, ","]),
        Err(InvalidChallenge::TooLong((16 << 10) + 1))
    );

    let parameters: Vec<_> = (0..63).map(|n| format!("p{n}=x")).collect();
    let line = format!("Bearer {}", parameters.join(","));
    assert!(read(&[&line]).is_ok());
    assert_eq!(read(&[&line, "q=x"]), Err(InvalidChallenge::TooMany));
    assert_eq!(
        read(&["A,".repeat(65).as_str()]),
        Err(InvalidChallenge::TooMany)
    );
}

#[test]
fn latin_1_becomes_text() {
    let mut headers = HeaderMap::new();
    let line = HeaderValue::from_bytes(b"Bearer realm=\"caf\xe9\"").unwrap();
    headers.insert(WWW_AUTHENTICATE, line);
    let challenges = Challenge::parse_all(&headers).unwrap();
    assert_eq!(challenges[0].get("REALM"), Some("café"));
    assert_eq!(
        challenges[0].to_value().as_bytes(),
        "Bearer realm=\"café\"".as_bytes()
    );
}

#[test]
fn values_are_written_as_their_scheme_wants_them() {
    let line = "Digest realm=\"a\", stale=true, Bearer realm=a, error=invalid_token";
    let challenges = read(&[line]).unwrap();
    assert_eq!(
        Challenge::line(&challenges),
        "Digest realm=\"a\", stale=true, Bearer realm=\"a\", error=\"invalid_token\""
    );
    assert_eq!(Challenge::line(&[]), "");
}

#[test]
fn a_challenge_is_made_and_changed() {
    let mut challenge = Challenge::bearer();
    challenge.set("realm", "a\"\\b").unwrap();
    challenge.set("scope", "x").unwrap();
    challenge.set("Realm", "c").unwrap();
    assert_eq!(challenge.to_value(), "Bearer realm=\"c\", scope=\"x\"");
    assert!(challenge.remove("REALM") && !challenge.remove("realm"));
    assert_eq!(challenge.to_value(), "Bearer scope=\"x\"");

    for (name, value) in [
        ("a b", "x"),
        ("", "x"),
        ("a", "x\r\nSet-Cookie: b"),
        ("a", "\u{7f}"),
    ] {
        assert!(challenge.set(name, value).is_err(), "{name:?} {value:?}");
    }
    assert_eq!(challenge.to_value(), "Bearer scope=\"x\"");
    for scheme in ["", "a b", "a,", "é", "a\n"] {
        assert!(Challenge::new(scheme).is_err(), "{scheme:?}");
    }
    let mut token = Challenge::with_token("Negotiate", "YQ==").unwrap();
    assert_eq!(token.to_value(), "Negotiate YQ==");
    assert_eq!(
        token.set("a", "b"),
        Err(InvalidChallenge::TokenAndParameter)
    );
    for wrong in ["", "=", "a=b", "a b", "a,"] {
        assert!(
            Challenge::with_token("Negotiate", wrong).is_err(),
            "{wrong:?}"
        );
    }
}
