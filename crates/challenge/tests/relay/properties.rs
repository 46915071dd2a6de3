//! Whatever the server asks for goes out in one line, and nothing of it is lost.

use std::sync::LazyLock;

use futures_util::FutureExt as _;
use proptest::{collection::vec, prelude::*};
use tollbar_challenge::{Challenge, RelayedResource};

use super::{POINTER, refused};

/// Made once: it reads the public roots of the web.
static RESOURCE: LazyLock<RelayedResource> = LazyLock::new(|| {
    let server = "https://mcp.example/mcp".parse().unwrap();
    let resource = RelayedResource::builder("https://gw.example/weather".parse().unwrap(), server);
    resource.build().unwrap()
});

const NAMES: &[&str] = &[
    "realm",
    "Scope",
    "error",
    "x",
    "resource_metadata",
    "error_description",
];
const OTHERS: &[&str] = &["Basic", "DPoP", "x-y"];
const ALL: &[&str] = &["Bearer", "BEARER", "Basic", "DPoP", "x-y"];

fn challenge(schemes: &'static [&'static str]) -> impl Strategy<Value = Challenge> {
    let scheme = proptest::sample::select(schemes);
    let value = prop_oneof!["[\"\\\\,= \ta]{0,8}", "\\PC{0,12}", "[a-z]{1,8}"];
    let pairs = vec((proptest::sample::select(NAMES), value), 0..5);
    (scheme, pairs).prop_map(|(scheme, pairs)| {
        let mut challenge = Challenge::new(scheme).unwrap();
        for (name, value) in pairs {
            challenge.set(name, &value).unwrap();
        }
        challenge
    })
}

/// Its parameters, but for where metadata is, in any order.
fn parameters(challenge: &Challenge) -> Vec<(String, String)> {
    let own = challenge
        .parameters()
        .filter(|(name, _)| *name != "resource_metadata");
    let mut own: Vec<_> = own
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    own.sort();
    own
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn one_line_begins_with_bearer_and_says_everything(
        before in vec(challenge(OTHERS), 0..3),
        mut bearer in challenge(&["Bearer", "BEARER"]),
        after in vec(challenge(ALL), 0..3),
        place in "\\PC{0,12}",
        lines in 1..4_usize,
        status in prop_oneof![Just(401_u16), Just(403)],
    ) {
        // Without a pointer the answer waits for the server, which there is none.
        if bearer.get("resource_metadata").is_none() {
            bearer.set("resource_metadata", &place).unwrap();
        }
        let at = before.len();
        let challenges: Vec<_> = before.into_iter().chain([bearer]).chain(after).collect();
        let size = challenges.len().div_ceil(lines);
        let said: Vec<_> = challenges.chunks(size).map(Challenge::line).collect();
        let said: Vec<_> = said.iter().map(|line| line.as_bytes()).collect();
        let told = refused(&RESOURCE, status, &said).now_or_never().unwrap();
        prop_assert_eq!(told.status.as_u16(), status);
        let found = told.headers.get_all("www-authenticate").iter().collect::<Vec<_>>();
        prop_assert_eq!(found.len(), 1);
        let begin = format!("Bearer {POINTER}");
        prop_assert!(found[0].as_bytes().starts_with(begin.as_bytes()), "{:?}", found);

        let found = Challenge::parse_all(&told.headers).unwrap();
        let mut expected = challenges;
        let first = expected.remove(at);
        expected.insert(0, first);
        prop_assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            prop_assert!(found.is(expected.scheme()));
            prop_assert_eq!(parameters(found), parameters(expected));
            let pointers = (found.get("resource_metadata"), expected.get("resource_metadata"));
            prop_assert_eq!(pointers.0.is_some(), pointers.1.is_some());
            prop_assert!(pointers.0.is_none_or(|it| it.starts_with("https://gw.example/")));
        }
    }
}
