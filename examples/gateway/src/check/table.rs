//! A table for a terminal.

use std::fmt;

/// Rows of text under headings. The last columns may be as wide as they like, unless a width is given.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    rows: Vec<[String; N]>,
    width: usize,
    wrapping: usize,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(headings: [&str; N]) -> Self {
        Self {
            rows: vec![headings.map(str::to_owned)],
            width: usize::MAX,
            wrapping: 1,
        }
    }

    /// Wraps the last column between words, so that lines are no wider than this, in columns.
    pub(crate) const fn within(mut self, width: usize) -> Self {
        self.width = width;
        self
    }

    /// Wraps so many of the last columns, which then share the width that the others leave.
    pub(crate) const fn wrapping(mut self, columns: usize) -> Self {
        self.wrapping = columns;
        self
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    /// How wide each column is.
    fn widths(&self) -> [usize; N] {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let wrapped = N.saturating_sub(self.wrapping);
        let fixed: usize = widths.iter().take(wrapped).map(|width| width + GAP).sum();
        let gaps = self.wrapping.saturating_sub(1) * GAP;
        let left = self.width.saturating_sub(fixed + gaps);
        let share = left.checked_div(self.wrapping).unwrap_or(left);
        // What the others do not need of their share, the last one has.
        let mut left = left;
        for (column, width) in widths.iter_mut().enumerate().skip(wrapped) {
            let most = if column + 1 == N { left } else { share };
            *width = (*width).min(most.max(1));
            left = left.saturating_sub(*width);
        }
        widths
    }
}

/// The space between two columns.
const GAP: usize = 2;

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for row in &self.rows {
            let cells = row.iter().zip(widths);
            let cells: Vec<_> = cells.map(|(cell, width)| wrapped(cell, width)).collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or_default();
            for number in 0..height {
                let mut line = String::new();
                for (cell, width) in cells.iter().zip(widths) {
                    let piece = cell.get(number).map_or("", String::as_str);
                    line.push_str(&format!("{piece:width$}  "));
                }
                writeln!(f, "{}", line.trim_end())?;
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

    #[test]
    fn what_one_column_does_not_need_another_one_has() {
        let mut table = Table::new(["A", "B", "C"]).within(24).wrapping(2);
        table.row(["name", "b", "one two three"].map(str::to_owned));
        assert_eq!(table.to_string(), "A     B  C\nname  b  one two three\n");
    }

    #[test]
    fn columns_that_wrap_share_the_width() {
        let mut table = Table::new(["A", "B", "C"]).within(24).wrapping(2);
        table.row([
            "name".to_owned(),
            "one two three".to_owned(),
            "http://c.example/d".to_owned(),
        ]);
        table.row(["x".to_owned(), "y".to_owned(), "z".to_owned()]);
        let lines = [
            "A     B         C",
            "name  one two   http://",
            "      three     c.exampl",
            "                e/d",
            "x     y         z",
        ];
        assert_eq!(table.to_string().lines().collect::<Vec<_>>(), lines);
    }
}
