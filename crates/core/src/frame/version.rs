//! Revisions that the gateway cannot read are not offered to the client.

use tollbar_mcp::{Code, Message as Asked, Method, Version, json::Slice};

use super::unfit::not_inspectable;
use crate::{Exchange, Filter, Kind, Message, Refusal};

/// Whether the answer to this message may name protocol versions.
pub(super) fn concerns(asked: &Asked) -> bool {
    matches!(
        asked.method(),
        Some(Method::Initialize | Method::ServerDiscover)
    )
}

/// Refuses an `initialize` result with a version that cannot be read, and takes such versions out
/// of `server/discover` results: what cannot be read cannot be judged.
pub(super) struct KnownVersions;

impl Filter for KnownVersions {
    fn filter(&self, exchange: &Exchange, message: &mut Message<'_>) -> Result<(), Refusal> {
        let Some(result) = message.result() else {
            return Ok(());
        };
        // Some clients compare keys without case.
        if result.has_look_alike("protocolVersion") || result.has_look_alike("supportedVersions") {
            return Err(not_inspectable());
        }
        if let Some(negotiated) = result.get("protocolVersion") {
            exchange.note_negotiated(known(&negotiated).ok_or_else(unsupported)?);
        }
        if let Some(supported) = result.get("supportedVersions") {
            message.retain(&supported, |version| known(version).is_some());
        }
        Ok(())
    }
}

fn known(version: &Slice<'_>) -> Option<Version> {
    Version::parse(&version.as_str()?)
}

/// The answer of MCP 2025-11-25 `basic/lifecycle`, Error Handling.
fn unsupported() -> Refusal {
    Refusal::new(
        Kind::Concealed,
        "unsupported_version",
        "Unsupported protocol version",
    )
    .with_code(Code::INVALID_PARAMS)
    .with_data(supported())
}

fn supported() -> String {
    let versions: Vec<_> = Version::ALL
        .iter()
        .map(|version| version.as_str())
        .collect();
    format!(r#"{{"supported":["{}"]}}"#, versions.join(r#"",""#))
}
