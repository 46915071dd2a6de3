//! A table for a terminal of 80 columns.

/// How wide a terminal is taken to be, in characters.
pub(crate) const WIDTH: usize = 80;

/// Spaces between two columns.
const GAP: usize = 2;

/// The least width to which a column is cut.
const LEAST: usize = 12;

/// The lines of a table, the first row being its headings. Columns are cut, the widest first, until
/// all lines fit; cells are escaped already.
pub(crate) fn lines<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    loop {
        let total: usize = widths.iter().sum::<usize>() + GAP * N.saturating_sub(1);
        let widest = widths.iter_mut().max();
        match widest {
            Some(width) if total > WIDTH && *width > LEAST => *width -= 1,
            _ => break,
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            let cell = shortened(cell, *width);
            line.push_str(&format!("{cell:width$}{}", " ".repeat(GAP)));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The beginning of a text that has this many characters at most, with `…` where that is not all.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::{lines, shortened};

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüx", 3), "äö…");
    }

    #[test]
    fn what_is_too_wide_is_cut_where_it_is_widest() {
        let long = "x".repeat(200);
        let rows = [
            ["KIND".to_owned(), "NAME".to_owned(), "RULE".to_owned()],
            ["tool".to_owned(), long, "readers".to_owned()],
        ];
        let text = lines(&rows);
        let widths: Vec<_> = text.lines().map(|line| line.chars().count()).collect();
        assert_eq!(widths[1], 80, "{text}");
        assert!(text.contains("x…  readers\n"), "{text}");
        assert!(text.starts_with("KIND  NAME"), "{text}");
    }
}
