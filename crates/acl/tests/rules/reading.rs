//! Patterns and URIs, read as simply as can be. Only for what the property test makes.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use regex::Regex;

/// A character of a pattern.
pub(crate) enum Token {
    This(char),
    Any,
    Host,
    All,
}

/// Reads a pattern. `strict`: one asterisk stays in the host.
pub(crate) fn tokens(text: &str, strict: bool) -> Vec<Token> {
    static HOST: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[^/]*://[^/?#]*").unwrap());
    let head = HOST.find(text).map_or(0, |head| head.end());
    let mut tokens = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((place, character)) = characters.next() {
        let mut run = 1;
        while character == '*' && characters.next_if(|(_, next)| *next == '*').is_some() {
            run += 1;
        }
        tokens.push(match (character, run) {
            ('*', 1) if strict && place < head => Token::Host,
            ('*', 1) => Token::Any,
            ('*', _) => Token::All,
            (character, _) => Token::This(character),
        });
    }
    tokens
}

/// Whether a text fits, by trying.
pub(crate) fn fits(tokens: &[Token], text: &str) -> bool {
    let Some((token, others)) = tokens.split_first() else {
        return text.is_empty();
    };
    let more = |refused: &[char]| {
        let skip = text
            .chars()
            .next()
            .filter(|character| !refused.contains(character));
        fits(others, text)
            || skip.is_some_and(|character| fits(tokens, &text[character.len_utf8()..]))
    };
    match token {
        Token::This(character) => text
            .strip_prefix(*character)
            .is_some_and(|rest| fits(others, rest)),
        Token::Any => more(&['/']),
        Token::Host => more(&['/', '?', '#', '@']),
        Token::All => more(&[]),
    }
}

/// Scheme, authority, path, and the rest (RFC 3986 appendix B).
fn parts(uri: &str) -> Option<(String, Option<String>, String, String)> {
    static PARTS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?#]*))?([^?#]*)(.*)$").unwrap()
    });
    let parts = PARTS.captures(uri)?;
    let authority = parts.get(2).map(|authority| authority.as_str().to_owned());
    Some((
        parts[1].to_lowercase(),
        authority,
        parts[3].to_owned(),
        parts[4].to_owned(),
    ))
}

fn host(scheme: &str, authority: &str, bare: bool) -> String {
    let (user, host) = authority
        .rsplit_once('@')
        .map_or(("", authority), |(user, host)| (user, host));
    let host = host.to_lowercase();
    let host = match scheme {
        "http" => host.strip_suffix(":80").unwrap_or(&host),
        _ => &host,
    };
    match user {
        "" => host.to_owned(),
        _ if bare => host.to_owned(),
        user => format!("{user}@{host}"),
    }
}

/// RFC 3986 section 6.2.2.
pub(crate) fn normal(uri: &str) -> String {
    let Some((scheme, authority, path, tail)) = parts(uri) else {
        return uri.to_owned();
    };
    static ESCAPE: LazyLock<Regex> = LazyLock::new(|| Regex::new("%[0-9A-Fa-f]{2}").unwrap());
    let percent = |text: &str| {
        let replaced = ESCAPE.replace_all(text, |escape: &regex::Captures<'_>| {
            let byte = u8::from_str_radix(&escape[0][1..], 16).unwrap();
            match char::from(byte) {
                plain if plain.is_ascii_alphanumeric() || "-._~".contains(plain) => {
                    plain.to_string()
                }
                _ => escape[0].to_uppercase(),
            }
        });
        replaced.into_owned()
    };
    let path = without_dots(&percent(&path));
    let path = if path.is_empty() && scheme == "http" {
        "/".to_owned()
    } else {
        path
    };
    let authority = authority.map(|authority| format!("//{}", host(&scheme, &authority, false)));
    format!(
        "{scheme}:{}{path}{}",
        authority.unwrap_or_default(),
        percent(&tail)
    )
}

fn decoded(uri: &str) -> String {
    let mut text = uri.to_owned();
    loop {
        let next = percent_decode_str(&text)
            .decode_utf8()
            .unwrap()
            .into_owned();
        if next == text {
            return text.replace('\\', "/");
        }
        text = next;
    }
}

/// All decoded, and what need not be there away.
pub(crate) fn careless(uri: &str) -> String {
    let Some((scheme, authority, path, tail)) = parts(&decoded(uri)) else {
        return uri.to_owned();
    };
    static SLASHES: LazyLock<Regex> = LazyLock::new(|| Regex::new("/+").unwrap());
    let path = format!("{path}{tail}");
    let slash = if path.starts_with('/') { "" } else { "/" };
    let authority = match scheme.as_str() {
        "file" => Some(String::new()),
        _ => authority,
    };
    let path = match scheme.as_str() {
        "http" | "file" => format!("{slash}{path}"),
        _ => path,
    };
    let path = without_dots(&SLASHES.replace_all(&path, "/"));
    let authority = authority.map(|authority| format!("//{}", host(&scheme, &authority, true)));
    format!("{scheme}:{}{path}", authority.unwrap_or_default())
}

/// Each segment with the slash before it.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    static SEGMENT: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[^/]+|/[^/]*").unwrap());
    for segment in SEGMENT.find_iter(path).map(|segment| segment.as_str()) {
        match segment {
            "/." => {}
            "/.." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    if path.ends_with("/.") || path.ends_with("/..") {
        kept.push("/");
    }
    kept.concat()
}

/// Whether it has dot segments.
pub(crate) fn suspect(uri: &str) -> bool {
    decoded(uri)
        .split(['/', '?', '#', ':'])
        .any(|segment| segment == "." || segment == "..")
}

/// Whether a slash is encoded in it.
pub(crate) fn slashed(uri: &str) -> bool {
    let count = |text: &str| text.matches(['/', '?', '#', '@']).count();
    count(&decoded(uri)) > count(uri)
}
