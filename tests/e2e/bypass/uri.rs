//! URIs as the most careless of all servers would resolve them.

use std::collections::BTreeSet;

/// Where a server may end up that is asked for a URI: once by the letter, once with everything decoded
/// before it is resolved.
pub(super) fn places(uri: &str) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    for text in [uri.to_owned(), decoded(uri), decoded(&decoded(uri))] {
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        let text = text.trim().replace('\\', "/");
        places.insert(resolved(&text));
    }
    let decoded: Vec<_> = places.iter().map(|place| decoded(place)).collect();
    places.extend(decoded);
    places
}

/// Without its dot segments and doubled slashes, with the scheme in lower case.
fn resolved(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once(':') else {
        return uri.to_owned();
    };
    let scheme = scheme.to_ascii_lowercase();
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let path = match rest.strip_prefix("//") {
        // Some look at the path alone.
        Some(rest) if scheme == "file" => rest.find('/').map_or("", |path| &rest[path..]),
        Some(rest) => return format!("{scheme}://{}", segments(rest)),
        None => rest,
    };
    format!("{scheme}:///{}", segments(path))
}

fn segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        // Java servers take what stands behind `;` for a parameter.
        match decoded(segment).split(';').next() {
            Some("" | ".") => {}
            Some("..") => drop(kept.pop()),
            _ => kept.push(segment.split(';').next().unwrap_or_default()),
        }
    }
    if path.ends_with('/') && !kept.is_empty() {
        kept.push("");
    }
    kept.join("/")
}

/// Percent-encoding undone; other bytes than UTF-8 are replaced.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let pair = after
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_careless_server_ends_up_where_it_should_not() {
    for uri in [
        "file:///public/../secret/plan",
        "FILE:///public/%2e%2E/secret/plan",
        "file:/secret/plan",
        "file://localhost/secret/plan",
        "file:///public/..%2fsecret/plan",
        "file:///public\\..\\secret/plan",
        "file:///public//..//secret//plan",
        " file:///public/.\t./secret/plan",
        "file:///public/%252e%252e/secret/plan",
        "file:///public/..;x=1/secret/plan",
    ] {
        assert!(places(uri).contains("file:///secret/plan"), "{uri}");
    }
    assert_eq!(places("demo://a/b").len(), 1);
}
