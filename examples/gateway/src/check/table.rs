//! A table for a terminal.

use std::fmt;

/// Rows of text under headings. The last column may be as long as it likes, unless a width is given.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    rows: Vec<[String; N]>,
    width: usize,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(headings: [&str; N]) -> Self {
        Self {
            rows: vec![headings.map(str::to_owned)],
            width: usize::MAX,
        }
    }

    /// Wraps the last column between words, so that lines are no wider than this, in columns.
    pub(crate) const fn within(mut self, width: usize) -> Self {
        self.width = width;
        self
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }
}

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for row in &self.rows {
            let mut line = String::new();
            let Some((last, cells)) = row.split_last() else {
                continue;
            };
            for (width, cell) in widths.iter().zip(cells) {
                line.push_str(&format!("{cell:width$}  "));
            }
            let indent = " ".repeat(line.chars().count());
            for piece in wrapped(last, self.width.saturating_sub(indent.len())) {
                line.push_str(&piece);
                writeln!(f, "{}", line.trim_end())?;
                line.clone_from(&indent);
            }
        }
        Ok(())
    }
}

/// The lines of a text, one at least, each no wider than this.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    if text.chars().count() <= width {
        return vec![text.to_owned()];
    }
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split(' ').flat_map(|word| pieces(word, width.max(1))) {
        match line.chars().count() {
            0 => line = word,
            length if length + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(std::mem::replace(&mut line, word)),
        }
    }
    lines.push(line);
    lines
}

/// A word, in pieces where it is too wide: a URL behind a slash.
fn pieces(word: &str, width: usize) -> Vec<String> {
    let mut rest: Vec<char> = word.chars().collect();
    let mut pieces = Vec::new();
    while rest.len() > width {
        let slash = rest.iter().take(width).rposition(|&it| it == '/');
        let behind = rest.split_off(slash.map_or(width, |slash| slash + 1));
        pieces.push(std::mem::replace(&mut rest, behind).into_iter().collect());
    }
    pieces.push(rest.into_iter().collect());
    pieces
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn the_last_column_is_wrapped_between_words() {
        let mut table = Table::new(["A", "B"]).within(20);
        table.row(["name".to_owned(), "one two three four".to_owned()]);
        table.row(["x".to_owned(), "a http://b.example/c".to_owned()]);
        table.row(["y".to_owned(), "z".repeat(15)]);
        let lines = [
            "A     B",
            "name  one two three",
            "      four",
            "x     a http://",
            "      b.example/c",
            "y     zzzzzzzzzzzzzz",
            "      z",
        ];
        assert_eq!(table.to_string().lines().collect::<Vec<_>>(), lines);
    }
}
