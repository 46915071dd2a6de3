//! What must hold for every body whatsoever. Shared by the property tests and the fuzz target.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use tollbar_mcp::json::{self, Kind, Slice};
use tollbar_mcp::{Call, Limits, Message, MessageKind, Method, ServerDocument, Subject, header};

/// Parses a body in every way, and holds what was accepted against `serde_json`.
pub(crate) fn check(body: &[u8]) {
    let limits = Limits::default();
    if let Ok(text) = std::str::from_utf8(body) {
        let value = serde_json::from_str::<Value>(text);
        if json::check(text, 127).is_ok() {
            let value = value.as_ref().expect("what we accept, serde_json accepts");
            assert_eq!(&tree(Slice::new(text), text), value);
            serde_json::from_str::<Unique>(text).expect("no key twice");
        }
        // On text that was never validated: no panic, and an end.
        walk(Slice::new(text), 0);
    }
    if let Ok(document) = ServerDocument::parse(body, &limits) {
        let value: Value = serde_json::from_slice(body).expect("server documents are JSON");
        assert_eq!(document.is_batch(), value.is_array());
        for message in document.messages() {
            assert_eq!(body.get(message.span()), Some(message.raw().as_bytes()));
        }
    }
    for headers in heads(body) {
        match Call::post(&headers, body, &limits) {
            Ok(call) => accepted(&call, body, &headers),
            Err(malformed) => {
                let answer: Value =
                    serde_json::from_slice(&malformed.to_body()).expect("an answer is JSON");
                assert_eq!(answer["error"]["code"], malformed.code().0);
            }
        }
    }
}

/// Headers with which a body may be accepted: none, and those that a modern client would send with it.
fn heads(body: &[u8]) -> Vec<HeaderMap> {
    let mut modern = HeaderMap::new();
    modern.insert(
        "mcp-protocol-version",
        HeaderValue::from_static("2026-07-28"),
    );
    if let Ok(value) = serde_json::from_slice::<Value>(body) {
        let params = &value["params"];
        let named = [&params["name"], &params["uri"], &params["taskId"]];
        let name = named.into_iter().find_map(Value::as_str);
        let fields = [("mcp-method", value["method"].as_str()), ("mcp-name", name)];
        for (field, text) in fields {
            let value = text.map(|text| match field {
                "mcp-name" => Ok(header::encode(text)),
                _ => HeaderValue::from_str(text),
            });
            if let Some(Ok(value)) = value {
                modern.insert(HeaderName::from_static(field), value);
            }
        }
    }
    vec![HeaderMap::new(), modern]
}

/// The envelope and the subject are what `serde_json` reads.
fn accepted(call: &Call, body: &[u8], headers: &HeaderMap) {
    let value: Value = serde_json::from_slice(body).expect("what we accept, serde_json accepts");
    serde_json::from_slice::<Unique>(body).expect("no key twice");
    let values = match &value {
        Value::Array(values) => values.iter().collect(),
        _ => vec![&value],
    };
    assert_eq!(call.is_batch(), value.is_array());
    assert_eq!(call.messages().len(), values.len());
    for (message, value) in call.messages().iter().zip(values) {
        assert_eq!(&part(body, message.span()), value);
        matches(message, value, body);
        if headers.contains_key("mcp-protocol-version") {
            modern(message, value);
        }
    }
}

