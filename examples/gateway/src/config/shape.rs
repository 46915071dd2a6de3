//! The check of a configuration against its own schema.
//!
//! A deserializer stops at the first thing it does not like. This walk reads the very schema that is
//! published (`tollbar-gateway config schema`) and names everything at once, with its place. It
//! knows the words that the schema uses, which a test keeps true.

use serde_json::{Map, Value as Json};

use super::{
    report::Problem,
    suggest,
    tree::{Entry, Node, Place, Value},
    value,
};

/// Everything in `root` that the schema does not allow. Unknown keys are taken out of the tree, so
/// that what is left can still be judged.
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

impl<'a> Walk<'a> {
    /// `key` is where the value's name stands, for what is missing inside it.
    fn node(&mut self, schema: &'a Json, node: &mut Node, place: &Place, key: Option<&Entry>) {
        let schema = self.resolve(schema);
        let Some(rules) = schema.as_object() else {
            return;
        };
        for word in ["anyOf", "oneOf"] {
            if let Some(choices) = rules.get(word).and_then(Json::as_array) {
                return self.choice(choices, node, place, key);
            }
        }
        if !allows_type(rules, &node.value) {
            let problem = Problem::error(format!(
                "`{place}` must be {}, not {}",
                expected(rules),
                node.kind()
            ));
            self.problems.push(problem.at(Some(node.span.clone())).fix(example(rules)));
            return;
        }
        match &mut node.value {
            Value::Table(entries) => self.table(rules, entries, place, key),
            Value::List(nodes) => self.list(rules, nodes, place),
            Value::Text(text) => {
                let complaint = self.text(rules, text);
                self.complain(complaint, node, place);
            }
            Value::Integer(number) => {
                let complaint = range(rules, *number);
                self.complain(complaint, node, place);
            }
            Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Time => {}
        }
    }

    fn complain(&mut self, complaint: Option<value::Complaint>, node: &Node, place: &Place) {
        if let Some(complaint) = complaint {
            let problem = Problem::error(format!("`{place}`: {}", complaint.message));
            self.problems.push(problem.at(Some(node.span.clone())).fix(complaint.fix));
        }
    }

    /// One of several shapes: the first that fits, else the one that fits best is talked about.
    fn choice(
        &mut self,
        choices: &'a [Json],
        node: &mut Node,
        place: &Place,
        key: Option<&Entry>,
    ) {
        let mut best: Option<(Node, Vec<Problem>)> = None;
        let fitting = choices.iter().filter(|choice| {
            let rules = self.resolve(choice).as_object();
            rules.is_some_and(|rules| shares_key(rules, &node.value))
        });
        for choice in fitting {
            let mut walk = Walk {
                schema: self.schema,
                problems: Vec::new(),
            };
            let mut tried = node.clone();
            walk.node(choice, &mut tried, place, key);
            let better = best
                .as_ref()
                .is_none_or(|(_, problems)| walk.problems.len() < problems.len());
            if better {
                best = Some((tried, walk.problems));
            }
        }
        if let Some((tried, problems)) = best {
            *node = tried;
            self.problems.extend(problems);
            return;
        }
        let kinds: Vec<String> = choices
            .iter()
            .filter_map(|choice| self.resolve(choice).as_object())
            .filter(|rules| !is_null(rules))
            .map(example)
            .collect();
        let problem = Problem::error(format!("`{place}` cannot be {}", node.kind()));
        let problem = problem.at(Some(node.span.clone()));
        self.problems.push(problem.fix(kinds.join(", or ")));
    }

    fn table(
        &mut self,
        rules: &'a Map<String, Json>,
        entries: &mut Vec<Entry>,
        place: &Place,
        key: Option<&Entry>,
    ) {
        let known = rules.get("properties").and_then(Json::as_object);
        let others = rules.get("additionalProperties");
        let mut unknown = Vec::new();
        for (position, entry) in entries.iter_mut().enumerate() {
            let inside = place.key(&entry.key);
            let schema = known
                .and_then(|known| known.get(&entry.key))
                .or_else(|| others.filter(|others| others.is_object()));
            if let Some(schema) = schema {
                let name = Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span.clone(),
                    node: Node::empty(),
                };
                self.node(schema, &mut entry.node, &inside, Some(&name));
            } else if others == Some(&Json::Bool(false)) {
                self.problems.push(unknown_key(entry, place, known));
                unknown.push(position);
            }
        }
        let required = rules.get("required").and_then(Json::as_array);
        for name in required.into_iter().flatten().filter_map(Json::as_str) {
            // A misspelt key is said to be unknown already, with the right one as the fix.
            let misspelt = unknown.iter().filter_map(|position| entries.get(*position)).any(|entry| {
                suggest::nearest(&entry.key, [name]).is_some()
            });
            if misspelt || entries.iter().any(|entry| entry.key == name) {
                continue;
            }
            let example = known
                .and_then(|known| known.get(name))
                .and_then(|schema| self.resolve(schema).as_object())
                .map(assignment)
                .unwrap_or_default();
            let problem = Problem::error(format!("`{name}` is missing in {}", quoted(place)))
                .at(key.map(|entry| entry.key_span.clone()))
                .fix(format!("add `{name}`{example}"));
            self.problems.push(problem);
        }
        for position in unknown.into_iter().rev() {
            entries.remove(position);
        }
    }

    fn list(&mut self, rules: &'a Map<String, Json>, nodes: &mut [Node], place: &Place) {
        let Some(items) = rules.get("items") else {
            return;
        };
        for (index, node) in nodes.iter_mut().enumerate() {
            let name = Entry {
                key: String::new(),
                key_span: node.span.clone(),
                node: Node::empty(),
            };
            self.node(items, node, &place.index(index), Some(&name));
        }
    }

    fn text(&self, rules: &Map<String, Json>, text: &str) -> Option<value::Complaint> {
        if let Some(words) = words(rules) {
            if words.contains(&text) {
                return None;
            }
            let list = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            let fix = match suggest::nearest(text, words) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("write one of {list}"),
            };
            return Some(value::Complaint::new(format!("`{text}` is not known here"), fix));
        }
        let format = rules.get("format").and_then(Json::as_str)?;
        value::complain(format, text)
    }

    fn resolve(&self, schema: &'a Json) -> &'a Json {
        let reference = schema.get("$ref").and_then(Json::as_str);
        reference
            .and_then(|reference| reference.strip_prefix('#'))
            .and_then(|pointer| self.schema.pointer(pointer))
            .unwrap_or(schema)
    }
}

