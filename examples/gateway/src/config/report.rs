//! What is wrong with a configuration, said the way a compiler does.

use std::{fmt, ops::Range};

use super::source::Source;
use crate::mask;

/// Longer lines are shown in part, this many characters around the place.
const WINDOW: usize = 50;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// The gateway does not start.
    Error,
    /// It starts, but is this what was meant?
    Warning,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    severity: Severity,
    message: String,
    span: Option<Range<usize>>,
    fix: Option<String>,
    concealed: bool,
    unread: bool,
    doubtful: bool,
}

impl Problem {
    pub(crate) fn error(message: impl AsRef<str>) -> Self {
        Self::new(Severity::Error, message.as_ref())
    }

    pub(crate) fn warning(message: impl AsRef<str>) -> Self {
        Self::new(Severity::Warning, message.as_ref())
    }

    /// Parts of the message may come from the file: nothing in it moves the cursor, or is a key.
    fn new(severity: Severity, message: &str) -> Self {
        Self {
            severity,
            message: mask::keys(&message.replace(char::is_control, " ")),
            span: None,
            fix: None,
            concealed: false,
            unread: false,
            doubtful: false,
        }
    }

    /// An error whose words tell the fix behind a colon.
    pub(crate) fn said(words: &str) -> Self {
        // What is quoted may hold one too.
        let colons = words.match_indices(": ");
        let mut outside = colons.filter(|(place, _)| {
            let before = words.get(..*place).unwrap_or_default();
            before.matches('`').count() % 2 == 0
        });
        match outside.next() {
            Some((place, colon)) => {
                let fix = words.get(place + colon.len()..).unwrap_or_default();
                Self::error(words.get(..place).unwrap_or_default()).fix(fix)
            }
            None => Self::error(words),
        }
    }

    /// Where in the text, in bytes.
    pub(crate) fn at(mut self, span: Option<Range<usize>>) -> Self {
        self.span = span;
        self
    }

    /// What to do about it.
    pub(crate) fn fix(mut self, fix: impl AsRef<str>) -> Self {
        self.fix = Some(mask::keys(fix.as_ref()));
        self
    }

    /// Does not show the line: it holds a secret, and not only where a URL may hold one.
    pub(crate) const fn conceal(mut self) -> Self {
        self.concealed = true;
        self
    }

    /// The same for one that is there.
    pub(crate) const fn hide(&mut self) {
        self.concealed = true;
    }

    /// The line could not be read: of what stands on it, only names are shown.
    pub(crate) const fn unread(mut self) -> Self {
        self.unread = true;
        self
    }

    pub(crate) const fn is_unread(&self) -> bool {
        self.unread
    }

    /// Something is missing: no problem of its own when it was taken out for another one.
    pub(crate) const fn missing(mut self) -> Self {
        self.doubtful = true;
        self
    }

    /// Whether it holds of what is written, too, when parts of that were taken out.
    pub(crate) const fn is_certain(&self) -> bool {
        self.is_error() && !self.doubtful
    }

    /// The line on which a secret may stand.
    pub(crate) fn secret_line(&self, source: &Source) -> Option<usize> {
        self.line(source).filter(|_| self.concealed)
    }

    /// Whether the line on which it begins says this of itself.
    pub(crate) fn is_beside(&self, source: &Source, says: impl Fn(&str) -> bool) -> bool {
        let span = self.span.as_ref();
        span.is_some_and(|span| says(source.position(span.start).text))
    }

    /// The line on which it begins.
    pub(crate) fn line(&self, source: &Source) -> Option<usize> {
        let span = self.span.as_ref()?;
        Some(source.position(span.start).line)
    }

    pub(crate) const fn is_error(&self) -> bool {
        matches!(self.severity, Severity::Error)
    }

    /// Where it begins, to sort by. What has no place comes last.
    pub(crate) fn start(&self) -> usize {
        self.span.as_ref().map_or(usize::MAX, |span| span.start)
    }

    /// Place, message and fix in one line.
    pub(crate) fn to_line(&self, source: Option<&Source>) -> String {
        let mut line = String::new();
        if let (Some(source), Some(span)) = (source, &self.span) {
            let position = source.position(span.start);
            line = format!("{}:{}:{}: ", source.name(), position.line, position.column);
        }
        line.push_str(&self.message);
        if let Some(fix) = &self.fix {
            line.push_str(": ");
            line.push_str(fix);
        }
        line
    }

    /// The problem with the place it points at, when there is a text to point into.
    pub(crate) const fn show<'a>(&'a self, source: Option<&'a Source>) -> Shown<'a> {
        Shown {
            problem: self,
            source,
        }
    }
}

/// A problem as people read it: several lines, the last one ended too.
#[derive(Debug)]
pub(crate) struct Shown<'a> {
    problem: &'a Problem,
    source: Option<&'a Source>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(f, "{word}: {}", self.problem.message)?;
        let mut gutter = 2;
        match (self.source, &self.problem.span) {
            (Some(source), Some(span)) => {
                let position = source.position(span.start);
                gutter = position.line.to_string().len().max(2);
                let blank = " ".repeat(gutter);
                let (line, column) = (position.line, position.column);
                writeln!(f, "{blank}--> {}:{line}:{column}", source.name())?;
                if !self.problem.concealed {
                    let length = source.text().get(span.clone()).map_or(1, |text| {
                        text.lines()
                            .next()
                            .map_or(1, |line| line.chars().count())
                            .max(1)
                    });
                    let shown = match self.problem.unread {
                        true => mask::unread(position.text),
                        false => mask::line(position.text),
                    };
                    let (text, indent, length) = window(&shown, position.column, length);
                    writeln!(f, "{blank} |")?;
                    writeln!(f, "{line:>gutter$} | {text}")?;
                    writeln!(f, "{blank} | {}{}", " ".repeat(indent), "^".repeat(length))?;
                }
            }
            (Some(source), None) => writeln!(f, "  --> {}", source.name())?,
            (None, _) => {}
        }
        if let Some(fix) = &self.problem.fix {
            writeln!(f, "{} = fix: {fix}", " ".repeat(gutter))?;
        }
        Ok(())
    }
}

/// The part of a line that is shown, where in it the mark begins, and how long that is.
fn window(text: &str, column: usize, length: usize) -> (String, usize, usize) {
    let characters: Vec<char> = text
        .chars()
        // One column each, so that the mark stands under its place.
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    let mark = (column - 1).min(characters.len());
    let from = if characters.len() > 2 * WINDOW {
        mark.saturating_sub(WINDOW)
    } else {
        0
    };
    let shown: String = characters.iter().skip(from).take(2 * WINDOW).collect();
    let room = shown.chars().count().saturating_sub(mark - from).max(1);
    (shown.trim_end().to_owned(), mark - from, length.min(room))
}
