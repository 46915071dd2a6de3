//! What a request would run, if the server read it in one of many sloppy ways.
//!
//! Some servers take the last of two members, some the first; some compare names without case; some take
//! a byte order mark, a form, a header or the query for what is missing. Here all of them are asked, and
//! what one of them would run counts as run.

use std::collections::BTreeSet;

use super::{
    hidden,
    json::{Value, documents},
    server::Heard,
    uri,
};

/// Methods that the policy denies, as they are folded.
const DENIED: [&str; 9] = [
    "admin/reset",
    "logging/setlevel",
    "tasks/get",
    "tasks/result",
    "tasks/list",
    "tasks/cancel",
    "tasks/update",
    "notifications/tasks/status",
    "notifications/admin/reset",
];

/// Methods with a subject that a rule may be about.
const USES: [&str; 6] = [
    "tools/call",
    "prompts/get",
    "resources/read",
    "resources/subscribe",
    "resources/unsubscribe",
    "completion/complete",
];

/// Everything denied that a sloppy server would run.
pub(super) fn runs(heard: &Heard) -> BTreeSet<String> {
    let mut runs = BTreeSet::new();
    let packed = heard
        .values("content-encoding")
        .any(|coding| !coding.eq_ignore_ascii_case("identity"));
    if packed {
        runs.insert("a body that only the server can unpack".to_owned());
    }
    if heard.verb.eq_ignore_ascii_case("post") || !heard.body.is_empty() {
        for text in texts(&heard.body) {
            for document in documents(&text) {
                message(&document, heard, &mut runs);
            }
        }
    }
    runs
}

/// The body in the ways in which it could be decoded.
fn texts(body: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(body).into_owned();
    let wide = |decode: fn([u8; 2]) -> u16| {
        let units = body.chunks_exact(2).map(|pair| decode([pair[0], pair[1]]));
        String::from_utf16_lossy(&units.collect::<Vec<_>>())
    };
    let mut texts = vec![wide(u16::from_le_bytes), wide(u16::from_be_bytes)];
    if !text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with(['{', '['])
    {
        // A form, or several parts, or a prefix against a page that reads it as a script.
        let fields = text
            .split('&')
            .map(|field| field.split_once('=').map_or("", |(_, value)| value));
        texts.extend(fields.map(|value| uri::decoded(&value.replace('+', " "))));
        texts.push(
            text.find('{')
                .map_or_else(String::new, |at| text[at..].to_owned()),
        );
    }
    texts.push(text);
    texts
}

fn message(value: &Value, heard: &Heard, runs: &mut BTreeSet<String>) {
    let members = match value {
        Value::Array(items) => return items.iter().for_each(|item| message(item, heard, runs)),
        Value::Text(text) if text.contains('{') => {
            return documents(text)
                .iter()
                .for_each(|inner| message(inner, heard, runs));
        }
        Value::Text(_) | Value::Bare(_) => return,
        Value::Object(members) => inherited(members),
    };
    let mut methods: Vec<String> = all(&members, "method").flat_map(words).collect();
    if methods.is_empty() {
        methods.extend(heard.values("mcp-method").map(str::to_owned));
        methods.extend(heard.parameters("method"));
    }
    let methods: Vec<_> = methods.iter().map(|method| folded(method)).collect();
    let denied = methods
        .iter()
        .filter(|method| DENIED.contains(&method.as_str()));
    runs.extend(denied.map(|method| format!("method {method}")));
    let params: Vec<_> = all(&members, "params").flat_map(objects).collect();
    let uses = methods.iter().any(|method| USES.contains(&method.as_str()));
    if uses {
        let mut names = names(&members);
        names.extend(params.iter().flat_map(|params| names_in(params)));
        names.extend(heard.values("mcp-name").flat_map(routed));
        if names.is_empty() {
            names.extend(
                ["name", "uri"]
                    .into_iter()
                    .flat_map(|key| heard.parameters(key)),
            );
        }
        runs.extend(names.iter().flat_map(|name| subjects(name)));
    }
    if methods
        .iter()
        .any(|method| method == "subscriptions/listen")
    {
        let wanted = params
            .iter()
            .flat_map(|params| all(params, "notifications"));
        let uris = wanted.flat_map(strings);
        runs.extend(
            uris.filter(|uri| hidden::denies_uri(uri))
                .map(|uri| format!("resource {uri}")),
        );
    }
    let tasks = params
        .iter()
        .any(|params| all(params, "task").next().is_some());
    if uses && tasks {
        runs.insert("feature tasks".to_owned());
    }
    announced(&params, runs);
    answered(&members, &params, runs);
}

/// Features that a client says it has, and that the server would use.
fn announced(params: &[Vec<(String, Value)>], runs: &mut BTreeSet<String>) {
    for params in params {
        let metas = all(params, "_meta").flat_map(objects);
        let modern = metas.flat_map(|meta| {
            let found = all(&meta, "io.modelcontextprotocol/clientcapabilities");
            found.flat_map(objects).collect::<Vec<_>>()
        });
        let legacy = all(params, "capabilities").flat_map(objects);
        for capabilities in modern.chain(legacy) {
            let features = ["sampling", "elicitation", "tasks"].into_iter();
            let found = features.filter(|feature| all(&capabilities, feature).next().is_some());
            runs.extend(found.map(|feature| format!("feature {feature}")));
        }
    }
}

