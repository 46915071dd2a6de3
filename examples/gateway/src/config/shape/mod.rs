//! The check of a configuration against its own schema.
//!
//! A deserializer stops at the first thing it does not like. This walk reads the very schema that is
//! published (`tollbar-gateway config schema`) and names everything at once, with its place. It
//! knows the words that the schema uses, which a test keeps true.

mod elsewhere;
mod rules;
mod synonym;

use std::ops::Range;

use serde_json::Value as Json;

use self::rules::Rules;
use super::{
    report::Problem,
    secret, section, suggest,
    tree::{Entry, Node, Place, Value},
    value::{self, Complaint},
};

/// Everything in `root` that the schema does not allow. What is wrong is taken out of the tree, so
/// that the rest can still be judged, with defaults in its place.
pub(crate) fn check(schema: &Json, root: &mut Node) -> Vec<Problem> {
    let mut walk = Walk {
        schema,
        problems: Vec::new(),
    };
    walk.node(schema, root, &Place::root(), None);
    walk.problems
}

struct Walk<'a> {
    schema: &'a Json,
    problems: Vec<Problem>,
}

/// Where the name of a value stands, to point at when something is missing inside.
type Name<'n> = Option<&'n Range<usize>>;

impl<'a> Walk<'a> {
    fn node(&mut self, schema: &'a Json, node: &mut Node, place: &Place, name: Name<'_>) {
        let rules = self.rules(schema);
        if let Value::Text(_) = node.value
            && self.takes_reference(rules)
        {
            self.problems.push(secret_in_the_open(node, place));
            return;
        }
        if let (Some(choices), None) = (rules.choices(), rules.words()) {
            return self.choice(choices, node, place, name);
        }
        if !rules.allows_type(&node.value) {
            let (expected, kind) = (rules.expected(), node.kind());
            let fix = match node.value {
                // The usual slip: `[proxy]` for `[[proxy]]`.
                Value::Table(_) if rules.items().is_some() => {
                    let header = place.header();
                    format!("there may be several: write `[[{header}]]`, in JSON `[{{ ... }}]`")
                }
                _ => elsewhere::section(node, place).unwrap_or_else(|| rules.instruction()),
            };
            let problem = Problem::error(format!("`{place}` must be {expected}, not {kind}"));
            self.problems
                .push(problem.at(Some(node.span.clone())).fix(fix));
            return;
        }
        let complaint = match &mut node.value {
            Value::Table(entries) => {
                self.table(rules, entries, place, name);
                None
            }
            Value::List(nodes) => {
                self.list(rules, nodes, place);
                None
            }
            Value::Text(text) => self::text(rules, text),
            Value::Integer(number) => rules.range(*number),
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Time => None,
        };
        if let Some(complaint) = complaint {
            let problem = Problem::error(format!("`{place}`: {}", complaint.message));
            let problem = problem.at(Some(node.span.clone())).fix(complaint.fix);
            self.problems.push(if complaint.concealed {
                problem.conceal()
            } else {
                problem
            });
        }
    }

    /// One of several shapes, told apart by their types.
    fn choice(&mut self, choices: &'a [Json], node: &mut Node, place: &Place, name: Name<'_>) {
        let fitting = choices
            .iter()
            .find(|choice| self.rules(choice).allows_type(&node.value));
        if let Some(choice) = fitting {
            return self.node(choice, node, place, name);
        }
        let wanted: Vec<String> = choices
            .iter()
            .map(|choice| self.rules(choice))
            .filter(|rules| !rules.is_null())
            .map(|rules| rules.instruction())
            .collect();
        let problem = Problem::error(format!("`{place}` cannot be {}", node.kind()));
        let problem = problem.at(Some(node.span.clone()));
        let fix = elsewhere::section(node, place);
        self.problems
            .push(problem.fix(fix.unwrap_or_else(|| wanted.join(", or "))));
    }

