//! Words for the person who starts the gateway.

use std::path::Path;

use serde_json::json;
use url::Url;

use crate::demo;

/// The inspector's version whose command line is known to be right.
const INSPECTOR: &str = "@modelcontextprotocol/inspector@2.12.0";

/// What a configuration is usually called.
pub(crate) const USUAL: &str = "gateway.toml";

/// How a command is told of this configuration: not at all, where it finds it by itself.
pub(crate) fn naming(path: &Path) -> String {
    match path == Path::new(USUAL) {
        true => String::new(),
        false => format!(" --config {}", path.display()),
    }
}

/// What to try with the demo.
pub(crate) fn demo(url: &str) -> String {
    let tools = demo::TOOLS;
    format!(
        "\n  A demo MCP server with {tools} tools, and the gateway in front of it.\n{}",
        single(url)
    )
}

/// The same where a configuration stands by, and may have been meant.
pub(crate) fn demo_beside_configuration(url: &str) -> String {
    let note = format!("`{USUAL}` here is not read: `tollbar-gateway --config {USUAL}`");
    format!("\n  {note}\n{}", demo(url))
}

/// What to try with a proxy.
pub(crate) fn single(url: &str) -> String {
    let initialize = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"curl","version":"1"}}}"#;
    let editor = json!({ "name": "tollbar", "type": "http", "url": url });
    format!(
        r#"
  {url}

  curl       curl -sS {url} -H 'content-type: application/json' -H 'accept: application/json, text/event-stream' -d '{initialize}'
  Inspector  npx -y {INSPECTOR} --cli {url} --transport http --method tools/list
  VS Code    code --add-mcp '{editor}'

  Nobody is asked for a credential (plan: keyless). To ask for keys:
  `tollbar-gateway config example > gateway.toml`, and docs/guide-keys.md.
  Inspector needs Node 22.19 or later. Each exchange is one line of JSON on standard output. Ctrl-C stops.

"#
    )
}

/// How many things are wrong.
pub(crate) fn count(errors: usize, warnings: usize) -> String {
    let plural = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    };
    match (errors, warnings) {
        (errors, 0) => plural(errors, "error"),
        (0, warnings) => plural(warnings, "warning"),
        (errors, warnings) => {
            format!(
                "{}, {}",
                plural(errors, "error"),
                plural(warnings, "warning")
            )
        }
    }
}

/// Scheme, host and port of an upstream. Its path and query may hold a secret.
pub(crate) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
