//! What patterns stand for.

use super::{
    Effect,
    glob::{Glob, Run},
};
use crate::{
    pattern::{Form, Pattern, whole},
    uri::{ALL, ANY, Readings},
};

/// One form of a pattern.
#[derive(Debug)]
pub(super) enum Expression {
    /// A name.
    Literal(String),
    /// Every name.
    Everything,
    /// Names with `*`.
    Glob(Glob),
    /// A regular expression over bytes.
    Regex(String),
}

/// The expression for names: tools, prompts, methods, plans and so on.
pub(super) fn name(pattern: &Pattern) -> Expression {
    match pattern.form() {
        Form::Literal => Expression::Literal(pattern.as_str().to_owned()),
        Form::Regex => Expression::Regex(whole(pattern.as_str())),
        Form::Glob => {
            // No run ends at a slash here.
            let marked = mark(pattern.as_str());
            let all = String::from(char::from(ALL));
            glob(&marked.replace(char::from(ANY), &all), Effect::Deny)
        }
    }
}

/// The expressions for URIs and templates, and for their careless readings. A pattern stands for what
/// is written and for its normal form, so that `HTTP://Host/*` is not without effect.
pub(super) fn uri(pattern: &Pattern, effect: Effect) -> (Vec<Expression>, Vec<Expression>) {
    let text = pattern.as_str();
    if pattern.form() == Form::Regex {
        let expression = || vec![Expression::Regex(whole(text))];
        return (expression(), expression());
    }
    let marked = match pattern.form() {
        Form::Glob => mark(text),
        _ => text.to_owned(),
    };
    let readings = Readings::of(&marked);
    let read = |reading: &str| match pattern.form() {
        Form::Glob => glob(reading, effect),
        _ => Expression::Literal(reading.to_owned()),
    };
    let raw = read(readings.raw());
    // Without its dots, `**/../**` would stand for much more than was written.
    if pattern.form() == Form::Glob && readings.is_suspect() {
        return (vec![raw], vec![read(readings.raw())]);
    }
    let normal = readings.normal().map(read);
    let careless = readings.careless().unwrap_or(&marked);
    let exact = [Some(raw), normal].into_iter().flatten();
    (exact.collect(), vec![read(careless)])
}

/// The text with `*` and `**` as single characters, which no step of normalising touches.
pub(super) fn mark(text: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('*') {
        marked.push_str(before);
        rest = after.trim_start_matches('*');
        let mark = if rest.len() == after.len() { ANY } else { ALL };
        marked.push(mark.into());
    }
    marked.push_str(rest);
    marked
}

/// The text as it was before it was marked.
pub(super) fn unmark(marked: &str) -> String {
    let any = marked.replace(char::from(ANY), "*");
    any.replace(char::from(ALL), "**")
}

/// What a marked text stands for.
///
/// In scheme and host, `*` of a rule that allows does not reach beyond them: `https://*.example.com/`
/// must not stand for `https://evil.example?.example.com/`.
fn glob(marked: &str, effect: Effect) -> Expression {
    if marked.as_bytes() == [ALL] {
        return Expression::Everything;
    }
    let behind = marked.find("://").map_or(0, |place| place + "://".len());
    let host = marked.get(behind..).unwrap_or_default();
    let head = match behind {
        0 => 0,
        _ => behind + host.find(['/', '?', '#']).unwrap_or(host.len()),
    };
    let marks = [char::from(ANY), char::from(ALL)];
    let mut first = None;
    let mut rest: Vec<(Run, Box<str>)> = Vec::new();
    let mut run = Run::All;
    let mut place = 0;
    for text in marked.split_inclusive(marks) {
        let (text, mark) = match text.strip_suffix(marks) {
            Some(before) => (before, text.as_bytes().last()),
            None => (text, None),
        };
        if first.is_none() {
            first = Some(text.into());
        } else {
            rest.push((run, text.into()));
        }
        place += text.len();
        run = match mark {
            Some(&ALL) => Run::All,
            _ if effect == Effect::Allow && place < head => Run::Host,
            _ => Run::Segment,
        };
        place += usize::from(mark.is_some());
    }
    if marked.ends_with(marks) {
        rest.push((run, "".into()));
    }
    Expression::Glob(Glob::new(first.unwrap_or_default(), rest))
}