    fn table(&mut self, rules: Rules<'a>, entries: &mut Vec<Entry>, place: &Place, name: Name<'_>) {
        let mut keys = elsewhere::swallowed(entries, place);
        entries.retain_mut(|entry| {
            keys.push(entry.key.clone());
            let found = self.problems.len();
            let mut keep = true;
            match rules.member(&entry.key) {
                Some(schema) => {
                    let inside = place.key(&entry.key);
                    self.node(schema, &mut entry.node, &inside, Some(&entry.key_span));
                }
                None if rules.is_closed() => {
                    let problem = self.unknown_key(entry, place, rules);
                    self.problems.push(problem);
                    keep = false;
                }
                None => {}
            }
            if self.holds_secret(&entry.key, rules) || is_key(entry, place, rules) {
                self.problems.iter_mut().skip(found).for_each(Problem::hide);
            }
            if !keep {
                return false;
            }
            let inner = matches!(entry.node.value, Value::Table(_) | Value::List(_));
            inner || self.problems.len() == found
        });
        for missing in rules.required() {
            // A misspelt key is said to be unknown already, with the right one as the fix.
            let misspelt = keys.iter().any(|key| {
                rules.member(key).is_none() && suggest::nearest(key, [missing]).is_some()
            });
            if misspelt || keys.iter().any(|key| key == missing) {
                continue;
            }
            let fix = match rules.member(missing).map(|schema| self.rules(schema)) {
                Some(rules) if rules.items().is_some() => format!(
                    "add a `[[{}]]`, such as `tollbar-gateway config example` prints",
                    place.key(missing).header()
                ),
                rules => match rules.and_then(Rules::example) {
                    Some(example) => format!("add `{missing}`, such as `{missing} = {example}`"),
                    None => format!("add `{missing}`"),
                },
            };
            let problem = Problem::error(format!("`{missing}` is missing in {}", quoted(place)));
            self.problems.push(problem.at(name.cloned()).fix(fix));
        }
    }

    fn list(&mut self, rules: Rules<'a>, nodes: &mut Vec<Node>, place: &Place) {
        let Some(schema) = rules.items() else {
            return;
        };
        let mut index = 0;
        nodes.retain_mut(|node| {
            let found = self.problems.len();
            let span = node.span.clone();
            self.node(schema, node, &place.index(index), Some(&span));
            index += 1;
            // Tables stay, so that the places of those behind them stay true.
            matches!(node.value, Value::Table(_)) || self.problems.len() == found
        });
    }

    /// Whether a secret may only be referred to here.
    fn takes_reference(&self, rules: Rules<'a>) -> bool {
        let is_reference = |rules: Rules<'a>| rules.format() == Some(section::SECRET);
        let text = Value::Text(String::new());
        let choices = rules.choices().unwrap_or_default().iter();
        let mut choices = choices.map(|choice| self.rules(choice));
        is_reference(rules)
            || choices.clone().any(is_reference) && !choices.any(|choice| choice.allows_type(&text))
    }

    /// Whether what stands under this key may be a secret, by its name or by that which was probably
    /// meant.
    fn holds_secret(&self, key: &str, rules: Rules<'a>) -> bool {
        let meant = suggest::nearest(key, rules.members()).unwrap_or(key);
        let member = rules.member(meant);
        member.is_some_and(|schema| self.takes_reference(self.rules(schema)))
            || [key, meant].into_iter().any(secret::is_named) && !secret::is_harmless(meant)
    }

