//! Whether a server that judges tokens itself can be told of, and gets what is its own.

use http::header::AUTHORIZATION;
use tollbar::challenge::InvalidRelay;

use super::{Judge, plan};
use crate::config::{
    report::Problem,
    section::{Listener, Plan, PlanType, Proxy, Relay, RelayMode},
    settings::RelaySettings,
    tree::Place,
    value::is_loopback,
};

impl Judge<'_> {
    /// The relay of a proxy that has this one. `None` when it cannot be built, with a problem that says
    /// why.
    pub(super) fn relay(
        &mut self,
        section: Relay,
        proxy: &Proxy,
        authorities: Option<Vec<u8>>,
        place: &Place,
        listener: &Listener,
    ) -> Option<RelaySettings> {
        let before = self.problems.len();
        let at = switch(proxy, place);
        self.no_own_credential(proxy, &place.key("upstream"));
        if section.mode != RelayMode::Synthesised && !section.authorization_servers.is_empty() {
            let problem = Problem::error(
                "the server itself says which authorization servers it has, in all modes but \
                 `synthesised`",
            );
            let fix = "remove `authorization_servers`, or write `mode = \"synthesised\"`";
            self.note(&at.key("authorization_servers"), problem.fix(fix));
        }
        self.in_the_clear(&section, proxy, place, &at);
        self.soon_stale(&section, &at);
        let url = match section.mode {
            // What the server is called is known by itself.
            RelayMode::Verbatim => listener.public_url(proxy, listener.address.0.0).ok(),
            RelayMode::Mirror | RelayMode::Synthesised => self.client_url(proxy, &at, listener),
        };
        let settings = RelaySettings::new(section, proxy, authorities);
        if self.problems.iter().skip(before).any(Problem::is_error) {
            return None;
        }
        match settings.resource(&url?, false) {
            Ok(_) => Some(settings),
            Err(error) => {
                let (place, problem) = tell(&error, place, &at);
                self.note(&place, problem);
                None
            }
        }
    }

    /// Who is on the way could say where clients log in.
    fn in_the_clear(&mut self, section: &Relay, proxy: &Proxy, place: &Place, at: &Place) {
        let upstream = &proxy.upstream.url.0.0;
        let is_here = is_loopback(upstream);
        let asked = [(upstream, place.key("upstream").key("url"))];
        let origins = section.metadata_origins.iter().enumerate();
        let origins = origins.map(|(index, origin)| {
            let place = at.key("metadata_origins").index(index);
            (&origin.0.0, place)
        });
        let clear = asked.into_iter().chain(origins).filter(|(url, _)| {
            let stays_here = is_here && is_loopback(url);
            url.scheme() == "http" && !stays_here && !section.allow_http
        });
        for (_, place) in clear {
            let problem = Problem::error(
                "the server's metadata would come from another machine without TLS: whoever is on the \
                 way could send clients to a login of their own",
            );
            let fix = "use `https`, or set `allow_http = true` in `[proxy.relay]` where nobody is on \
                       the way";
            self.note(&place, problem.fix(fix));
        }
    }

    /// The server gets the client's `Authorization`, and nothing of the gateway's in its place.
    fn no_own_credential(&mut self, proxy: &Proxy, place: &Place) {
        let who = relaying(proxy);
        let mut headers = proxy.upstream.headers.keys();
        let header = headers.find(|name| AUTHORIZATION.as_str().eq_ignore_ascii_case(name));
        let (place, what, other) = match (&proxy.upstream.authorization, header) {
            (Some(_), _) => (
                place.key("authorization"),
                "this section",
                "[proxy.upstream.authorization]",
            ),
            (None, Some(name)) => (place.key("headers").key(name), "this header", "headers"),
            (None, None) => return,
        };
        let problem = Problem::error(format!(
            "the server gets the client's own `Authorization` ({who}), and cannot get the gateway's \
             ({other}) as well"
        ));
        let fix = format!(
            "remove {what} where the server judges its users itself, or {who} where it trusts the \
             gateway"
        );
        self.note(&place, problem.fix(fix));
    }

    /// `Authorization` is the server's: no plan of the proxy judges it.
    pub(super) fn claimed_twice(&mut self, proxy: &Proxy, plan: &Plan, place: &Place) {
        let who = relaying(proxy);
        let problem = Problem::error(format!(
            "`authorization` is claimed twice: by this plan, and by {who}, which leaves it to the \
             server"
        ));
        let fix = match plan.tokens() {
            Some(verifier) => format!(
                "write `type = \"relay\"` and `verify = \"{}\"` to verify the server's tokens here, \
                 too; where tokens are for the gateway, remove {who}",
                verifier.as_str()
            ),
            None => format!(
                "let clients send the key elsewhere, such as `header = \"x-api-key\"`, or remove \
                 {who}"
            ),
        };
        self.note(place, problem.fix(fix));
    }

    /// A token that is verified is a credential of the gateway's, and of these nobody shows two: the
    /// second one would say who asks in place of the first.
    pub(super) fn verified_alone(&mut self, proxy: &Proxy, place: &Place) {
        let mut plans = proxy.plan.iter();
        let Some(relay) = plans.position(|plan| plan.verify.is_some() && is_relay(plan)) else {
            return;
        };
        // What reads `authorization`, or asks for nothing, is told of by itself.
        let is_beside = |plan: &&Plan| {
            matches!(plan.kind, PlanType::Key | PlanType::Certificate)
                && plan::header(plan) != Some(AUTHORIZATION)
        };
        let Some(other) = proxy.plan.iter().find(is_beside) else {
            return;
        };
        let (name, what) = (other.name(), credential(other.kind));
        let problem = Problem::error(format!(
            "who shows both a token and {what} (plan `{name}`) would be refused: with `verify` both are \
             credentials of the gateway, which takes one"
        ));
        let fix = format!(
            "give the plan `{name}` a `[[proxy]]` of its own to the same server; or remove `verify`"
        );
        self.note(&place.index(relay).key("verify"), problem.fix(fix));
    }

    /// What is known of a server serves on for a while when the server is gone.
    fn soon_stale(&mut self, section: &Relay, at: &Place) {
        if section.stale.0 >= section.lifetime.0 {
            return;
        }
        let problem = Problem::warning(
            "metadata is never told when the server cannot be reached: it is too old for that \
             (`stale`) before it is asked for again (`lifetime`)",
        );
        let fix = "make `stale` longer than `lifetime`";
        let place = ["stale", "lifetime"].map(|key| at.key(key));
        let written = place.iter().find(|place| place.is_in(self.tree));
        self.note(written.unwrap_or(at), problem.fix(fix));
    }

    /// Everybody comes in without a credential of the gateway's by the relay plan, and by no other.
    pub(super) fn keyless_beside_relay(&mut self, proxy: &Proxy, place: &Place) {
        let has_plan = proxy.plan.iter().any(|plan| plan.kind == PlanType::Relay);
        let (message, fix) = match has_plan {
            true => (
                "a keyless plan has nobody to let in beside the relay plan, which lets everybody \
                 through to the server",
                "remove one of the two",
            ),
            false => (
                "here it is the server who lets people in (`[proxy.relay]`), and not a keyless plan",
                "write `type = \"relay\"`, or remove the plan, which comes to the same",
            ),
        };
        self.note(&place.key("type"), Problem::error(message).fix(fix));
    }
}