fn matches(message: &Message, value: &Value, body: &[u8]) {
    let object = value.as_object().expect("a message is an object");
    assert_eq!(value["jsonrpc"], "2.0");
    assert_eq!(
        message.method().map(Method::as_str),
        value["method"].as_str()
    );
    let known = ["jsonrpc", "id", "method", "params", "result", "error"];
    assert!(object.keys().all(|key| known.contains(&key.as_str())));
    let id = message
        .id()
        .map(|id| serde_json::from_str::<Value>(&id.as_json()).expect("an id is JSON"));
    assert_eq!(id.as_ref(), object.get("id"));
    let kind = match (object.contains_key("method"), object.contains_key("id")) {
        (true, true) => MessageKind::Request,
        (true, false) => MessageKind::Notification,
        (false, _) => MessageKind::Response,
    };
    assert_eq!(message.kind(), kind);
    let params = &value["params"];
    for (span, expected) in [
        (message.params(), object.get("params")),
        (message.arguments(), params.get("arguments")),
        (message.meta(), params.get("_meta")),
    ] {
        assert_eq!(span.map(|span| part(body, span)).as_ref(), expected);
    }
    let path = match value["method"].as_str() {
        Some("tools/call" | "prompts/get") => Some("/params/name"),
        Some("resources/read" | "resources/subscribe" | "resources/unsubscribe") => {
            Some("/params/uri")
        }
        Some(
            "tasks/get"
            | "tasks/result"
            | "tasks/update"
            | "tasks/cancel"
            | "notifications/tasks/status",
        ) => Some("/params/taskId"),
        Some("completion/complete") if params["ref"]["type"] == "ref/prompt" => {
            Some("/params/ref/name")
        }
        Some("completion/complete") => Some("/params/ref/uri"),
        _ => None,
    };
    let name = message.subject().and_then(Subject::name);
    assert_eq!(
        name,
        path.and_then(|path| value.pointer(path))
            .and_then(Value::as_str)
    );
    assert!(
        path.is_none() || name.is_some(),
        "a subject is never missing"
    );
    if let Some(Subject::Subscriptions(filter)) = message.subject() {
        let filtered = &params["notifications"];
        let lists = [
            (
                "resourceSubscriptions",
                filter.resources(),
                filter.resource_spans(),
            ),
            ("taskIds", filter.tasks(), filter.task_spans()),
        ];
        for (key, names, spans) in lists {
            let expected = filtered[key].as_array().cloned().unwrap_or_default();
            assert_eq!(
                names
                    .iter()
                    .map(|name| Value::from(&**name))
                    .collect::<Vec<_>>(),
                expected
            );
            let parts: Vec<_> = spans.iter().map(|span| part(body, span.clone())).collect();
            assert_eq!(parts, expected);
        }
    }
    if message.method() == Some(&Method::Initialize) {
        assert_eq!(
            message.requested_version(),
            params["protocolVersion"].as_str()
        );
    }
}

fn modern(message: &Message, value: &Value) {
    if message.kind() == MessageKind::Request && message.method() != Some(&Method::Initialize) {
        let meta = &value["params"]["_meta"];
        assert_eq!(
            meta["io.modelcontextprotocol/protocolVersion"],
            "2026-07-28"
        );
        assert!(meta["io.modelcontextprotocol/clientCapabilities"].is_object());
    }
}

fn part(body: &[u8], span: Range<usize>) -> Value {
    let part = body.get(span).expect("a span lies in the body");
    serde_json::from_slice(part).expect("a span is one value")
}

/// Builds a value from slices alone.
fn tree(slice: Slice<'_>, text: &str) -> Value {
    assert_eq!(text.get(slice.span()), Some(slice.raw()));
    match slice.kind().expect("a valid value has a kind") {
        Kind::Array => slice
            .elements()
            .map(|element| tree(element, text))
            .collect(),
        Kind::Object => slice
            .members()
            .map(|(key, value)| {
                assert_eq!(slice.get(&key), Some(value));
                (key.into_owned(), tree(value, text))
            })
            .collect(),
        Kind::String => slice.as_str().expect("a string").into(),
        Kind::Bool => slice.as_bool().expect("a truth value").into(),
        Kind::Number | Kind::Null => {
            let value: Value = serde_json::from_str(slice.raw()).expect("a scalar");
            assert_eq!(
                slice.as_i64(),
                value
                    .as_i64()
                    .filter(|_| !slice.raw().contains(['.', 'e', 'E']))
            );
            value
        }
    }
}

fn walk(slice: Slice<'_>, depth: usize) {
    let _ = (
        slice.kind(),
        slice.as_str(),
        slice.as_i64(),
        slice.as_bool(),
    );
    if depth < 16 {
        slice
            .elements()
            .take(64)
            .for_each(|element| walk(element, depth + 1));
        slice
            .members()
            .take(64)
            .for_each(|(_, value)| walk(value, depth + 1));
    }
}

/// Any JSON in which no object has a key twice.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Unique;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON without duplicate keys")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Unique, A::Error> {
        while elements.next_element::<Unique>()?.is_some() {}
        Ok(Unique)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Unique, A::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = members.next_key::<String>()? {
            if !keys.insert(key) {
                return Err(serde::de::Error::custom("duplicate key"));
            }
            members.next_value::<Unique>()?;
        }
        Ok(Unique)
    }
}
