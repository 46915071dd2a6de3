//! The numbers in the format that all readers know.

/// Rewrites the text of OpenMetrics 1.0 as the text format of Prometheus, version 0.0.4.
///
/// They differ in what stands around the samples: there a family of counters is named without `_total`, units have lines
/// of their own, and the end is marked. Samples are the same, and no label has a line end in it.
pub(super) fn plain(openmetrics: &str) -> String {
    let mut text = String::with_capacity(openmetrics.len() + 1024);
    let mut lines = openmetrics.lines().peekable();
    while let Some(line) = lines.next() {
        let family = match line.strip_prefix("# ") {
            Some(comment) if comment == "EOF" || comment.starts_with("UNIT ") => continue,
            Some(comment) => comment,
            None => {
                text.push_str(line);
                text.push('\n');
                continue;
            }
        };
        // Help stands before the type.
        let kind = lines.peek().filter(|_| family.starts_with("HELP "));
        let is_counter = kind.copied().unwrap_or(line).ends_with(" counter");
        let mut words = family.splitn(3, ' ');
        let (word, name) = (words.next(), words.next());
        for part in [
            "# ",
            word.unwrap_or_default(),
            " ",
            name.unwrap_or_default(),
        ] {
            text.push_str(part);
        }
        if is_counter {
            text.push_str("_total");
        }
        text.push(' ');
        text.push_str(words.next().unwrap_or_default());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn families_are_named_like_their_samples() {
        let openmetrics = "# HELP a Help for counter.\n# TYPE a counter\na_total{x=\"# EOF\"} 1\n\
            # HELP b_seconds Help.\n# TYPE b_seconds histogram\n# UNIT b_seconds seconds\nb_seconds_sum 0.5\n\
            # HELP c Of no counter\n# TYPE c gauge\nc 1\n# EOF\n";
        let text = "# HELP a_total Help for counter.\n# TYPE a_total counter\na_total{x=\"# EOF\"} 1\n\
            # HELP b_seconds Help.\n# TYPE b_seconds histogram\nb_seconds_sum 0.5\n\
            # HELP c Of no counter\n# TYPE c gauge\nc 1\n";
        assert_eq!(plain(openmetrics), text);
    }
}
