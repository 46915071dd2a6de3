//! Which era a request belongs to, and what follows from it.

use rmcp::{RoleServer, model::ProtocolVersion, service::RequestContext};

/// The revisions that the demo speaks, oldest first.
pub(super) const VERSIONS: &[ProtocolVersion] = &[
    ProtocolVersion::V_2025_03_26,
    ProtocolVersion::V_2025_06_18,
    ProtocolVersion::V_2025_11_25,
    ProtocolVersion::V_2026_07_28,
];

/// Whether a request carries its own metadata (2026-07-28) instead of relying on `initialize`.
///
/// Revisions are dates written year first, so they compare as text.
pub(super) fn is_modern(context: &RequestContext<RoleServer>) -> bool {
    context
        .protocol_version()
        .is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str())
}
