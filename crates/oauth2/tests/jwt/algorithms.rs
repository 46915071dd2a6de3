//! How a token is signed.

use ring::hmac;
use serde_json::json;
use tollbar_oauth2::Algorithm;

use crate::{
    authority::{Authority, claims, plan_of, reason},
    signer::{Signer, decode, encode},
};

/// Signed by this algorithm with a name that fits.
fn token(signer: &Signer, algorithm: Algorithm) -> String {
    let header = json!({"typ": "at+jwt", "alg": algorithm.name(), "kid": signer.id});
    let (header, claims) = (encode(header.to_string()), encode(claims().to_string()));
    signer.signed(algorithm, &header, &claims)
}

fn signers() -> [(Signer, Vec<Algorithm>); 4] {
    let rsa = Algorithm::ALL[..6].to_vec();
    [
        (Signer::rsa("r"), rsa),
        (Signer::p256("p"), vec![Algorithm::Es256]),
        (Signer::p384("q"), vec![Algorithm::Es384]),
        (Signer::ed25519("e"), vec![Algorithm::EdDsa]),
    ]
}

#[tokio::test]
async fn every_algorithm_lets_in() {
    let signers = signers();
    let all: Vec<_> = signers.iter().map(|(signer, _)| signer).collect();
    let authority = Authority::new(&all).await;
    let plan = authority.plan();
    for (signer, algorithms) in &signers {
        for algorithm in algorithms {
            let token = token(signer, *algorithm);
            assert_eq!(reason(&plan, &token).await, "admitted", "{algorithm}");
            // Those that are not taken are refused, whatever they are.
            for taken in Algorithm::ALL {
                let plan = authority.builder().algorithms([taken]).build().unwrap();
                let expected = match taken == *algorithm {
                    true => "admitted",
                    false => "token_wrong_algorithm",
                };
                assert_eq!(reason(&plan, &token).await, expected);
            }
        }
    }
}

#[tokio::test]
async fn a_key_says_what_it_is_for() {
    let signer = Signer::rsa("r");
    let authority = Authority::new(&[]).await;
    let mut key = signer.public();
    key["alg"] = "PS256".into();
    authority.has_keys(&[key]);
    let plan = authority.plan();
    let judged = reason(&plan, &token(&signer, Algorithm::Ps256)).await;
    assert_eq!(judged, "admitted");
    let judged = reason(&plan, &token(&signer, Algorithm::Rs256)).await;
    assert_eq!(judged, "token_unknown_key");
}

#[tokio::test]
async fn a_key_of_another_family_is_no_key() {
    for (signer, algorithms) in signers() {
        let plan = plan_of(&signer).await;
        for algorithm in Algorithm::ALL {
            let header = json!({"typ": "at+jwt", "alg": algorithm.name(), "kid": signer.id});
            let token = signer.token_of(header.to_string(), claims().to_string());
            let expected = match algorithm {
                it if it == signer.algorithm() => "admitted",
                it if algorithms.contains(&it) => "token_bad_signature",
                _ => "token_unknown_key",
            };
            assert_eq!(reason(&plan, &token).await, expected, "{algorithm}");
        }
    }
}

#[tokio::test]
async fn without_a_signature_nobody_comes_in() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    for name in ["none", "None", "NONE", "nOnE", "", "null", " none"] {
        let header = encode(json!({"typ": "at+jwt", "alg": name, "kid": "a"}).to_string());
        let input = format!("{header}.{}", encode(claims().to_string()));
        let signed = signer.signed(Algorithm::Es256, &header, &encode(claims().to_string()));
        for token in [format!("{input}."), format!("{input}.e30"), signed] {
            assert_eq!(
                reason(&plan, &token).await,
                "token_wrong_algorithm",
                "{name}"
            );
        }
        assert_eq!(reason(&plan, &input).await, "token_malformed");
    }
    let header = encode(signer.header().to_string());
    let empty = format!("{header}.{}.", encode(claims().to_string()));
    assert_eq!(reason(&plan, &empty).await, "token_malformed");
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let signer = Signer::rsa("a");
    let authority = Authority::new(&[&signer]).await;
    let plan = authority.plan();
    let public = signer.public();
    let modulus = decode(public["n"].as_str().unwrap());
    let text = public["n"].as_str().unwrap().as_bytes().to_vec();
    for secret in [modulus, text, public.to_string().into_bytes(), Vec::new()] {
        for (name, digest) in [
            ("HS256", hmac::HMAC_SHA256),
            ("HS384", hmac::HMAC_SHA384),
            ("HS512", hmac::HMAC_SHA512),
        ] {
            let header = json!({"typ": "at+jwt", "alg": name, "kid": "a"}).to_string();
            let input = format!("{}.{}", encode(header), encode(claims().to_string()));
            let tag = hmac::sign(&hmac::Key::new(digest, &secret), input.as_bytes());
            let token = format!("{input}.{}", encode(tag));
            assert_eq!(reason(&plan, &token).await, "token_wrong_algorithm");
        }
    }
    assert_eq!(authority.asked(), 0);
}

#[tokio::test]
async fn a_shared_secret_in_the_set_is_no_key() {
    let authority = Authority::new(&[]).await;
    let secret = json!({"kty": "oct", "kid": "a", "alg": "HS256", "k": encode("secret")});
    authority.has_keys(&[secret, Signer::p256("b").public()]);
    let plan = authority.plan();
    let header = json!({"typ": "at+jwt", "alg": "HS256", "kid": "a"}).to_string();
    let input = format!("{}.{}", encode(header), encode(claims().to_string()));
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, b"secret"),
        input.as_bytes(),
    );
    let token = format!("{input}.{}", encode(tag));
    assert_eq!(reason(&plan, &token).await, "token_wrong_algorithm");
}

#[tokio::test]
async fn a_signature_in_asn1_is_none() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    let token = signer.token(&claims());
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = decode(signature);
    let (r, s) = signature.split_at(32);
    let asn1 = [&[0x30, 70, 2, 33, 0], r, &[2, 33, 0], s].concat();
    for signature in [asn1, vec![0; 64], vec![0xff; 64], [s, r].concat()] {
        let token = format!("{input}.{}", encode(signature));
        assert_eq!(reason(&plan, &token).await, "token_bad_signature");
    }
}
