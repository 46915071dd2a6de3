//! Whom the tokens will be for that clients come back with.

use tollbar_fetch::Step;
use url::Url;

use super::super::{mode::RelayMode, shown::shown};

/// The name of the step.
pub(super) const AUDIENCE: &str = "audience";

/// Says what nobody can find out without logging in. Clients ask for tokens for the resource that they know
/// (RFC 8707 section 2), which is the public URL, unless what the server says is told as it is.
pub(super) fn judge(mode: RelayMode, public_url: &Url, is_asking: bool) -> Step {
    if !is_asking {
        return Step::skipped(AUDIENCE, "no client is led to a login");
    }
    if mode == RelayMode::Verbatim {
        let found =
            "not asked: clients will ask for tokens for the URL that the server calls itself by";
        return Step::skipped(AUDIENCE, found);
    }
    let found = format!(
        "not asked: clients will ask for tokens for {}: the authorization server must issue them, and the \
         server must take them",
        shown(public_url.as_str())
    );
    Step::skipped(AUDIENCE, found)
}