fn unknown_key(entry: &Entry, place: &Place, known: Option<&Map<String, Json>>) -> Problem {
    let names = || known.into_iter().flat_map(Map::keys).map(String::as_str);
    let fix = match suggest::nearest(&entry.key, names()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => {
            let list: Vec<String> = names()
                .filter(|name| !name.starts_with('$'))
                .map(|name| format!("`{name}`"))
                .collect();
            format!("remove it; known keys are {}", list.join(", "))
        }
    };
    Problem::error(format!("unknown key `{}` in {}", entry.key, quoted(place)))
        .at(Some(entry.key_span.clone()))
        .fix(fix)
}

/// The values of an enumeration: schemars writes `enum`, or `const` for each value with a comment.
fn words(rules: &Map<String, Json>) -> Option<Vec<&str>> {
    if let Some(only) = rules.get("const") {
        return Some(only.as_str().into_iter().collect());
    }
    let words = rules.get("enum")?.as_array()?;
    Some(words.iter().filter_map(Json::as_str).collect())
}

/// The JSON types that a schema names; none means any.
fn types(rules: &Map<String, Json>) -> Vec<&str> {
    match rules.get("type") {
        Some(Json::String(name)) => vec![name],
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

fn allows_type(rules: &Map<String, Json>, value: &Value) -> bool {
    let types = types(rules);
    let name = match value {
        Value::Null => "null",
        Value::Boolean(_) => "boolean",
        Value::Integer(_) => "integer",
        Value::Number(_) => "number",
        Value::Text(_) => "string",
        Value::Time => "time",
        Value::List(_) => "array",
        Value::Table(_) => "object",
    };
    types.is_empty() || types.contains(&name)
}

/// Whether this value may be meant for this shape: of its type, and for a table with one of its
/// keys.
fn shares_key(rules: &Map<String, Json>, value: &Value) -> bool {
    let known = rules.get("properties").and_then(Json::as_object);
    match (value, known) {
        (Value::Table(entries), Some(known)) => {
            entries.is_empty() || entries.iter().any(|entry| known.contains_key(&entry.key))
        }
        _ => allows_type(rules, value),
    }
}

fn is_null(rules: &Map<String, Json>) -> bool {
    types(rules) == ["null"]
}

fn expected(rules: &Map<String, Json>) -> &'static str {
    match types(rules).first() {
        Some(&"boolean") => "true or false",
        Some(&"integer") => "an integer",
        Some(&"array") => "an array",
        Some(&"object") => "a table",
        _ => "a string",
    }
}

/// What a value looks like, as an instruction.
fn example(rules: &Map<String, Json>) -> String {
    match rules.get("examples").and_then(|examples| examples.get(0)) {
        Some(example) => format!("write it like `{}`", toml_text(example)),
        None => match expected(rules) {
            "true or false" => "write `true` or `false`, without quotes".to_owned(),
            "a string" => "write it in quotes".to_owned(),
            kind => format!("write {kind}"),
        },
    }
}

fn assignment(rules: &Map<String, Json>) -> String {
    match rules.get("examples").and_then(|examples| examples.get(0)) {
        Some(example) => format!(", such as `{}`", toml_text(example)),
        None => String::new(),
    }
}

/// A value as it would stand in a configuration.
fn toml_text(value: &Json) -> String {
    match value {
        Json::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{key} = {}", toml_text(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => other.to_string(),
    }
}

fn range(rules: &Map<String, Json>, number: i64) -> Option<value::Complaint> {
    let bound = |word| rules.get(word).and_then(Json::as_i64);
    let (least, most) = (bound("minimum"), bound("maximum"));
    let fits = least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most);
    (!fits).then(|| {
        let fix = match (least, most) {
            (Some(least), Some(most)) => format!("write a number from {least} to {most}"),
            (Some(least), None) => format!("write a number from {least}"),
            (None, _) => format!("write a number up to {}", most.unwrap_or(i64::MAX)),
        };
        value::Complaint::new(format!("{number} is out of range"), fix)
    })
}

fn quoted(place: &Place) -> String {
    if *place == Place::root() {
        place.to_string()
    } else {
        format!("`{place}`")
    }
}
