//! Tokens that nobody has made.

use std::sync::LazyLock;

use proptest::prelude::*;
use tokio::runtime::Runtime;
use tollbar_oauth2::Jwt;
use tollbar_plan::{Credential, Plan as _};

use crate::{
    authority::{ISSUER, claims, judge, plan_of, reason},
    signer::{Signer, encode},
};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::ed25519("a"));

static PLAN: LazyLock<Jwt> = LazyLock::new(|| RUNTIME.block_on(plan_of(&SIGNER)));

fn refuses(token: &str) -> bool {
    // Must not fall over this either.
    let _ = PLAN.fit(&Credential::Token(token));
    RUNTIME.block_on(judge(&PLAN, token)).is_err()
}

#[tokio::test]
async fn a_token_with_one_other_byte_is_refused() {
    for signer in [Signer::rsa("a"), Signer::p256("a"), Signer::ed25519("a")] {
        let plan = plan_of(&signer).await;
        let token = signer.token(&claims());
        assert_eq!(reason(&plan, &token).await, "admitted");
        for place in 0..token.len() {
            // In the same alphabet, and in no alphabet.
            for other in ['A', 'B', '_', '.', '=', ' ', '\0'] {
                let mut changed = token.clone();
                changed.replace_range(place..=place, &other.to_string());
                let judged = reason(&plan, &changed).await;
                assert_eq!(judged == "admitted", changed == token, "{place} {other:?}");
            }
            let mut shorter = token.clone();
            shorter.remove(place);
            // Of two equal neighbours either may go.
            assert_ne!(reason(&plan, &shorter).await, "admitted", "{place}");
        }
    }
}

/// Parts that come close to those of a token.
fn part() -> impl Strategy<Value = Vec<u8>> {
    let iss = format!(r#"{{"iss":"{ISSUER}","aud":["#);
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        Just(br#"{"alg":"EdDSA","typ":"at+jwt","kid":"a"}"#.to_vec()),
        Just(claims().to_string().into_bytes()),
        Just(iss.into_bytes()),
        ".{0,64}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 64),
        r#"\{("[a-z]{3}":("[a-z+]{0,6}"|[0-9.e-]{1,6}|\[\]|null),?){0,4}\}"#
            .prop_map(String::into_bytes),
    ]
}

proptest! {
    #[test]
    fn no_text_lets_in(token in ".{0,300}") {
        prop_assert!(refuses(&token));
    }

    #[test]
    fn no_parts_let_in(parts in proptest::collection::vec(part(), 1..6)) {
        let parts: Vec<_> = parts.iter().map(encode).collect();
        prop_assert!(refuses(&parts.join(".")));
    }

    #[test]
    fn no_signature_lets_in(signature in proptest::collection::vec(any::<u8>(), 0..600)) {
        let token = SIGNER.token(&claims());
        prop_assert!(!refuses(&token));
        let (input, _) = token.rsplit_once('.').unwrap();
        let other = [input, &encode(signature)].join(".");
        prop_assert!(refuses(&other));
    }
}
