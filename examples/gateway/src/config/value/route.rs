//! Where a proxy is found under its listener.

use super::{Complaint, Leaf};

/// The path of a proxy's endpoint, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoutePath(String);

impl RoutePath {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RoutePath {
    /// Where MCP servers usually have their endpoint.
    fn default() -> Self {
        Self("/mcp".to_owned())
    }
}

impl Leaf for RoutePath {
    const FORMAT: &'static str = "route-path";
    const EXAMPLE: &'static str = "/mcp";

    fn read(text: &str) -> Result<Self, Complaint> {
        let complain = |fix: &str| Err(Complaint::new(format!("`{text}` is not a path"), fix));
        if !text.starts_with('/') {
            return complain(&format!("begin with `/`: write `/{text}`"));
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
        if !text.bytes().all(plain) {
            return complain("use letters, digits, `-`, `_`, `.`, `~` and `/` only");
        }
        let segments = text.strip_suffix('/').unwrap_or(text).split('/').skip(1);
        // `/` alone has no segment at all.
        if segments
            .into_iter()
            .any(|segment| matches!(segment, "" | "." | ".."))
        {
            return complain("leave out empty, `.` and `..` segments");
        }
        if text.split('/').any(|segment| segment == ".well-known") {
            return complain(
                "leave out `/.well-known/`, where clients look for what is told of proxies",
            );
        }
        let bare = text.strip_suffix('/').filter(|bare| !bare.is_empty());
        Ok(Self(bare.unwrap_or(text).to_owned()))
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}
