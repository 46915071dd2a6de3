//! What the policy of the suite denies, and whether it can be seen in what a client gets.

use super::{json, uri, wire::Reply};

/// The rules. All that they do not allow is denied.
pub(super) const POLICY: &str = r#"
[[proxy.acl.rule]]
name = "readers"
tools = ["get_*"]
resources = ["file:///public/**"]
templates = ["file:///public/{name}"]
prompts = ["hello"]
features = ["roots"]

[[proxy.acl.rule]]
name = "never"
effect = "deny"
tools = ["get_secret_codes"]
resources = ["file:///public/private/**"]

[[proxy.acl.rule]]
name = "with a scope"
tools = ["delete_report"]
needs_scopes = ["reports:delete"]

[[proxy.acl.rule]]
name = "blue team"
headers = { "x-team" = ["blue"] }
tools = ["list_accounts"]

[[proxy.acl.rule]]
name = "the office"
addresses = ["10.0.0.0/8"]
tools = ["open_door"]

[[proxy.acl.rule]]
name = "the administrator"
keys = ["admin"]
tools = ["wipe_disk"]
prompts = ["inner_circle"]

[[proxy.acl.rule]]
name = "harmless"
annotations = { readOnlyHint = true }
tools = ["describe_*"]
"#;

/// Tools that are denied to who comes without more. All but `delete_report` are hidden too.
pub(super) const TOOLS: [&str; 6] = [
    "wipe_disk",
    "get_secret_codes",
    "delete_report",
    "list_accounts",
    "open_door",
    "describe_nothing",
];

/// Prompts that are denied.
pub(super) const PROMPTS: [&str; 1] = ["inner_circle"];

/// Templates that are denied.
pub(super) const TEMPLATES: [&str; 1] = ["file:///vault/{id}"];

/// Texts by which something hidden is recognised.
const MARKS: [&str; 10] = [
    "wipe_disk",
    "get_secret_codes",
    "list_accounts",
    "open_door",
    "describe_nothing",
    "secret/plan",
    "private/key",
    "hidden/thing",
    "inner_circle",
    "vault/{",
];

/// `[...]` as the server lists it: what is allowed between what is not.
pub(super) fn list(kind: &str) -> &'static str {
    match kind {
        "tools" => {
            r#"[{"name":"wipe_disk","inputSchema":{"type":"object"}},{"name":"get_weather","inputSchema":{"type":"object"}},{"name":"get_secret_codes","inputSchema":{"type":"object"}},{"name":"get_time","inputSchema":{"type":"object"}},{"name":"list_accounts","inputSchema":{"type":"object"}}]"#
        }
        "resources" => {
            r#"[{"uri":"file:///secret/plan","name":"a"},{"uri":"file:///public/map","name":"b"},{"uri":"file:///public/private/key","name":"c"},{"uri":"demo://hidden/thing","name":"d"}]"#
        }
        "templates" => {
            r#"[{"uriTemplate":"file:///vault/{id}","name":"a"},{"uriTemplate":"file:///public/{name}","name":"b"}]"#
        }
        "prompts" => r#"[{"name":"inner_circle"},{"name":"hello"}]"#,
        other => panic!("the server has no list of {other}"),
    }
}

/// Whether a URI leads, in one of several readings, to what is denied.
pub(super) fn denies_uri(text: &str) -> bool {
    uri::places(text)
        .iter()
        .any(|place| match place.strip_prefix("file:///") {
            Some("public") => false,
            Some(path) => !is_below("public", path) || is_below("public/private", path),
            None => place.starts_with("demo://hidden"),
        })
}

/// The folder itself is none of what a pattern with `/**` is about, and so neither denied.
fn is_below(folder: &str, path: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// What is hidden, not in what the client has sent, and in what it gets.
pub(super) fn shown(reply: &Reply, sent: &[u8]) -> Vec<&'static str> {
    let sent = views(sent);
    let got: Vec<String> = [&reply.raw, &reply.head, &reply.body]
        .into_iter()
        .flat_map(|bytes| views(bytes))
        .collect();
    let stands_in = |views: &[String], mark: &str| views.iter().any(|view| view.contains(mark));
    let mut shown: Vec<_> = MARKS
        .into_iter()
        .filter(|mark| stands_in(&got, mark) && !stands_in(&sent, mark))
        .collect();
    if reply.is_packed() {
        shown.push("something in a body that is packed");
    }
    shown
}

/// Bytes in the ways in which a name in them could be written.
fn views(bytes: &[u8]) -> Vec<String> {
    // Megabytes of one letter hide nothing.
    let runs = bytes.chunk_by(|one, next| one == next);
    let short = runs.flat_map(|run| &run[..run.len().min(64)]);
    let narrow: Vec<u8> = short.copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8_lossy(&narrow).to_lowercase();
    let plain = uri::decoded(&text);
    // A lenient parser undoes every escape, wherever it stands.
    let quoted = format!("\"{}\"", text.replace('"', "'"));
    let unescaped = json::documents(&quoted);
    let unescaped = unescaped.iter().filter_map(json::Value::text);
    let unescaped: String = unescaped.collect();
    // An event may be cut into several lines.
    let joined = text
        .replace("\r\n", "\n")
        .replace("\ndata: ", "")
        .replace("\ndata:", "");
    vec![plain, unescaped, joined, text]
}

#[test]
fn a_name_is_seen_in_every_disguise() {
    let reply = |body: &str| Reply {
        body: body.as_bytes().to_vec(),
        ..Reply::default()
    };
    for body in [
        "x wipe_disk y",
        r#"{"name":"\u0077ipe_disk"}"#,
        "w\0i\0p\0e\0_\0d\0i\0s\0k\0",
        "Wipe_Disk",
        "wipe%5fdisk",
        r"file:\/\/\/secret\/plan",
        "data: \"wipe_\ndata: disk\"",
    ] {
        assert!(!shown(&reply(body), b"").is_empty(), "{body}");
    }
    assert!(shown(&reply("get_weather"), b"").is_empty());
    assert!(shown(&reply("wipe_disk"), br"w\u0069pe_disk").is_empty());
}

#[test]
fn what_is_denied_is_known_by_its_uri() {
    for uri in ["file:///public/map", "file:///public/", "demo://other", "x"] {
        assert!(!denies_uri(uri), "{uri}");
    }
    for uri in [
        "file:///etc",
        "file:///public/../a",
        "file:///public/private/a",
        "demo://hidden/a",
    ] {
        assert!(denies_uri(uri), "{uri}");
    }
}
