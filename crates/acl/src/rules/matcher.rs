//! Names against patterns.

use std::collections::{BTreeMap, HashMap};

use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::{
    expression::{self, Expression},
    glob::Glob,
    globs::{Globs, Place},
};
use crate::{InvalidPattern, Pattern};

/// Names against the patterns of many rules at once.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    /// Rules that stand for every name, in order.
    everything: Vec<Place>,
    literals: HashMap<Box<str>, Vec<Place>>,
    globs: Globs,
    patterns: Option<RegexSet>,
    /// The rules of each pattern of the set, in order.
    owners: Vec<Vec<Place>>,
}

/// A matcher that is being made.
#[derive(Debug, Default)]
pub(super) struct Draft {
    everything: Vec<Place>,
    literals: HashMap<Box<str>, Vec<Place>>,
    globs: BTreeMap<Glob, Vec<Place>>,
    /// The same pattern in many rules is one pattern.
    patterns: BTreeMap<String, Vec<Place>>,
}

impl Draft {
    /// Adds an expression of a rule. Rules come in order.
    pub(super) fn add(&mut self, rule: Place, expression: Expression) {
        let places = match expression {
            Expression::Everything => &mut self.everything,
            Expression::Literal(name) => self.literals.entry(name.into()).or_default(),
            Expression::Glob(glob) => self.globs.entry(glob).or_default(),
            Expression::Regex(expression) => self.patterns.entry(expression).or_default(),
        };
        if places.last() != Some(&rule) {
            places.push(rule);
        }
    }

    /// Compiles the patterns. `None` when they take more than these bytes.
    pub(super) fn finish(self, compiled: usize) -> Option<Matcher> {
        let patterns = (!self.patterns.is_empty())
            .then(|| {
                RegexSetBuilder::new(self.patterns.keys())
                    .size_limit(compiled)
                    .dfa_size_limit(compiled)
                    .build()
            })
            .transpose()
            // Each has been compiled by itself, so that only the size is left.
            .ok()?;
        Some(Matcher {
            everything: self.everything,
            literals: self.literals,
            globs: Globs::new(self.globs).ok()?,
            patterns,
            owners: self.patterns.into_values().collect(),
        })
    }
}

impl Matcher {
    /// The rules that stand for every name.
    pub(super) fn everything(&self) -> &[Place] {
        &self.everything
    }

    /// The rules that name it.
    pub(super) fn literally(&self, name: &str) -> &[Place] {
        self.literals.get(name).map_or(&[], Vec::as_slice)
    }

    /// Shows the rules with a pattern that it fits; a rule may come twice.
    pub(super) fn fitting(&self, name: &str, mut visit: impl FnMut(Place)) {
        self.globs.visit(name, &mut visit);
        let patterns = self.patterns.iter();
        for pattern in patterns.flat_map(|set| set.matches(name.as_bytes())) {
            let owners = self.owners.get(pattern);
            owners.into_iter().flatten().copied().for_each(&mut visit);
        }
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.everything.is_empty()
            && self.literals.is_empty()
            && self.globs.is_empty()
            && self.patterns.is_none()
    }
}

/// Names against the patterns of one list.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    everything: bool,
    /// In order.
    literals: Vec<Box<str>>,
    globs: Vec<Glob>,
    patterns: Vec<Regex>,
}

impl Names {
    /// Compiles a list, each pattern of it to these bytes at most.
    pub(super) fn new(list: &[Pattern], compiled: usize) -> Result<Self, InvalidPattern> {
        let mut names = Self::default();
        for pattern in list {
            match expression::name(pattern) {
                Expression::Everything => names.everything = true,
                Expression::Literal(name) => names.literals.push(name.into()),
                Expression::Glob(glob) => names.globs.push(glob),
                Expression::Regex(expression) => {
                    names
                        .patterns
                        .push(compile(pattern, &expression, compiled)?);
                }
            }
        }
        names.literals.sort_unstable();
        Ok(names)
    }

    /// Whether it is one of them.
    pub(super) fn fit(&self, name: &str) -> bool {
        self.everything
            || self
                .literals
                .binary_search_by(|literal| literal.as_ref().cmp(name))
                .is_ok()
            || self.globs.iter().any(|glob| glob.fits(name))
            || (self.patterns.iter()).any(|pattern| pattern.is_match(name.as_bytes()))
    }
}

/// Compiles one pattern, to these bytes at most.
fn compile(pattern: &Pattern, expression: &str, limit: usize) -> Result<Regex, InvalidPattern> {
    let built = RegexBuilder::new(expression).size_limit(limit).build();
    built.map_err(|_| InvalidPattern::TooLarge {
        text: pattern.to_string(),
        limit,
    })
}
