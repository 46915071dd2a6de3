//! A configuration to start from.

/// A configuration that shows every section, with comments. It is valid as it is, against the demo
/// server (`tollbar-gateway demo --listen 127.0.0.1:7878`).
pub(crate) const EXAMPLE: &str = include_str!("example.toml");
