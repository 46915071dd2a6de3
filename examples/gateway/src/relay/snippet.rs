//! The configuration of a proxy, to be pasted.

use std::path::Path;

use tollbar::challenge::RelayMode;
use url::Url;

use super::{arguments::CheckArguments, target::Target};

/// A `[[proxy]]` that relays this server in this mode, which calls itself by that URL unless the arguments say
/// by which.
pub(super) fn snippet(
    arguments: &CheckArguments,
    target: &Target,
    mode: RelayMode,
    own: Option<&Url>,
) -> String {
    let path = path(&target.public_url);
    let mut lines = vec![
        "[[proxy]]".to_owned(),
        format!("name = {}", quoted(name(&path))),
        format!("path = {}", quoted(&path)),
    ];
    if let Some(url) = &arguments.public_url {
        lines.push(format!("public_url = {}", quoted(url.0.0.as_str())));
    }
    lines.push(format!(
        "upstream.url = {}",
        quoted(target.upstream.as_str())
    ));
    if let Some(file) = &arguments.ca_file {
        lines.push(format!("upstream.ca_file = {}", quoted(&shown(file))));
    }
    lines.push(String::new());
    lines.push("[proxy.relay]".to_owned());
    lines.push(format!("mode = {}", quoted(mode.as_str())));
    let given = arguments.identifier.as_ref().map(|url| &url.0.0);
    if let Some(url) = given.or(own) {
        lines.push(identifier(url));
    }
    let origins = arguments.metadata_origin.iter();
    let origins: Vec<String> = origins
        .map(|origin| origin.0.0.origin().ascii_serialization())
        .collect();
    let issuers = arguments.authorization_server.iter();
    let issuers = issuers.filter(|_| mode == RelayMode::Synthesised);
    let issuers: Vec<String> = issuers.map(|issuer| issuer.as_str().to_owned()).collect();
    for (key, values) in [
        ("metadata_origins", origins),
        ("authorization_servers", issuers),
    ] {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            lines.push(format!("{key} = [{}]", values.join(", ")));
        }
    }
    if arguments.allow_http {
        lines.push("allow_http = true".to_owned());
    }
    lines.join("\n") + "\n"
}

/// What a proxy lacks whose server calls itself by this URL.
pub(super) fn addition(own: &Url) -> String {
    format!("[proxy.relay]\n{}\n", identifier(own))
}

fn identifier(url: &Url) -> String {
    format!("identifier = {}", quoted(url.as_str()))
}

/// The path of the public URL, as the proxies of a gateway have it.
fn path(url: &Url) -> String {
    match url.path().trim_end_matches('/') {
        "" => "/".to_owned(),
        path => path.to_owned(),
    }
}

/// What the proxy may be called: the end of its path.
fn name(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    match last.len() {
        1..=64 if last.bytes().all(is_plain) => last,
        _ => "mcp",
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
