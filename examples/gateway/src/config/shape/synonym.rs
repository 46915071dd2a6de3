//! What is written elsewhere for the same thing.

use crate::config::suggest;

/// Keys as other systems call them, without `_` and `-`, and what to write.
const KEYS: [(&[&str], &str); 21] = [
    (&["action", "decision", "verdict", "policy"], "effect"),
    (&["user", "users", "owner", "owners"], "subjects"),
    (&["clientid", "clientids"], "clients"),
    (&["apikey", "apikeys", "keyid", "keyids"], "keys"),
    (&["scope", "scopes"], "scopes_all"),
    (&["requiredscopes", "requirescopes"], "needs_scopes"),
    (&["ip", "ips", "cidr", "network", "networks"], "addresses"),
    (&["uri", "uris"], "resources"),
    (&["purpose", "purposes"], "for"),
    (&["hints", "toolannotations"], "annotations"),
    (&["readonly"], "readOnlyHint"),
    (&["destructive"], "destructiveHint"),
    (
        &[
            "authority",
            "discoveryuri",
            "discoveryurl",
            "issueruri",
            "issuerurl",
            "realm",
            "serverurl",
            "tenant",
            "tenantid",
            "wellknown",
            "wellknownurl",
        ],
        "issuer",
    ),
    (&["requiredscopes", "requirescopes"], "scopes"),
    (&["resource", "resourceurl", "serverurl"], "identifier"),
    (&["analytics", "dashboard", "database", "sqlite"], "store"),
    (&["metrics", "prometheus", "health"], "admin"),
    (&["otel", "opentelemetry", "otlp", "tracing"], "telemetry"),
    (&["payloads", "payload", "bodies"], "capture"),
    (
        &["authorizationserver", "issuer", "issuers"],
        "authorization_servers",
    ),
    (
        &["allowedorigins", "alloworigins", "origins"],
        "metadata_origins",
    ),
];

/// The same for words.
const WORDS: [(&[&str], &str); 14] = [
    (
        &["block", "forbid", "refuse", "reject", "drop", "disallow"],
        "deny",
    ),
    (&["permit", "accept", "pass", "grant"], "allow"),
    (&["call", "read", "get", "invoke", "execute"], "use"),
    (&["see", "show", "view"], "list"),
    (&["audit", "log", "monitor", "dryrun", "observe"], "shadow"),
    (&["hide", "hidden"], "conceal"),
    (
        &[
            "oauth",
            "oidc",
            "introspection",
            "opaque",
            "token",
            "bearer",
        ],
        "oauth2",
    ),
    (&["jwks", "jws"], "jwt"),
    (&["none", "open", "anonymous", "public"], "keyless"),
    (&["forward", "passthrough", "relayed", "upstream"], "relay"),
    (&["asis", "passthrough", "transparent"], "verbatim"),
    (&["rewrite", "rewritten"], "mirror"),
    (&["clientsecretbasic", "header"], "basic"),
    (&["clientsecretpost", "body"], "post"),
];

/// The key that is probably meant, when it is among these: by another word for it, or by a slip.
pub(super) fn key<'a>(
    written: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    find(&KEYS, written, known)
}

/// The word that is probably meant, when it is among these.
pub(super) fn word<'a>(
    written: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    find(&WORDS, written, known)
}

fn find<'a>(
    table: &[(&[&str], &str)],
    written: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let plain = written.to_lowercase().replace(['_', '-'], "");
    // One word may mean another key elsewhere.
    let mut entries = table
        .iter()
        .filter(|(names, _)| names.contains(&plain.as_str()));
    let synonym = entries.find_map(|(_, meant)| known.clone().find(|name| name == meant));
    synonym.or_else(|| suggest::nearest(written, known))
}
