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

    /// Wraps the last column between words, so that lines are no wider than this, in columns. A word that
    /// is longer by itself stays whole, so that it can be copied.
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

/// The lines of a text, one at least, each no wider than this where its words are not.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    if text.chars().count() <= width {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn the_last_column_is_wrapped_between_words() {
        let mut table = Table::new(["A", "B"]).within(20);
        table.row(["name".to_owned(), "one two three four".to_owned()]);
        table.row(["x".to_owned(), format!("a {}", "y".repeat(30))]);
        let text = table.to_string();
        let wide = format!("      {}", "y".repeat(30));
        let lines = ["A     B", "name  one two three", "      four", "x     a", &wide];
        assert_eq!(text.lines().collect::<Vec<_>>(), lines);
    }
}
