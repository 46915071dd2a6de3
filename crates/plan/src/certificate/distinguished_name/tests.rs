//! Names against names: two certificates look the same only when they say the same.

use proptest::{collection::vec, prelude::*};
use x509_parser::{prelude::FromDer as _, x509::X509Name};

use super::{normalise, write};

type Attribute = (usize, u8, String);

/// Object identifiers in DER, and how they are written.
const ATTRIBUTES: &[(&[u8], &str)] = &[
    (&[0x55, 4, 3], "CN"),
    (&[0x55, 4, 10], "O"),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1],
        "emailAddress",
    ),
    (&[0x2b, 6, 1, 4, 1, 0x86, 0x8d, 0x1f], "1.3.6.1.4.1.99999"),
];

/// UTF8String, and BMPString, whose bytes are shown as they are.
const TAGS: &[u8] = &[0x0c, 0x1e];

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head: &[u8] = match (length[0], length[1]) {
        (0, short @ ..0x80) => &[tag, short],
        (0, long) => &[tag, 0x81, long],
        (high, low) => &[tag, 0x82, high, low],
    };
    [head, content].concat()
}

fn der(name: &[Vec<Attribute>]) -> Vec<u8> {
    let elements = name.iter().map(|parts| {
        let parts = parts.iter().map(|(attribute, tag, text)| {
            let identifier = tagged(6, ATTRIBUTES[*attribute].0);
            tagged(0x30, &[identifier, tagged(*tag, text.as_bytes())].concat())
        });
        tagged(0x31, &parts.collect::<Vec<_>>().concat())
    });
    tagged(0x30, &elements.collect::<Vec<_>>().concat())
}

fn written(name: &[Vec<Attribute>]) -> String {
    let der = der(name);
    let (rest, parsed) = X509Name::from_der(&der).unwrap();
    assert!(rest.is_empty());
    write(&parsed).unwrap()
}

/// The same name with the parts of each element in one order.
fn sorted(name: &[Vec<Attribute>]) -> Vec<Vec<Attribute>> {
    let mut name = name.to_vec();
    for element in &mut name {
        element.sort();
    }
    name
}

fn names() -> impl Strategy<Value = Vec<Vec<Attribute>>> {
    let text = prop_oneof![r#"[ #,+="\\<>;a]{0,4}"#, any::<String>()];
    let tag = prop::sample::select(TAGS);
    vec(vec((0..ATTRIBUTES.len(), tag, text), 1..3), 1..4)
}

proptest! {
    #[test]
    fn what_is_written_is_normal(name in names()) {
        let text = written(&name);
        prop_assert_eq!(normalise(&text), Ok(text));
    }

    #[test]
    fn different_names_are_written_differently(
        one in names(),
        change in ("[ #,+=\\\\a]{0,2}", 0..ATTRIBUTES.len()),
    ) {
        let mut other = one.clone();
        let (text, attribute) = change;
        other[0][0].0 = attribute;
        other[0][0].2.push_str(&text);
        prop_assert_eq!(written(&one) == written(&other), sorted(&one) == sorted(&other));
    }

    #[test]
    fn whatever_people_write_is_an_error_or_normal(text in r#"(CN|O|1\.2|)[ =#,+\\0-9a-fA-F<"]{0,12}"#) {
        if let Ok(normal) = normalise(&text) {
            prop_assert_eq!(normalise(&normal), Ok(normal));
        }
    }
}

#[test]
fn elements_stand_last_first_and_parts_in_the_order_of_their_text() {
    let part = |attribute, text: &str| (attribute, 0x0c, text.to_owned());
    let name = [vec![part(1, "Example")], vec![part(1, "x"), part(0, "a")]];
    assert_eq!(written(&name), "CN=a+O=x,O=Example");
    assert_eq!(normalise("o=x + cn=a, O=Example").unwrap(), written(&name));
}

#[test]
fn text_that_is_not_utf_8_is_not_written() {
    let part = tagged(
        0x30,
        &[tagged(6, &[0x55, 4, 3]), tagged(0x0c, &[0xff])].concat(),
    );
    let der = tagged(0x30, &tagged(0x31, &part));
    let (_, name) = X509Name::from_der(&der).unwrap();
    assert_eq!(write(&name), None);
}

#[test]
fn attributes_without_an_identifier_are_not_written() {
    let huge: &[u8] = &[
        0x2a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ];
    for identifier in [&[][..], huge] {
        let part = tagged(0x30, &[tagged(6, identifier), tagged(0x0c, b"a")].concat());
        let der = tagged(0x30, &tagged(0x31, &part));
        let (_, name) = X509Name::from_der(&der).unwrap();
        assert_eq!(write(&name), None, "{identifier:?}");
    }
}