fn is_relay(plan: &Plan) -> bool {
    plan.kind == PlanType::Relay
}

/// What is shown to a plan of this type, with its article.
const fn credential(kind: PlanType) -> &'static str {
    match kind {
        PlanType::Certificate => "a certificate",
        _ => "a key",
    }
}

/// What makes a proxy one that relays.
fn relaying(proxy: &Proxy) -> &'static str {
    match proxy.relay {
        Some(_) => "`[proxy.relay]`",
        None => "the relay plan",
    }
}

/// Where that is written.
fn switch(proxy: &Proxy, place: &Place) -> Place {
    let mut plans = proxy.plan.iter();
    let plan = plans.position(|plan| plan.kind == PlanType::Relay);
    match (&proxy.relay, plan) {
        (None, Some(index)) => place.key("plan").index(index),
        _ => place.key("relay"),
    }
}

/// What cannot be built, in terms of the configuration.
fn tell(error: &InvalidRelay, place: &Place, at: &Place) -> (Place, Problem) {
    let place = match error {
        InvalidRelay::AuthorizationServer(_) => at.key("authorization_servers"),
        InvalidRelay::Origin(_) => at.key("metadata_origins"),
        InvalidRelay::Fetch(error) if error.is_about_certificates() => {
            place.key("upstream").key("ca_file")
        }
        InvalidRelay::Fetch(error) => at.key(error.setting().unwrap_or("timeout")),
        InvalidRelay::ZeroTime(key) => at.key(key),
        InvalidRelay::Scheme(_) | InvalidRelay::PlainHttp(_) => place.key("upstream").key("url"),
        _ => at.clone(),
    };
    (place, Problem::said(&error.to_string()))
}
