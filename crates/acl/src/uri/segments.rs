//! The segments of a path.

/// Resolves `.` and `..` (RFC 3986 section 5.2.4).
pub(super) fn remove_dots(path: &str) -> String {
    let mut output = String::with_capacity(path.len());
    let mut input = path;
    while !input.is_empty() {
        if let Some(rest) = input
            .strip_prefix("../")
            .or_else(|| input.strip_prefix("./"))
        {
            input = rest;
        } else if input.starts_with("/./") {
            input = input.get(2..).unwrap_or_default();
        } else if input == "/." {
            input = "/";
        } else if input.starts_with("/../") {
            input = input.get(3..).unwrap_or_default();
            output.truncate(output.rfind('/').unwrap_or(0));
        } else if input == "/.." {
            input = "/";
            output.truncate(output.rfind('/').unwrap_or(0));
        } else if input == "." || input == ".." {
            input = "";
        } else {
            let lead = usize::from(input.starts_with('/'));
            let rest = input.get(lead..).unwrap_or_default();
            let end = lead + rest.find('/').unwrap_or(rest.len());
            let (segment, rest) = input.split_at(end);
            output.push_str(segment);
            input = rest;
        }
    }
    output
}

/// Several `/` become one.
pub(super) fn collapse(path: &str) -> String {
    let mut collapsed = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !collapsed.ends_with('/') {
            collapsed.push(character);
        }
    }
    collapsed
}

/// Whether there is a segment `.` or `..` anywhere, also in query and fragment, also with parameters
/// behind it (`..;x`, which some servers strip).
pub(super) fn has_dots(decoded: &str) -> bool {
    let mut segments = decoded.split(['/', '?', '#', ':']);
    segments.any(|segment| {
        let name = segment.split(';').next().unwrap_or_default();
        name == "." || name == ".."
    })
}
