//! What the plans of a configuration need of an authorization server.

use tollbar::oauth2::Needs;

use crate::config::{ServerSettings, Settings, Verifier};

/// What the plans need that take its tokens, and `None` where there are none.
pub(crate) fn needs(server: &ServerSettings, settings: &Settings) -> Option<Needs> {
    let plans = settings
        .proxies
        .iter()
        .flat_map(|proxy| proxy.token_plans());
    let plans = plans.filter(|(_, its)| its.name() == server.name());
    let mut needs = None;
    for (plan, _) in plans {
        let so_far = needs.unwrap_or_default();
        let so_far = match plan.section.tokens() {
            Some(Verifier::Jwt) => Needs::keys(so_far),
            // That the secret is not there is told by whoever could be told what comes of it.
            _ if server.lacks_secret => so_far,
            _ => Needs::introspection(so_far),
        };
        needs = Some(so_far.scopes(plan.scopes_to_ask_for()));
    }
    needs
}

/// Likewise, and where there are no plans yet, what those would need that the server is set up for.
pub(super) fn needs_or_plans(server: &ServerSettings, settings: &Settings) -> Needs {
    let is_client = server.section.client_id.is_some() && !server.lacks_secret;
    needs(server, settings).unwrap_or_else(|| match is_client {
        true => Needs::new().introspection(),
        false => Needs::new(),
    })
}
