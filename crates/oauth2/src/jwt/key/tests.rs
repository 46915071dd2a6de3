use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;

const CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

const MODULUS: &str = "\
    ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-\
    yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-\
    KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_\
    h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

fn rsa() -> Value {
    json!({"kty": "RSA", "n": MODULUS, "e": "AQAB"})
}

fn p256() -> Value {
    json!({
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    })
}

fn ed25519() -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
}

/// A key with a member more, or another one.
fn with(mut key: Value, name: &str, value: Value) -> Value {
    key[name] = value;
    key
}

/// Holds for this signature, and for no other one.
fn check(key: &Value, algorithm: Algorithm, input: &str, signature: &str) {
    let key = Key::read(key).unwrap();
    let mut signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert!(key.verify(algorithm, input.as_bytes(), &signature));
    assert!(!key.verify(algorithm, &input.as_bytes()[1..], &signature));
    for other in Algorithm::ALL {
        let verified = key.verify(other, input.as_bytes(), &signature);
        assert_eq!(verified, other == algorithm, "{other}");
    }
    for place in 0..signature.len() {
        signature[place] ^= 1;
        assert!(!key.verify(algorithm, input.as_bytes(), &signature));
        signature[place] ^= 1;
    }
    for length in 0..signature.len() {
        assert!(!key.verify(algorithm, input.as_bytes(), &signature[..length]));
    }
    signature.push(0);
    assert!(!key.verify(algorithm, input.as_bytes(), &signature));
}

/// RFC 7515 appendix A.2.
#[test]
fn the_example_of_the_standard_for_rs256() {
    let signature = "\
        cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5juj\
        Gbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7\
        K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np\
        6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let input = format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}");
    check(&rsa(), Algorithm::Rs256, &input, signature);
    // With a zero in front, as some servers write it.
    let modulus = BASE64_URL_SAFE_NO_PAD.decode(MODULUS).unwrap();
    let padded = BASE64_URL_SAFE_NO_PAD.encode([&[0], &*modulus].concat());
    let padded = with(rsa(), "n", padded.into());
    check(&padded, Algorithm::Rs256, &input, signature);
    assert!(
        Key::read(&padded)
            .unwrap()
            .is_same(&Key::read(&rsa()).unwrap())
    );
}

/// RFC 7515 appendix A.3.
#[test]
fn the_example_of_the_standard_for_es256() {
    let signature =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let input = format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}");
    check(&p256(), Algorithm::Es256, &input, signature);
    // The same numbers in ASN.1, which JOSE does not have.
    let raw = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let (r, s) = raw.split_at(32);
    let asn1 = [&[0x30, 69, 2, 32], r, &[2, 33, 0], s].concat();
    let key = Key::read(&p256()).unwrap();
    assert!(!key.verify(Algorithm::Es256, input.as_bytes(), &asn1));
    // Zeros, which careless verifiers take (CVE-2022-21449).
    assert!(!key.verify(Algorithm::Es256, input.as_bytes(), &[0; 64]));
}

/// RFC 8037 appendix A.4.
#[test]
fn the_example_of_the_standard_for_eddsa() {
    let signature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    check(&ed25519(), Algorithm::EdDsa, input, signature);
    let named = with(ed25519(), "alg", "Ed25519".into());
    check(&named, Algorithm::EdDsa, input, signature);
}

#[test]
fn what_else_stands_in_a_key_does_not_matter() {
    for (name, value) in [
        ("use", json!("sig")),
        ("key_ops", json!(["verify"])),
        ("key_ops", json!(["sign", "verify"])),
        ("alg", json!("RS512")),
        ("kid", json!("../../etc/passwd")),
        ("d", json!("AQAB")),
        ("d", json!(null)),
        ("x5c", json!(["MIIB"])),
        ("crv", json!("P-256")),
        ("ext", json!(true)),
    ] {
        let key = with(rsa(), name, value);
        assert!(Key::read(&key).is_ok(), "{key}");
    }
}

#[test]
fn keys_that_cannot_be_used_say_why() {
    let short = BASE64_URL_SAFE_NO_PAD.encode([0xff; 128]);
    let long = BASE64_URL_SAFE_NO_PAD.encode([0xff; 1025]);
    let even = BASE64_URL_SAFE_NO_PAD.encode([0xfe; 256]);
    let nearly = BASE64_URL_SAFE_NO_PAD.encode([[0x7f].as_slice(), &[0xff; 255]].concat());
    for (key, why) in [
        (json!("key"), "no JSON object"),
        (json!({}), "`kty`"),
        (json!({"kty": "oct", "k": "c2VjcmV0"}), "shared secret"),
        (with(rsa(), "kty", json!("rsa")), "`kty`"),
        (with(rsa(), "kty", json!("EC")), "`kty` or `crv`"),
        (with(rsa(), "kty", json!(["RSA"])), "`kty` is no text"),
        (with(rsa(), "kid", json!(1)), "`kid` is no text"),
        (with(rsa(), "use", json!("enc")), "`use` is not `sig`"),
        (with(rsa(), "use", json!(null)), "`use` is no text"),
        (with(rsa(), "key_ops", json!(["encrypt"])), "`verify`"),
        (with(rsa(), "key_ops", json!("verify")), "`verify`"),
        (with(rsa(), "alg", json!("RSA-OAEP")), "`alg`"),
        (with(rsa(), "alg", json!("HS256")), "`alg`"),
        (with(rsa(), "alg", json!("none")), "`alg`"),
        (
            with(rsa(), "alg", json!("ES256")),
            "`alg` is not one of its `kty`",
        ),
        (
            with(p256(), "alg", json!("ES384")),
            "`alg` is not one of its `kty`",
        ),
        (with(rsa(), "n", json!(short)), "2048 bits"),
        (with(rsa(), "n", json!(nearly)), "2048 bits"),
        (with(rsa(), "n", json!(long)), "8192"),
        (with(rsa(), "n", json!(even)), "not one of RSA"),
        (with(rsa(), "n", json!(format!("{MODULUS}="))), "base64url"),
        (with(rsa(), "n", json!(null)), "missing"),
        (with(rsa(), "e", json!("AQ")), "not one of RSA"),
        (with(rsa(), "e", json!("")), "not one of RSA"),
        (with(rsa(), "e", json!("AAAA")), "not one of RSA"),
        (with(rsa(), "e", json!("AQAAAAAB")), "not one of RSA"),
        (with(p256(), "crv", json!("P-521")), "`crv`"),
        (with(p256(), "crv", json!("P-384")), "length of its curve"),
        (with(p256(), "crv", json!("secp256k1")), "`crv`"),
        (with(p256(), "x", json!("AQAB")), "length of its curve"),
        (with(p256(), "y", json!(0)), "missing"),
        (with(ed25519(), "crv", json!("X25519")), "`crv`"),
        (with(ed25519(), "crv", json!("Ed448")), "`crv`"),
        (with(ed25519(), "x", json!("AQAB")), "length of its curve"),
    ] {
        let error = Key::read(&key).unwrap_err();
        assert!(error.contains(why), "{key}: {error}");
    }
}

#[test]
fn a_point_beside_the_curve_verifies_nothing() {
    let key = Key::read(&with(p256(), "y", p256()["x"].clone())).unwrap();
    assert!(!key.verify(Algorithm::Es256, b"input", &[1; 64]));
    let zero = BASE64_URL_SAFE_NO_PAD.encode([0; 32]);
    let key = Key::read(&with(ed25519(), "x", zero.into())).unwrap();
    assert!(!key.verify(Algorithm::EdDsa, b"input", &[0; 64]));
}
