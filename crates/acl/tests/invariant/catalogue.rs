//! What a server offers, with all the odd entries that there are.

use std::collections::HashSet;

use proptest::prelude::*;

/// The four lists of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum List {
    Tools,
    Prompts,
    Resources,
    Templates,
}

impl List {
    pub(crate) const ALL: [Self; 4] =
        [Self::Tools, Self::Prompts, Self::Resources, Self::Templates];

    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::Tools => "tools/list",
            Self::Prompts => "prompts/list",
            Self::Resources => "resources/list",
            Self::Templates => "resources/templates/list",
        }
    }

    /// The key of the list in a result.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Prompts => "prompts",
            Self::Resources => "resources",
            Self::Templates => "resourceTemplates",
        }
    }

    /// The key of an entry's name.
    fn name(self) -> &'static str {
        match self {
            Self::Tools | Self::Prompts => "name",
            Self::Resources => "uri",
            Self::Templates => "uriTemplate",
        }
    }

    pub(crate) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Tools | Self::Prompts => NAMES,
            Self::Resources => URIS,
            Self::Templates => TEMPLATES,
        }
    }
}

pub(crate) const NAMES: &[&str] = &[
    "add",
    "get_a",
    "get_b",
    "wipe",
    "",
    " ",
    "a b",
    "na\u{EF}ve",
    "\u{65E5}\u{672C}",
    "=?base64?YWRk?=",
    "quote\"d",
    "back\\slash",
    "sl/ash",
    "*",
    "get_*",
    "ADD",
    "add\u{200B}",
    "__proto__",
    "tab\there",
    "nul\0",
    "del\u{7F}",
    "\u{85}",
    "a,b]}",
];

pub(crate) const URIS: &[&str] = &[
    "file:///a",
    "file:///a/b",
    "file:///a/b/c",
    "file:///a/../b",
    "file:///a/%2e%2e/b",
    "FILE:///a",
    "file:///%61",
    "http://h",
    "http://h/",
    "http://h:80/x",
    "http://H/x",
    "urn:x",
    "x",
    "",
    "file:///a b",
    "file:///\u{FC}",
    "c:\\x",
    "file:///tab\t",
    "file:///q?x=%2F#y",
];

pub(crate) const TEMPLATES: &[&str] = &[
    "file:///{x}",
    "file:///a/{x}",
    "file:///a/{x}/../b",
    "db:///{t}/{id}",
    "file:///a",
    "http://h:80/x",
    "{+any}",
    "file:///a b/{x}",
    "",
];

/// What the annotations of a tool look like; the last ones cannot be read.
const ANNOTATIONS: &[&str] = &[
    "",
    r#","annotations":{}"#,
    r#","annotations":{"readOnlyHint":true}"#,
    r#","annotations":{"readOnlyHint":false,"destructiveHint":false}"#,
    r#","annotations":{"title":"t","destructiveHint":true}"#,
    r#","annotations":{"readOnlyHint":"true"}"#,
    r#","annotations":null"#,
    r#","Annotations":{"readOnlyHint":true}"#,
];

/// One entry of a list, as the server writes it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// `None` when there is none that all clients read alike.
    pub(crate) name: Option<&'static str>,
    pub(crate) raw: String,
}

/// The entries of one list. Those of one name stand on one page: what the last list says of a tool
/// counts, and pages are lists.
pub(crate) fn entries(list: List) -> impl Strategy<Value = Vec<Entry>> {
    let names = list.names();
    // Some names are more likely, so that they come twice.
    let name = prop_oneof![0..4_usize, 0..names.len()];
    let entry = (name, 0..4_u8, 0..16_u8, 0..ANNOTATIONS.len());
    let shared = prop::collection::vec(0..ANNOTATIONS.len(), names.len());
    (prop::collection::vec(entry, 0..7), shared).prop_map(move |(entries, shared)| {
        let entries = entries.into_iter().map(|(index, spelling, oddity, own)| {
            // Mostly the tools of one name agree.
            let annotations = match (list, oddity) {
                (List::Tools, 13..) => ANNOTATIONS[own],
                (List::Tools, _) => ANNOTATIONS[shared[index]],
                _ => "",
            };
            write(list, names[index], spelling, oddity, annotations)
        });
        entries.collect()
    })
}

fn write(list: List, name: &'static str, spelling: u8, oddity: u8, annotations: &str) -> Entry {
    let key = list.name();
    let upper = key.to_uppercase();
    let value = spell(name, spelling);
    let (name, members) = match oddity {
        0 => (None, format!(r#""title":{value}"#)),
        1 => (None, format!(r#""{upper}":{value}"#)),
        2 => (None, format!(r#""{key}":{value},"{upper}":"add""#)),
        3 => (None, format!(r#""{key}":7"#)),
        4 => (
            Some(name),
            format!(r#""x":{{"{key}":"wipe"}},"{key}":{value}"#),
        ),
        5 => (
            Some(name),
            format!("\"{key}\"\n:\t{value} ,\"\\u0064\":[1.50,{{}}]"),
        ),
        6 => (Some(name), format!("{}:{value}", spell(key, 1))),
        _ => (Some(name), format!(r#""{key}":{value}"#)),
    };
    let raw = format!("{{{members}{annotations}}}");
    Entry { name, raw }
}

/// A string of JSON, in one of the ways to write it.
fn spell(text: &str, spelling: u8) -> String {
    match spelling {
        1 => {
            let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
            format!("\"{}\"", units.collect::<String>())
        }
        2 => serde_json::to_string(text).unwrap().replace('/', "\\/"),
        _ => serde_json::to_string(text).unwrap(),
    }
}

/// Cuts a list into pages of at least this many entries.
pub(crate) fn pages(entries: &[Entry], length: usize) -> Vec<&[Entry]> {
    let mut pages = Vec::new();
    let (mut start, mut names) = (0, HashSet::new());
    for end in 0..entries.len() {
        names.insert(entries[end].name);
        let is_full = end + 1 - start >= length;
        let rest = &entries[end + 1..];
        if is_full && !rest.iter().any(|entry| names.contains(&entry.name)) {
            pages.push(&entries[start..=end]);
            (start, names) = (end + 1, HashSet::new());
        }
    }
    pages.push(&entries[start..]);
    pages
}
