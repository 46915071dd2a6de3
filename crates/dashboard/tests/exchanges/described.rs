//! What is answered is what the description says.

use std::sync::LazyLock;

use serde_json::Value;

static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../src/api/openapi.json")).unwrap());

/// Fails where this answer is not the one that is described. Stricter than a schema has to be: each member has to be
/// described, but for those of a line, which has a description of its own.
pub(crate) fn agrees(path: &str, status: u16, answer: &Value) {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let path = match path.strip_prefix("exchanges/") {
        Some(_) => "exchanges/{id}",
        None => path,
    };
    let Some(described) = DESCRIPTION["paths"].get(format!("/{path}")) else {
        assert_eq!(status, 404, "`{path}` is not described");
        return check(
            &DESCRIPTION["components"]["schemas"]["Problem"],
            answer,
            path,
        );
    };
    let response = &described["get"]["responses"][status.to_string()];
    assert!(
        response.is_object(),
        "`{path}` does not say that it answers {status}"
    );
    let content = &followed(response)["content"];
    check(&content["application/json"]["schema"], answer, path);
}

fn followed(schema: &'static Value) -> &'static Value {
    let Some(reference) = schema.get("$ref") else {
        return schema;
    };
    let pointer = reference.as_str().unwrap().strip_prefix('#').unwrap();
    let schema = DESCRIPTION.pointer(pointer);
    followed(schema.unwrap_or_else(|| panic!("`{pointer}` leads nowhere")))
}

fn check(schema: &'static Value, value: &Value, place: &str) {
    let schema = followed(schema);
    let kinds = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().map(|kind| kind.as_str().unwrap()).collect(),
        _ => panic!("{place}: no type"),
    };
    let is_one = kinds.iter().any(|kind| is_of(value, kind));
    assert!(is_one, "{place}: {value} is none of {kinds:?}");
    let known = [
        "type",
        "required",
        "properties",
        "items",
        "format",
        "description",
    ];
    for keyword in schema.as_object().unwrap().keys() {
        assert!(
            known.contains(&keyword.as_str()),
            "{place}: {keyword} is not checked"
        );
    }
    match value {
        Value::Object(members) if schema.get("properties").is_some() => {
            let properties = schema["properties"].as_object().unwrap();
            for name in schema["required"].as_array().unwrap() {
                let name = name.as_str().unwrap();
                assert!(members.contains_key(name), "{place}: no `{name}`");
            }
            let is_line = schema["description"]
                .as_str()
                .is_some_and(|it| it.starts_with("A line"));
            for (name, value) in members {
                match properties.get(name) {
                    Some(schema) => check(schema, value, &format!("{place}.{name}")),
                    None => assert!(is_line, "{place}: `{name}` is not described"),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                check(&schema["items"], item, place);
            }
        }
        Value::String(text) => match schema["format"].as_str() {
            Some("date-time") => assert!(is_moment(text), "{place}: {text}"),
            Some("uuid") => assert_eq!(text.len(), 36, "{place}: {text}"),
            format => assert_eq!(format, None, "{place}"),
        },
        _ => {}
    }
}

fn is_moment(text: &str) -> bool {
    text.len() >= 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z')
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        _ => panic!("`{kind}` is not checked"),
    }
}

#[test]
fn what_is_not_described_is_found() {
    use serde_json::json;
    let fails = |path: &'static str, status, answer: Value| {
        std::panic::catch_unwind(move || agrees(path, status, &answer)).is_err()
    };
    let percentiles = json!({ "count": 1, "is_exact": true, "p50_us": null, "p90_us": 2, "p95_us": 3, "p99_us": 4 });
    assert!(!fails("percentiles?last=1h", 200, percentiles.clone()));
    let with = |name: &str, value: Value| {
        let mut percentiles = percentiles.clone();
        percentiles[name] = value;
        percentiles
    };
    assert!(fails("percentiles", 200, with("p50_us", json!("1"))));
    assert!(fails("percentiles", 200, with("p75_us", json!(1))));
    assert!(fails("percentiles", 418, percentiles.clone()));
    assert!(fails("percentiles", 200, json!({ "count": 1 })));
    assert!(fails("nowhere", 200, json!({})));
}
