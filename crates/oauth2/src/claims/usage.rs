//! What a token is to be used for.

use super::members::{Members, Unreadable};

/// What some servers say in `typ` of tokens that are for other doors than this one: Keycloak of a
/// refresh token, also of one that outlives the login, of an ID token and of one that says goodbye.
const OTHER_TYPES: [&str; 4] = ["Refresh", "Offline", "ID", "Logout"];

/// The member that says that this is no access token for bearers, if there is one. Introspection says
/// `active` to refresh tokens too (RFC 7662 section 2.1), and who has one of those must not come in.
pub(super) fn other_usage(members: Members<'_>) -> Result<Option<&'static str>, Unreadable> {
    // RFC 7662 section 2.2, with the values of RFC 6749 section 7.1, which have no case.
    let kind = members.text("token_type")?;
    let is_bearer = kind.is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    // Of no standard: Ory Hydra writes `access_token`, Amazon Cognito `access`.
    let usage = members.text("token_use")?;
    let is_for_access = usage.is_none_or(|usage| matches!(usage, "access_token" | "access"));
    let other = members.text("typ").ok().flatten().unwrap_or_default();
    let is_other = OTHER_TYPES.iter().any(|it| it.eq_ignore_ascii_case(other));
    Ok(match () {
        () if !is_bearer => Some("token_type"),
        () if !is_for_access => Some("token_use"),
        () if is_other => Some("typ"),
        () => None,
    })
}