/// Features that the client uses by an answer.
fn answered(
    members: &[(String, Value)],
    params: &[Vec<(String, Value)>],
    runs: &mut BTreeSet<String>,
) {
    let results = all(members, "result").flat_map(objects);
    let inputs = params.iter().flat_map(|params| {
        let inputs = all(params, "inputresponses").flat_map(objects);
        let entries = inputs.flat_map(|inputs| inputs.into_iter().map(|(_, entry)| entry));
        entries
            .flat_map(|entry| objects(&entry))
            .collect::<Vec<_>>()
    });
    for result in results.chain(inputs) {
        let has = |keys: &[&str]| keys.iter().any(|key| all(&result, key).next().is_some());
        if has(&["role", "content", "model"]) {
            runs.insert("feature sampling".to_owned());
        }
        if has(&["action"]) {
            runs.insert("feature elicitation".to_owned());
        }
        if has(&["task", "tasks", "taskid", "status"]) {
            runs.insert("feature tasks".to_owned());
        }
    }
}

/// A name with what it stands for, if that is denied.
fn subjects(name: &str) -> Vec<String> {
    let trimmed: String = name.chars().take_while(|letter| *letter != '\0').collect();
    let is_visible =
        |letter: &char| !letter.is_control() && !('\u{200b}'..='\u{200f}').contains(letter);
    let trimmed: String = trimmed.trim().chars().filter(is_visible).collect();
    let mut found = Vec::new();
    let mut add = |kind: &str, name: &str| found.push(format!("{kind} {name}"));
    for tool in hidden::TOOLS.into_iter().filter(|tool| *tool == trimmed) {
        add("tool", tool);
    }
    for prompt in hidden::PROMPTS
        .into_iter()
        .filter(|prompt| *prompt == trimmed)
    {
        add("prompt", prompt);
    }
    if hidden::TEMPLATES.contains(&trimmed.as_str()) || hidden::denies_uri(name) {
        add("resource", &trimmed);
    }
    found
}

/// The names in an object of parameters, and in what it refers to.
fn names_in(params: &[(String, Value)]) -> Vec<String> {
    let mut found = names(params);
    for reference in all(params, "ref").flat_map(objects) {
        found.extend(names(&reference));
    }
    found
}

fn names(members: &[(String, Value)]) -> Vec<String> {
    let keys = ["name", "uri", "taskid"].into_iter();
    keys.flat_map(|key| all(members, key).flat_map(words).collect::<Vec<_>>())
        .collect()
}

/// The values of every member whose name could be taken for this one.
fn all<'a>(members: &'a [(String, Value)], name: &'a str) -> impl Iterator<Item = &'a Value> {
    members
        .iter()
        .filter(move |(key, _)| folded(key) == name)
        .map(|(_, value)| value)
}

/// With the members of prototypes, which some runtimes give to the object itself.
fn inherited(members: &[(String, Value)]) -> Vec<(String, Value)> {
    let mut all = members.to_vec();
    for (name, value) in members {
        if let ("__proto__" | "constructor" | "prototype", Value::Object(inner)) =
            (name.as_str(), value)
        {
            all.extend(inherited(inner));
        }
    }
    all
}

/// A value as objects: itself, the elements of an array, the content of a text.
fn objects(value: &Value) -> Vec<Vec<(String, Value)>> {
    match value {
        Value::Object(members) => vec![inherited(members)],
        Value::Array(items) => {
            let texts = items.iter().filter_map(Value::text);
            let named = texts.map(|text| vec![("name".to_owned(), Value::Text(text.to_owned()))]);
            named
                .chain(
                    items
                        .iter()
                        .filter(|item| item.text().is_none())
                        .flat_map(objects),
                )
                .collect()
        }
        Value::Text(text) => documents(text)
            .iter()
            .filter(|inner| inner.text().is_none())
            .flat_map(objects)
            .collect(),
        Value::Bare(_) => Vec::new(),
    }
}

/// A value as words: itself, or the elements of an array.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) | Value::Bare(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(words).collect(),
        Value::Object(members) => members.iter().flat_map(|(_, value)| words(value)).collect(),
    }
}

/// All strings within a value.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.clone()],
        Value::Bare(_) => Vec::new(),
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(_, value)| strings(value))
            .collect(),
    }
}

/// What a routing header says: as it stands, each part of it, and decoded.
fn routed(line: &str) -> Vec<String> {
    let mut found: Vec<String> = line.split(',').map(|part| part.trim().to_owned()).collect();
    found.push(uri::decoded(line));
    found.push(line.to_owned());
    found
}

/// A key or method as a careless comparison sees it.
fn folded(text: &str) -> String {
    let text = text.split('\0').next().unwrap_or_default();
    let folded: String = text
        .trim()
        .chars()
        .filter(|letter| !letter.is_control() && !letter.is_whitespace() && *letter != '\u{200b}')
        .map(|letter| match letter {
            '\u{17f}' => 's',
            '\u{212a}' => 'k',
            letter => letter.to_ascii_lowercase(),
        })
        .collect();
    folded.trim_matches('/').replace("//", "/")
}
