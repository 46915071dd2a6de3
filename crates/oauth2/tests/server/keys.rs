//! What an examination finds of keys.

use serde_json::{Value, json};
use tollbar_oauth2::Outcome;

use crate::{
    examination::{Rig, step},
    scripted::{document, reply, status},
};

/// A key for ES256, of which nobody knows the other half.
pub(crate) fn p256(id: &str) -> Value {
    let number = "A".repeat(43);
    json!({
        "kty": "EC", "crv": "P-256", "kid": id, "use": "sig", "alg": "ES256", "x": number, "y": number,
    })
}

/// Likewise, for RSA of so many times 8 bits and these further members.
fn rsa(octets: usize, more: &Value) -> Value {
    let n = match octets % 3 {
        1 => format!("{}_w", "_".repeat(octets / 3 * 4)),
        _ => "_".repeat(octets / 3 * 4),
    };
    let mut key = json!({"kty": "RSA", "n": n, "e": "AQAB"});
    for (name, value) in more.as_object().unwrap() {
        key[name] = value.clone();
    }
    key
}

#[tokio::test]
async fn keys_are_told_apart() {
    let ed25519 = json!({"kty": "OKP", "crv": "Ed25519", "x": "A".repeat(43)});
    let mut odd = p256("two\nlines");
    odd["alg"] = Value::from("two`lines");
    let keys = json!({"keys": [
        rsa(256, &json!({"kid": "r", "alg": "RS256", "use": "sig"})),
        ed25519,
        rsa(256, &json!({"kid": "e", "use": "enc"})),
        rsa(256, &json!({"kid": "o", "key_ops": ["sign"]})),
        rsa(96, &json!({"kid": "s"})),
        {"kty": "EC", "crv": "secp256k1", "kid": "k"},
        {"kty": "oct", "kid": "h", "k": "s3cret"},
        odd,
        17,
    ]});
    let rig = Rig {
        keys: document(&keys),
        ..Rig::default()
    };
    let examination = rig.examine().await;
    let (outcome, found, _) = step(&examination, "keys");
    assert_eq!(outcome, Outcome::Passed);
    let used = "can be used: `r` RS256, one without a name Ed25519; not used: ";
    assert!(found.starts_with(used), "{found}");
    for words in [
        "`e` RSA (its `use` is not `sig`)",
        "`o` RSA (its `key_ops`",
        "`s` RSA (its modulus has fewer than 2048 bits",
        "`k` secp256k1 (its `kty` or `crv`",
        "`h` oct (it is a shared secret)",
        "one without a name P-256 (its `alg`",
        "one without a name (it is no JSON object)",
    ] {
        assert!(found.contains(words), "{words} in {found}");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_told() {
    for (keys, outcome, words) in [
        (
            document(&json!({"keys": []})),
            Outcome::Failed,
            "no key can be used",
        ),
        (document(&json!({})), Outcome::Failed, "no array `keys`"),
        (status(404), Outcome::Failed, "status 404"),
        (reply(200, "x"), Outcome::Failed, "not JSON"),
        (
            reply(200, format!("{{\"x\":\"{}\"}}", "x".repeat(256 * 1024))),
            Outcome::Failed,
            "larger than 262144 bytes",
        ),
    ] {
        let rig = Rig {
            keys,
            ..Rig::default()
        };
        let examination = rig.examine().await;
        let found = step(&examination, "keys");
        assert_eq!(found.0, outcome, "{found:?}");
        assert!(found.1.contains(words), "{found:?}");
    }
}
