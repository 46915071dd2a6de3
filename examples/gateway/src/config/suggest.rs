//! Did you mean?

/// The candidate that is nearest to what was written, when one is near enough to be meant.
pub(crate) fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // One slip in three characters; nothing is near to a single character.
    let most = (written.chars().count() / 3).max(usize::from(written.len() > 1));
    candidates
        .into_iter()
        .map(|candidate| (distance(&written.to_lowercase(), candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= most || (written.len() > 3 && candidate.ends_with(&format!("_{written}")))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// The fewest insertions, deletions, replacements and swaps of neighbours that make one text of
/// the other (optimal string alignment).
pub(crate) fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (row, letter) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(letter != *other);
            let mut best = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped = column > 0 && Some(*other) == previous && right[column - 1] == letter;
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
        previous = Some(letter);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    /// `(written, what is meant)` among the keys of a configuration.
    #[test]
    fn what_is_meant_is_found() {
        const KEYS: [&str; 7] = [
            "address",
            "admin",
            "body",
            "depth",
            "head_timeout",
            "listener",
            "max_exchanges",
        ];
        for (written, meant) in [
            ("adress", Some("address")),
            ("addresss", Some("address")),
            ("addrses", Some("address")),
            ("Address", Some("address")),
            ("listner", Some("listener")),
            ("timeout", Some("head_timeout")),
            ("exchanges", Some("max_exchanges")),
            ("bdoy", Some("body")),
            ("x", None),
            ("", None),
            ("port", None),
            ("ADMIN", Some("admin")),
        ] {
            assert_eq!(nearest(written, KEYS), meant, "{written}");
        }
    }
}
