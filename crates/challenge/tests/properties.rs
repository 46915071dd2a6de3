//! Reading and writing are each other's opposite.

use http::{HeaderMap, HeaderValue, header::WWW_AUTHENTICATE};
use proptest::{collection::vec, prelude::*, sample::select};
use tollbar_challenge::Challenge;

fn read(lines: impl IntoIterator<Item = HeaderValue>) -> Option<Vec<Challenge>> {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(WWW_AUTHENTICATE, line);
    }
    Challenge::parse_all(&headers).ok()
}

fn token() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z]{1,8}", "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,6}"]
}

/// Any text that a header can hold; often of characters that mean something to a reader.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[\"\\\\,= \ta=]{0,8}",
        "\\PC{0,12}",
        "[a-z]{1,8}",
        Just("https://gw.example/.well-known/oauth-protected-resource".to_owned()),
    ]
}

fn challenge() -> impl Strategy<Value = Challenge> {
    let scheme = prop_oneof![
        Just("Bearer".to_owned()),
        Just("bEARER".to_owned()),
        token()
    ];
    let with_token = (token(), "[A-Za-z0-9._~+/-]{1,8}={0,2}")
        .prop_map(|(scheme, token)| Challenge::with_token(&scheme, &token).unwrap());
    let with_parameters = (scheme, vec((token(), value()), 0..5)).prop_map(|(scheme, pairs)| {
        let mut challenge = Challenge::new(&scheme).unwrap();
        for (name, value) in pairs {
            challenge.set(&name, &value).unwrap();
        }
        challenge
    });
    prop_oneof![1 => with_token, 3 => with_parameters]
}

const PIECES: &[&str] = &[
    "Bearer",
    "Basic",
    "Negotiate",
    " ",
    "  ",
    "\t",
    ",",
    ", ",
    "=",
    "\"",
    "\\",
    "\\\"",
    "a",
    "realm",
    "scope=\"x\"",
    "b=c",
    "YWJj==",
    "https://a.example/?b=c",
    "é",
    "/",
    ";",
];

/// Whole elements, with their commas.
const ELEMENTS: &[&str] = &[
    ", Bearer ",
    ",Negotiate YWJj==",
    ",, Basic",
    ", b=c",
    "\t, realm\t= \"x, \\\"y\\\"\" ",
    ", scope=\"\"",
    ", uri=https://a.example/?b=c,",
    ", title=\"é\"",
];

/// Lines that are nearly challenges.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        12 => select(ELEMENTS).prop_map(|element| element.as_bytes().to_vec()),
        3 => select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => (0x80_u8..=0xff).prop_map(|byte| vec![byte]),
    ];
    vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_written_is_read_back(challenges in vec(challenge(), 0..5)) {
        let line = Challenge::line(&challenges);
        prop_assert_eq!(read([line]), Some(challenges.clone()));
        let lines = challenges.iter().map(Challenge::to_value);
        prop_assert_eq!(read(lines), Some(challenges.clone()));
    }

    #[test]
    fn what_is_read_and_written_is_read_equal(lines in vec(nearly(), 0..3)) {
        let lines = lines.iter().map(|line| HeaderValue::from_bytes(line).unwrap());
        if let Some(first) = read(lines) {
            prop_assert_eq!(read([Challenge::line(&first)]), Some(first));
        }
    }

    #[test]
    fn no_line_panics(line in vec(any::<u8>(), 0..64)) {
        if let Ok(line) = HeaderValue::from_bytes(&line) {
            let _ = read([line]);
        }
    }
}

/// The property over what is nearly a challenge says something only when enough of it is one.
#[test]
fn many_near_challenges_are_challenges() {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};

    let mut runner = TestRunner::deterministic();
    let mut read_at_all = 0;
    for _ in 0..2000 {
        let line = nearly().new_tree(&mut runner).unwrap().current();
        let challenges = read([HeaderValue::from_bytes(&line).unwrap()]);
        read_at_all += usize::from(challenges.is_some_and(|it| !it.is_empty()));
    }
    assert!(read_at_all > 200, "only {read_at_all}");
}
