//! The way from the root of a configuration to one of its values.

use std::{fmt, ops::Range};

use super::{Node, Value};

/// The way from the root to a value, such as `proxy[0].upstream.url`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place(Vec<Step>);

/// One step of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl Place {
    /// The whole configuration.
    pub(crate) fn root() -> Self {
        Self::default()
    }

    /// One key further.
    pub(crate) fn key(&self, key: &str) -> Self {
        self.then(Step::Key(key.to_owned()))
    }

    /// One element further.
    pub(crate) fn index(&self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    /// The keys without the indices, as they stand between the brackets of a TOML table.
    pub(crate) fn header(&self) -> String {
        let keys = self.0.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        });
        keys.collect::<Vec<_>>().join(".")
    }

    fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Where it stands in the text: the value, or the nearest thing around it that was written.
    /// `None` when not even the first step was.
    pub(crate) fn span(&self, root: &Node) -> Option<Range<usize>> {
        let mut node = root;
        let mut span = None;
        for step in &self.0 {
            match (step, &node.value) {
                (Step::Key(key), Value::Table(_)) => match node.entry(key) {
                    Some(entry) => {
                        span = Some(match entry.node.value {
                            // A whole table is pointed at by its name.
                            Value::Table(_) | Value::List(_) => entry.key_span.clone(),
                            _ => entry.node.span.clone(),
                        });
                        node = &entry.node;
                    }
                    None => break,
                },
                (Step::Index(index), Value::List(nodes)) => match nodes.get(*index) {
                    Some(element) => {
                        span = Some(element.span.clone());
                        node = element;
                    }
                    None => break,
                },
                _ => break,
            }
        }
        span
    }
}

impl Place {
    /// Whether it was written.
    pub(crate) fn is_in(&self, root: &Node) -> bool {
        let mut node = root;
        for step in &self.0 {
            let next = match (step, &node.value) {
                (Step::Key(key), Value::Table(_)) => node.entry(key).map(|entry| &entry.node),
                (Step::Index(index), Value::List(nodes)) => nodes.get(*index),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => return false,
            }
        }
        true
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the configuration");
        }
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if position == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
