//! The page about the configuration says what the schema says.

use std::collections::BTreeMap;

use serde_json::Value;

use super::toml;
use crate::config::{
    schema,
    section::SECRET,
    shape,
    source::{Format, Source},
    tree::Node,
    value::complain,
};

const PAGE: &str = include_str!("../../../../../docs/config.md");

/// Each key with its default, as the page writes it.
type Keys = BTreeMap<String, String>;

#[test]
fn the_page_has_every_key_of_the_schema_with_its_default_and_no_other() {
    let schema = schema();
    let mut keys = Keys::new();
    collect(&schema, &schema, "", &mut keys);
    assert!(keys.len() > 40, "the schema was not understood: {keys:?}");
    assert_eq!(documented(), keys);
}

/// The rows of tables that begin with a key.
fn documented() -> Keys {
    let rows = PAGE.lines().filter(|line| line.starts_with("| `"));
    rows.filter_map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [key, _, default, meaning] = cells.as_slice() else {
            return None;
        };
        assert!(meaning.ends_with('.'), "{row}");
        Some((
            key.trim_matches('`').to_owned(),
            default.trim_matches('`').to_owned(),
        ))
    })
    .collect()
}

/// The keys below a schema.
fn collect(root: &Value, schema: &Value, prefix: &str, keys: &mut Keys) {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let members = schema["properties"].as_object().into_iter().flatten();
    for (name, member) in members {
        let path = format!("{prefix}{name}");
        let target = resolve(root, member);
        // A reference to a secret is written in one way everywhere.
        let is_reference = target["format"] == SECRET;
        let table = target["properties"].is_object() && !is_reference;
        let list_of_tables = resolve(root, &target["items"])["properties"].is_object();
        if !table && !list_of_tables {
            let default = match &member["default"] {
                _ if required.contains(&Value::from(name.as_str())) => "required".to_owned(),
                Value::Null => "none".to_owned(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            keys.insert(path.clone(), default);
        }
        if !is_reference {
            below(root, target, &format!("{path}."), keys);
        }
    }
}

/// What is inside a table, an array of tables, or a table with names of its own.
fn below(root: &Value, target: &Value, prefix: &str, keys: &mut Keys) {
    collect(root, target, prefix, keys);
    collect(root, resolve(root, &target["items"]), prefix, keys);
    let values = resolve(root, &target["additionalProperties"]);
    for shape in values["anyOf"].as_array().into_iter().flatten() {
        keys.insert(format!("{prefix}NAME"), "none".to_owned());
        collect(root, resolve(root, shape), &format!("{prefix}NAME."), keys);
    }
}

/// The schema that is referred to, through a choice between it and nothing too.
fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let null = |choice: &&Value| choice["type"] != "null";
    let schema = match schema["anyOf"].as_array() {
        Some(choices) if choices.len() == 2 && choices.iter().filter(null).count() == 1 => {
            choices.iter().find(null).unwrap()
        }
        _ => schema,
    };
    match schema["$ref"].as_str() {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// All fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let opening = format!("\n```{language}\n");
    let parts = PAGE.split(&opening).skip(1);
    parts
        .map(|part| part.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_examples_on_the_page_are_valid() {
    let mut examples = blocks("toml");
    assert!(examples.len() >= 6);
    let smallest = examples.remove(0);
    let verdict = toml(&smallest);
    assert_eq!(verdict.count(), (0, 0), "{verdict}");
    // The others are the sections of one file. The files it refers to are not here.
    let source = Source::new("page".to_owned(), examples.concat(), Format::Toml);
    let mut problems = Vec::new();
    let mut tree = Node::parse(&source, &mut problems);
    problems.extend(shape::check(&schema(), &mut tree));
    let shown: String = problems
        .iter()
        .map(|problem| problem.show(Some(&source)).to_string())
        .collect();
    assert_eq!(shown, "");
    let json = blocks("json");
    let file = json.iter().find(|text| text.contains("$schema")).unwrap();
    let verdict = super::judge(file, Format::Json);
    assert_eq!(verdict.count(), (0, 0), "{verdict}");
}

#[test]
fn the_error_on_the_page_is_the_error_that_is_shown() {
    let block = blocks("text").remove(0);
    let text = "[listener]\nadress = \"127.0.0.1:8080\"\n".to_owned();
    let source = Source::new("gateway.toml".to_owned(), text, Format::Toml);
    let verdict = super::Verdict::of_source(
        source,
        &super::Overrides::default(),
        &super::environment("".as_ref()),
    );
    let shown = verdict.to_string();
    assert!(shown.contains(&block), "{shown}");
}

/// The check of a file skips words that it does not know, so there must be none.
#[test]
fn the_schema_uses_only_words_that_the_check_knows() {
    const WORDS: [&str; 17] = [
        "$defs",
        "$ref",
        "$schema",
        "additionalProperties",
        "anyOf",
        "const",
        "default",
        "description",
        "enum",
        "examples",
        "format",
        "items",
        "maximum",
        "minimum",
        "oneOf",
        "required",
        "title",
    ];
    fn walk(schema: &Value) {
        for (word, value) in schema.as_object().into_iter().flatten() {
            match word.as_str() {
                "properties" | "$defs" => value.as_object().unwrap().values().for_each(walk),
                "anyOf" | "oneOf" => value.as_array().unwrap().iter().for_each(walk),
                "items" | "additionalProperties" => walk(value),
                "type" => {}
                word => assert!(WORDS.contains(&word), "`{word}` in {schema}"),
            }
        }
        if let (Some("string"), Some(format)) = (schema["type"].as_str(), schema["format"].as_str())
        {
            // No format of ours takes the empty text.
            assert!(complain(format, "").is_some(), "`{format}` has no reader");
        }
        if schema["type"] == "object" {
            assert!(
                schema.get("additionalProperties").is_some(),
                "open: {schema}"
            );
        }
    }
    walk(&schema());
}
