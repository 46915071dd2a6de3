use serde_json::json;

use super::*;

/// An Ed25519 key of this name, and with this byte in it.
fn key(id: &str, byte: u8) -> Value {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    let x = BASE64_URL_SAFE_NO_PAD.encode([byte; 32]);
    json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "x": x})
}

fn without_id(byte: u8) -> Value {
    let mut key = key("", byte);
    key.as_object_mut().unwrap().remove("kid");
    key
}

fn read(keys: &[Value]) -> Keys {
    let document = json!({"keys": keys}).to_string();
    Keys::read(document.as_bytes(), Instant::now()).unwrap()
}

fn finds(keys: &Keys, id: Option<&str>) -> bool {
    keys.find(id, Algorithm::EdDsa).is_some()
}

#[test]
fn a_set_is_an_object_with_an_array() {
    let read = |document: &str| Keys::read(document.as_bytes(), Instant::now()).map(|it| it.len());
    assert_eq!(read(r#"{"keys":[]}"#), Ok(0));
    assert_eq!(read(r#"{"keys":[1,{}],"more":true}"#), Ok(0));
    for other in ["", "<html>", r#"{"keys":[]"#, r#"{"keys":[]} x"#] {
        assert_eq!(read(other), Err(InvalidKeys::NotJson), "{other}");
    }
    for other in ["[]", "{}", r#"{"keys":{}}"#, r#"{"Keys":[]}"#, "null"] {
        assert_eq!(read(other), Err(InvalidKeys::NoKeys), "{other}");
    }
    let deep = format!(r#"{{"keys":{}"#, "[".repeat(100_000));
    assert_eq!(read(&deep), Err(InvalidKeys::NotJson));
}

#[test]
fn a_key_is_found_by_its_name_or_when_it_is_the_only_one() {
    let one = read(&[key("a", 1)]);
    assert!(finds(&one, Some("a")));
    assert!(finds(&one, None));
    for other in ["b", "A", "", "a ", "' or 1=1 --"] {
        assert!(!finds(&one, Some(other)));
    }
    assert!(one.find(Some("a"), Algorithm::Es256).is_none());

    let two = read(&[key("a", 1), key("b", 2)]);
    assert!(finds(&two, Some("a")) && finds(&two, Some("b")));
    assert!(!finds(&two, None));

    let nameless = read(&[without_id(1)]);
    assert!(finds(&nameless, None));
    assert!(!finds(&nameless, Some("a")));
}

#[test]
fn two_keys_of_one_name_are_nobodys() {
    let set = read(&[key("a", 1), key("a", 2), key("b", 3)]);
    assert!(!finds(&set, Some("a")));
    assert!(finds(&set, Some("b")));
    // The very same one twice is one.
    let set = read(&[key("a", 1), key("a", 1)]);
    assert_eq!(set.len(), 1);
    assert!(finds(&set, Some("a")));
    // Of two kinds, the algorithm says which one.
    let mut other = key("a", 1);
    other["kty"] = "EC".into();
    other["crv"] = "P-256".into();
    other["y"] = other["x"].clone();
    let set = read(&[key("a", 1), other]);
    assert!(finds(&set, Some("a")));
    assert!(set.find(Some("a"), Algorithm::Es256).is_some());
}

#[test]
fn those_that_cannot_be_used_are_left_out_and_counted() {
    let set = read(&[json!({"kty": "oct", "k": "AQAB"}), key("a", 1), json!(7)]);
    assert_eq!(set.len(), 1);
    let unusable: Vec<_> = set.unusable().iter().map(|(number, _)| *number).collect();
    assert_eq!(unusable, [0, 2]);
}

#[test]
fn a_hundred_are_read() {
    let many: Vec<_> = (0..200).map(|it| key(&it.to_string(), it)).collect();
    let set = read(&many);
    assert_eq!((set.len(), set.unusable().len()), (100, 1));
    assert!(finds(&set, Some("99")));
    assert!(!finds(&set, Some("100")));
}

#[test]
fn the_right_passes_on_with_the_very_same_key() {
    let first = read(&[key("a", 1), key("b", 2), key("c", 3)]);
    let mut second = read(&[key("c", 9), key("b", 2), key("d", 4)]);
    assert_eq!(second.succeed(&first), (2, 2));
    let right = |set: &Keys, id| {
        let key = set.find(Some(id), Algorithm::EdDsa).unwrap();
        Arc::clone(&key.revocation)
    };
    assert!(right(&first, "a").is_revoked());
    assert!(right(&first, "c").is_revoked());
    assert!(!right(&second, "c").is_revoked());
    assert!(right(&second, "b").is(&right(&first, "b")));
    assert!(!right(&second, "b").is_revoked());
}