    fn unknown_key(&self, entry: &Entry, place: &Place, rules: Rules<'a>) -> Problem {
        let key = &entry.key;
        let nearest = || synonym::key(key, rules.members());
        let fix = if is_key(entry, place, rules) {
            "keys do not stand here: make one with `tollbar-gateway keys create`".to_owned()
        } else if let Some(fix) = elsewhere::instead(entry, place) {
            fix.to_owned()
        } else if let Some(header) = self.misplaced(key, place) {
            format!("did you mean `{header}`, behind its `[[proxy]]`?")
        } else if let Some(fix) = self.of_the_relay(entry, place) {
            fix
        } else if let Some(name) = self.of_a_server(key, place, rules) {
            format!(
                "`{name}` belongs in an `[[authorization_server]]`, which this plan names: \
                 `authorization_server = \"NAME\"`"
            )
        } else if let Some(name) = nearest() {
            format!("did you mean `{name}`?")
        } else if let Some(hint) = self.hint(key, place, rules) {
            format!("did you mean `annotations = {{ {hint} = true }}`?")
        } else {
            let list: Vec<String> = rules
                .members()
                .filter(|name| !name.starts_with('$'))
                .map(|name| format!("`{name}`"))
                .collect();
            let list = list.join(", ");
            match is_rule(place) {
                // What narrows a rule is not to be taken away.
                true => format!(
                    "say it by a key that is known, since without it the rule is about more; known \
                     keys are {list}"
                ),
                false => format!("remove it; known keys are {list}"),
            }
        };
        Problem::error(format!("unknown key `{key}` in {}", quoted(place)))
            .at(Some(entry.key_span.clone()))
            .fix(fix)
    }

    /// The annotation that is meant by a key of a rule.
    fn hint(&self, key: &str, place: &Place, rules: Rules<'a>) -> Option<&'a str> {
        if !is_rule(place) {
            return None;
        }
        let hints = self.rules(rules.member("annotations")?);
        synonym::key(key, hints.members())
    }

    /// The rules of a schema, or of the one it refers to.
    fn rules(&self, schema: &'a Json) -> Rules<'a> {
        let reference = schema.get("$ref").and_then(Json::as_str);
        let referred = reference
            .and_then(|reference| reference.strip_prefix('#'))
            .and_then(|pointer| self.schema.pointer(pointer));
        Rules::new(referred.unwrap_or(schema))
    }
}

/// Whether this may be a key of the gateway's own that stands where it must not: under `key` or
/// `keys` anywhere, and under any name that `[keys]` does not know.
fn is_key(entry: &Entry, place: &Place, rules: Rules<'_>) -> bool {
    let known = rules.member(&entry.key).is_some();
    let table = matches!(entry.node.value, Value::Table(_));
    match entry.key.to_ascii_lowercase().as_str() {
        // The section of this name is a table.
        "key" | "keys" => !known || !table,
        key => *place == Place::root().key("keys") && !known && !is_slip(key, rules),
    }
}

/// Whether a key that is known was probably meant.
fn is_slip(key: &str, rules: Rules<'_>) -> bool {
    suggest::nearest(key, rules.members()).is_some()
}

fn text(rules: Rules<'_>, text: &str) -> Option<Complaint> {
    let Some(words) = rules.words() else {
        return value::complain(rules.format()?, text);
    };
    if words.contains(&text) {
        return None;
    }
    let fix = match synonym::word(text, words.iter().copied()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => {
            let list: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("write one of {}", list.join(", "))
        }
    };
    Some(Complaint::new(format!("`{text}` is not known here"), fix))
}

/// Whether this is an access rule, or a part of one.
fn is_rule(place: &Place) -> bool {
    const RULE: &str = "proxy.acl.rule";
    let header = place.header();
    let rest = header.strip_prefix(RULE);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn secret_in_the_open(node: &Node, place: &Place) -> Problem {
    let problem = Problem::error(format!(
        "`{place}` is a secret, which must not stand in a configuration"
    ));
    let fix = "refer to it: `{ env = \"NAME\" }` or `{ file = \"path\" }`";
    problem.at(Some(node.span.clone())).fix(fix).conceal()
}

fn quoted(place: &Place) -> String {
    if *place == Place::root() {
        place.to_string()
    } else {
        format!("`{place}`")
    }
}
