//! The text of keys.

use proptest::prelude::*;
use regex::Regex;
use tollbar_plan::key::{InvalidKey, Key, KeyId};

#[test]
fn a_key_is_what_the_documentation_says() {
    let key = Key::generate().unwrap();
    let text = key.expose();
    assert_eq!(text.len(), Key::LENGTH);
    assert_eq!(text.len(), 57);
    let pattern = Regex::new(Key::PATTERN).unwrap();
    let line = format!("KEY={text} # ci");
    assert_eq!(pattern.find(&line).unwrap().as_str(), text);
    assert_ne!(Key::generate().unwrap().expose(), text);
}

/// Computed by another implementation: CRC-32 with Python's `zlib`, digits by hand.
#[test]
fn the_checksum_is_the_documented_one() {
    let key = "tollbar_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg1KCvge";
    assert!(Key::parse(key).is_ok());
}

#[test]
fn what_is_no_key_is_told_from_what_is_mistyped() {
    let key = Key::generate().unwrap();
    let text = key.expose();
    let upper = text.replacen("tollbar_", "TOLLBAR_", 1);
    let signs = text.replacen(&text[20..22], "--", 1);
    for other in [
        "",
        "secret",
        &text[1..],
        &format!(" {text}"),
        &upper,
        &signs,
    ] {
        assert_eq!(Key::parse(other).unwrap_err(), InvalidKey::Form);
    }
    let long = "tollbar_".repeat(1 << 17);
    let [longer, line] = [format!("{text}A"), format!("{text}\n")];
    for (other, length) in [
        ("tollbar_", 0),
        (&text[..56], 48),
        (&longer, 50),
        (&line, 50),
        (&long, (1 << 20) - 8),
    ] {
        assert_eq!(Key::parse(other).unwrap_err(), InvalidKey::Length(length));
    }
    let said = Key::parse(&text[..56]).unwrap_err().to_string();
    assert_eq!(
        said,
        "the key is cut or has something added: behind `tollbar_` are 49 letters and digits, not 48"
    );
    assert!(!InvalidKey::Checksum.to_string().contains("cut"));
}

#[test]
fn what_may_be_a_secret_is_told_from_a_name() {
    let key = "tollbar_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg1KCvge";
    let bearer = format!("Bearer {key}");
    for secret in [key, &key[8..], &key[12..], &key[..20], &key[..9], &bearer] {
        assert!(Key::may_stand_in(secret), "{secret}");
    }
    for name in [
        "",
        "ci",
        "k_0aZ3bY5cX7dW",
        "my-tollbar_key",
        "tollbar",
        "TheBuildServerInTheBasementOfTheHouse",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "0b3f1c52-7f3e-4f0a-9d5e-1f2a3b4c5d6e",
    ] {
        assert!(!Key::may_stand_in(name), "{name}");
    }
}

#[test]
fn nothing_shows_the_secret() {
    let key = Key::generate().unwrap();
    let secret = &key.expose()[8..];
    let mistyped = key.expose().replacen("tollbar_", "tollbar-", 1);
    let error = Key::parse(&mistyped).unwrap_err();
    for shown in [format!("{key:?}"), format!("{error:?}"), error.to_string()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn ids_are_read_back() {
    let id = KeyId::generate().unwrap();
    assert_eq!(id.as_str().parse::<KeyId>().unwrap(), id);
    for other in [
        "k_",
        "k_0123456789a",
        "k_0123456789abc",
        "k_0123456789a-",
        "x_0123456789ab",
    ] {
        assert!(other.parse::<KeyId>().is_err(), "{other}");
    }
}

proptest! {
    /// One character is another one.
    #[test]
    fn any_single_typo_is_caught(place in 0..57_usize, typed in "[ -~]") {
        let key = Key::generate().unwrap();
        let mut text = key.expose().to_owned();
        prop_assume!(text[place..=place] != typed);
        text.replace_range(place..=place, &typed);
        prop_assert!(Key::parse(&text).is_err());
    }

    /// Two neighbours have changed places.
    #[test]
    fn any_swap_is_caught(place in 8..56_usize) {
        let key = Key::generate().unwrap();
        let mut bytes = key.expose().as_bytes().to_vec();
        prop_assume!(bytes[place] != bytes[place + 1]);
        bytes.swap(place, place + 1);
        let text = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(Key::parse(&text).unwrap_err(), InvalidKey::Checksum);
    }

    /// A character is missing, or there twice.
    #[test]
    fn any_slip_is_caught(place in 0..57_usize) {
        let key = Key::generate().unwrap();
        let mut short = key.expose().to_owned();
        let lost = short.remove(place);
        prop_assert!(Key::parse(&short).is_err());
        let mut long = key.expose().to_owned();
        long.insert(place, lost);
        prop_assert!(Key::parse(&long).is_err());
    }

    #[test]
    fn no_text_is_too_strange(text in "\\PC*") {
        prop_assert!(Key::parse(&text).is_err());
        let text = format!("tollbar_{text}");
        prop_assert!(Key::parse(&text).is_err());
    }
}
