//! Whether a plan for access tokens knows whose they are and whom they are for.

use std::collections::HashMap;

use url::Url;

use super::Judge;
use crate::config::{
    report::Problem,
    section::{Audience, Listener, Plan, PlanType, Proxy, Verifier},
    settings::{PlanSettings, ServerSettings, Shared, audiences},
    suggest,
    tree::Place,
    value::is_loopback,
};

/// The keys that not every plan has, and whose they are.
const KEYS: [(&str, &[PlanType]); 14] = [
    ("authorization_server", TOKENS),
    ("audience", TOKENS),
    ("scopes", TOKENS),
    ("scopes_needed", TOKENS),
    ("challenge_scopes", TOKENS),
    ("scope_separator", TOKENS),
    ("clock_skew", TOKENS),
    ("cache_size", TOKENS),
    ("cache_ttl", &[PlanType::OAuth2]),
    ("negative_ttl", &[PlanType::OAuth2]),
    ("watched", &[PlanType::OAuth2]),
    ("algorithms", &[PlanType::Jwt]),
    ("token_type", &[PlanType::Jwt]),
    ("token_limit", &[PlanType::Jwt]),
];

const TOKENS: &[PlanType] = &[PlanType::OAuth2, PlanType::Jwt];

impl Judge<'_> {
    /// A plan has no keys of plans of other types.
    pub(super) fn foreign_keys(&mut self, plan: &Plan, place: &Place) {
        let word = plan.kind.as_str();
        let kind = plan.tokens().map_or(plan.kind, Verifier::alone);
        let (how, option) = match (plan.kind, plan.verify) {
            (PlanType::Relay, Some(verifier)) => {
                (format!(" that verifies `{}`", verifier.as_str()), "verify")
            }
            (PlanType::Relay, None) => (" that verifies nothing".to_owned(), "verify"),
            _ => (String::new(), "type"),
        };
        let keys = KEYS.into_iter().filter(|(_, kinds)| !kinds.contains(&kind));
        for (key, kinds) in keys {
            let place = place.key(key);
            if !place.is_in(self.tree) {
                continue;
            }
            let types: Vec<String> = kinds
                .iter()
                .map(|kind| format!("`{option} = \"{}\"`", kind.as_str()))
                .collect();
            let problem = Problem::error(format!("a plan of type `{word}`{how} has no `{key}`"));
            let fix = format!("remove it, or write {}", types.join(" or "));
            let problem = problem.fix(fix);
            // A `verify` that cannot be read is told of already.
            self.note(
                &place,
                match plan.kind {
                    PlanType::Relay => problem.missing(),
                    _ => problem,
                },
            );
        }
        if plan.kind != PlanType::Relay && plan.verify.is_some() {
            let problem = Problem::error(format!("a plan of type `{word}` has no `verify`"));
            let fix = "remove it, or, where the server judges tokens too, write `type = \"relay\"`";
            self.note(&place.key("verify"), problem.fix(fix));
        }
        if plan.kind.is_sent_tokens() && plan.header.is_some() {
            let problem = Problem::error("access tokens stand in `authorization` only");
            self.note(&place.key("header"), problem.fix("remove `header`"));
        }
    }

    /// Completes a plan for access tokens. `None` when it cannot be built, with a problem that says
    /// why.
    pub(super) fn token_plan(
        &mut self,
        settings: PlanSettings,
        proxy: &Proxy,
        place: &Place,
        listener: &Listener,
        shared: &Shared,
    ) -> Option<PlanSettings> {
        let plan = settings.section.clone();
        let url = self.client_url(proxy, &place.key("type"), listener);
        let mut is_whole = self.audience(&plan, place);
        let verifier = plan.tokens();
        if verifier == Some(Verifier::Jwt) && plan.algorithms.is_empty() {
            is_whole = false;
            let problem = Problem::error("no token can be signed in none of these ways");
            let fix = "name one, such as `[\"RS256\", \"ES256\"]`, or leave the key out for all";
            self.note(&place.key("algorithms"), problem.fix(fix).missing());
        }
        if plan.challenge_scopes.as_ref().is_some_and(Vec::is_empty) {
            is_whole = false;
            let problem = Problem::error("clients cannot be told to ask for no scope");
            let fix = "name one, or leave the key out for `scopes`";
            self.note(&place.key("challenge_scopes"), problem.fix(fix).missing());
        }
        if plan.negative_ttl.0.0 > Some(plan.cache_ttl.0) {
            let problem = Problem::warning(
                "bad tokens are kept longer than good ones: is that what is meant?",
            );
            let fix = "make `negative_ttl` shorter than `cache_ttl`";
            self.note(&place.key("negative_ttl"), problem.fix(fix));
        }
        let server = self.server(&plan, place, shared)?.clone();
        let url = url.filter(|_| is_whole)?;
        let audiences = audiences(proxy, &plan, &url);
        let settings = settings.with_server(server.clone(), &audiences);
        if verifier == Some(Verifier::OAuth2) && !self.can_ask(&server, &plan, place)? {
            // Whether it works is seen where the secret is.
            return Some(settings);
        }
        if let Err(error) = settings.token_plan(server.server, &audiences) {
            let problem = Problem::said(&error.to_string());
            self.note(&place.key("type"), problem.missing());
            return None;
        }
        Some(settings)
    }

    /// The authorization server of a plan.
    fn server<'s>(
        &mut self,
        plan: &Plan,
        place: &Place,
        shared: &'s Shared,
    ) -> Option<&'s ServerSettings> {
        let names: Vec<String> = shared
            .server_names()
            .map(|name| format!("`{name}`"))
            .collect();
        let Some(name) = &plan.authorization_server else {
            let problem = Problem::error("this plan does not say whose tokens it takes");
            let fix = match shared.server_names().next() {
                Some(first) => format!("add `authorization_server = \"{first}\"`"),
                None => "add an `[[authorization_server]]` with a `name`, and that name here: \
                         `authorization_server = \"login\"`"
                    .to_owned(),
            };
            self.note(&place.key("type"), problem.fix(fix).missing());
            return None;
        };
        let name = name.as_str();
        if !shared.server_names().any(|known| known == name) {
            let problem = Problem::error(format!("there is no authorization server `{name}`"));
            let near = suggest::nearest(name, shared.server_names());
            let fix = match (near, names.as_slice()) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, []) => format!("add an `[[authorization_server]]` with `name = \"{name}\"`"),
                (None, names) => format!("there is {}", names.join(", ")),
            };
            let place = place.key("authorization_server");
            self.note(&place, problem.fix(fix).missing());
        }
        shared.server(name)
    }

    /// Whether the gateway can ask about tokens here already. `None` when it never can, with a problem
    /// that says so.
    fn can_ask(&mut self, server: &ServerSettings, plan: &Plan, place: &Place) -> Option<bool> {
        if server.section.client_id.is_some() {
            return Some(!server.lacks_secret);
        }
        let name = server.name();
        let problem = Problem::error(format!(
            "`{name}` cannot be asked about tokens, since the gateway is no client there"
        ));
        let option = if plan.verify.is_some() {
            "verify"
        } else {
            "type"
        };
        let fix = format!(
            "add `client_id` and `client_secret` to the `[[authorization_server]]` `{name}`, or, \
             where its tokens are signed, write `{option} = \"jwt\"`"
        );
        let place = place.key("authorization_server");
        self.note(&place, problem.fix(fix).missing());
        None
    }

    /// The one URL under which clients know the proxy, which is what tokens are for.
    pub(super) fn client_url(
        &mut self,
        proxy: &Proxy,
        place: &Place,
        listener: &Listener,
    ) -> Option<Url> {
        let is_written = proxy.public_url.is_some() || listener.public_url.is_some();
        if listener.address.is_wildcard() && !is_written {
            let problem = Problem::error(format!(
                "clients log in for one URL, and `{}` is none that they know",
                *listener.address
            ));
            let fix = "say how clients reach this proxy: `public_url = \"https://gateway.example\"` \
                       in `[listener]`, or the whole URL in `[[proxy]]`";
            self.note(place, problem.fix(fix).missing());
            return None;
        }
        // Judged by itself, where it can be wrong.
        listener.public_url(proxy, listener.address.0.0).ok()
    }

    /// Whether it is said whom a token must be for, as it can be.
    fn audience(&mut self, plan: &Plan, place: &Place) -> bool {
        let place = place.key("audience");
        match (&plan.audience, plan.tokens()) {
            (Some(Audience::OneOf(names)), _) if names.is_empty() => {
                let problem = Problem::error("a token is for somebody: this list is empty");
                let fix = "name one audience, or leave the key out for the public URL of the proxy";
                self.note(&place, problem.fix(fix).missing());
                false
            }
            (Some(Audience::Any(_)), Some(Verifier::Jwt)) => {
                let problem = Problem::error(
                    "a JWT that is for anybody is taken from one service to the next: each of them \
                     could use it here",
                );
                let fix = "name the audiences, such as `[\"https://gateway.example/mcp\"]`";
                self.note(&place, problem.fix(fix));
                false
            }
            (Some(Audience::Any(_)), _) => {
                let problem = Problem::warning(
                    "every token of the authorization server opens this proxy, also those that \
                     were given out for other services",
                );
                let fix =
                    "name the audiences, or leave the key out for the public URL of the proxy";
                self.note(&place, problem.fix(fix));
                true
            }
            _ => true,
        }
    }

    /// Clients send tokens over TLS only, unless it is to their own machine (RFC 6750 section 5.3).
    pub(super) fn exposed_tokens(&mut self, proxy: &Proxy, place: &Place, listener: &Listener) {
        let mut plans = proxy.plan.iter();
        if !proxy.relays() && !plans.any(|plan| plan.kind.is_sent_tokens()) {
            return;
        }
        let Ok(url) = listener.public_url(proxy, listener.address.0.0) else {
            return;
        };
        let (written, root) = (place.key("public_url"), Place::root().key("listener"));
        let place = match (&proxy.public_url, &listener.public_url) {
            (Some(_), _) => written,
            (None, Some(_)) => root.key("public_url"),
            (None, None) if listener.address.is_wildcard() => return,
            (None, None) => root.key("address"),
        };
        if url.scheme() == "http" && !is_loopback(&url) {
            let problem = Problem::warning(format!(
                "clients reach `{}` without TLS: their tokens can be read on the way, and many \
                 clients refuse to log in there",
                proxy.name.as_str()
            ));
            let fix = "set `[listener.tls]`, or a terminator in front, and a `public_url` that \
                       begins with `https://`";
            self.note(&place, problem.fix(fix));
        }
    }

    /// No two proxies have one URL, as far as tokens go: a token for the one would open the other.
    pub(super) fn shared_urls(&mut self, proxies: &[Proxy], listener: &Listener) {
        let mut first: HashMap<String, &str> = HashMap::new();
        for (index, proxy) in proxies.iter().enumerate() {
            let by_url = |plan: &Plan| plan.tokens().is_some() && plan.audience.is_none();
            let Ok(url) = listener.public_url(proxy, listener.address.0.0) else {
                continue;
            };
            if !proxy.relays() && !proxy.plan.iter().any(by_url) {
                continue;
            }
            let name = proxy.name.as_str();
            let url = url.as_str().trim_end_matches('/');
            let Some(earlier) = first.get(url) else {
                first.insert(url.to_owned(), name);
                continue;
            };
            let problem = Problem::error(format!(
                "clients know `{name}` by the same URL as `{earlier}`: tokens for the one would open \
                 the other"
            ));
            let fix = "give each a `public_url` of its own; a slash at its end makes no other one";
            let place = Place::root().key("proxy").index(index).key("public_url");
            self.note(&place, problem.fix(fix));
        }
    }
}
