//! Whether the plans of a proxy can stand beside each other, and beside what goes on to its server.

use std::collections::HashMap;

use http::{HeaderName, header::AUTHORIZATION};

use super::Judge;
use crate::config::{
    report::Problem,
    section::{ClientCertificate, Listener, Plan, PlanType, Proxy},
    settings::{PlanSettings, Shared},
    tree::Place,
};

impl Judge<'_> {
    /// The plans of a proxy, one at least. `None` when one cannot be built, with a problem that says
    /// why.
    pub(super) fn plans(
        &mut self,
        proxy: &Proxy,
        place: &Place,
        listener: &Listener,
        shared: &Shared,
    ) -> Option<Vec<PlanSettings>> {
        let place = place.key("plan");
        if proxy.plan.is_empty() {
            return Some(vec![PlanSettings::unnamed(proxy.default_plan())]);
        }
        self.order(proxy, &place);
        self.sources(proxy, &place);
        self.verified_alone(proxy, &place);
        self.tokens(&proxy.plan, &place);
        let built: Vec<Option<PlanSettings>> = proxy
            .plan
            .iter()
            .enumerate()
            .map(|(index, plan)| self.plan(proxy, plan, &place.index(index), listener, shared))
            .collect();
        let mut plans: Vec<PlanSettings> = built.into_iter().collect::<Option<_>>()?;
        plans.sort_by_key(|plan| rank(plan.section.kind));
        Some(plans)
    }

    fn plan(
        &mut self,
        proxy: &Proxy,
        plan: &Plan,
        place: &Place,
        listener: &Listener,
        shared: &Shared,
    ) -> Option<PlanSettings> {
        let word = plan.kind.as_str();
        if plan.kind == PlanType::Keyless && plan.header.is_some() {
            let problem = Problem::error("a keyless plan looks at no header");
            let fix = "remove `header`, or say what stands there: `type = \"key\"`";
            self.note(&place.key("header"), problem.fix(fix));
        }
        if plan.kind != PlanType::Certificate && !plan.admit.is_empty() {
            let problem = Problem::error(format!("a {word} plan has no rules of certificates"));
            let fix = "remove `admit`, or write `type = \"certificate\"`";
            self.note(&place.key("admit"), problem.fix(fix));
        }
        self.foreign_keys(plan, place);
        let mut settings = PlanSettings::new(plan, shared);
        if plan.kind == PlanType::Certificate {
            self.certificates(plan, place, listener);
            settings.rules = self.admit(plan, place)?;
        }
        if plan.tokens().is_some() {
            return self.token_plan(settings, proxy, place, listener, shared);
        }
        Some(settings)
    }

    /// Keyless comes last: what stands behind it would never be asked for.
    fn order(&mut self, proxy: &Proxy, place: &Place) {
        let plans = &proxy.plan;
        let last = plans.len() - 1;
        for (index, plan) in plans.iter().enumerate() {
            if plan.kind == PlanType::Keyless && proxy.relays() {
                self.keyless_beside_relay(proxy, &place.index(index));
                continue;
            }
            if plan.kind == PlanType::Keyless && index < last {
                let problem = Problem::error(
                    "a keyless plan is the last one: it is for those who show nothing",
                );
                let fix = "move it behind the other plans of this proxy";
                self.note(&place.index(index).key("type"), problem.fix(fix));
            }
            if plan.kind == PlanType::Keyless && plans.iter().any(|other| other.tokens().is_some())
            {
                let problem = Problem::warning(
                    "everybody is still let in: who comes without a token is admitted by this plan, \
                     so that no client is asked to log in",
                );
                let fix = "remove it when your clients can log in";
                self.note(&place.index(index).key("type"), problem.fix(fix));
            }
        }
    }

    /// No two plans have one name, look into the same header, or judge certificates.
    fn sources(&mut self, proxy: &Proxy, place: &Place) {
        let (mut names, mut headers) = (HashMap::new(), HashMap::new());
        let (mut certificates, mut relays) = (None, None);
        for (index, plan) in proxy.plan.iter().enumerate() {
            let place = place.index(index);
            let like_named = names.insert(plan.name(), index);
            let judging = match plan.kind {
                PlanType::Certificate => certificates.replace(index),
                PlanType::Relay => relays.replace(index),
                _ => None,
            };
            let header = header(plan);
            // The form of a token tells it from a key, and from one of another server.
            let reading = header
                .clone()
                .filter(|_| plan.tokens().is_none())
                .and_then(|header| headers.insert(header, index));
            // Told once: who mends the first of these mends the others.
            if let Some(earlier) = judging {
                let (does, fix) = match plan.kind {
                    PlanType::Relay => ("leaves it to the server", "remove one of the two"),
                    _ => (
                        "judges certificates",
                        "put the rules of both into one `admit`",
                    ),
                };
                let earlier = ordinal(earlier);
                let problem = Problem::error(format!("the {earlier} plan {does} already"));
                self.note(&place.key("type"), problem.fix(fix));
            } else if let (Some(earlier), Some(header)) = (reading, &header) {
                let first = proxy.plan.get(earlier).map(|plan| plan.kind);
                let what = match first {
                    Some(PlanType::Certificate) => "certificates",
                    _ => "keys",
                };
                let problem = Problem::error(format!(
                    "the {} plan reads {what} from `{header}` too",
                    ordinal(earlier)
                ));
                let name = like_named.map_or("", |_| " and a `name`");
                let fix = format!("remove one, or give it `header = \"x-api-key\"`{name}");
                self.note(&source(plan, &place), problem.fix(fix));
            } else if let Some(earlier) = like_named {
                let problem = Problem::error(format!(
                    "this plan is called `{}`, like the {} one",
                    plan.name(),
                    ordinal(earlier)
                ));
                let place = match plan.name {
                    Some(_) => place.key("name"),
                    None => place.key("type"),
                };
                self.note(&place, problem.fix("give each a `name` of its own"));
            }
            if header == Some(AUTHORIZATION) {
                self.authorization_header(proxy, plan, &source(plan, &place));
            }
        }
    }

    /// No two plans take the same tokens.
    fn tokens(&mut self, plans: &[Plan], place: &Place) {
        let mut opaque = None;
        for (index, plan) in plans.iter().enumerate() {
            let place = place.index(index);
            let (Some(server), true) = (&plan.authorization_server, plan.tokens().is_some()) else {
                continue;
            };
            let mut before = plans.iter().take(index);
            let same = before.position(|other| {
                other.kind == plan.kind && other.authorization_server.as_ref() == Some(server)
            });
            if let Some(earlier) = same {
                let problem = Problem::error(format!(
                    "the {} plan takes all tokens of `{}` already",
                    ordinal(earlier),
                    server.as_str()
                ));
                let fix = "make one plan of both: it may name several audiences";
                self.note(&place.key("type"), problem.fix(fix));
            } else if plan.kind == PlanType::OAuth2
                && let Some(earlier) = opaque.replace(index)
            {
                let problem = Problem::warning(format!(
                    "a token that tells nothing of itself goes to the authorization server of the \
                     {} plan, and to this one only one that is a JWT of its own",
                    ordinal(earlier)
                ));
                let fix = "give each authorization server a proxy of its own, unless the tokens of \
                           this one are JWTs";
                self.note(&place.key("type"), problem.fix(fix));
            }
        }
    }

    /// `Authorization` holds no certificate, and is either judged or left to the server.
    fn authorization_header(&mut self, proxy: &Proxy, plan: &Plan, place: &Place) {
        if plan.kind == PlanType::Certificate {
            let problem = Problem::error("no certificate can stand in `authorization`");
            let fix = "name the header that your terminator sets, such as `client-cert`";
            self.note(place, problem.fix(fix));
        } else if proxy.relays() {
            self.claimed_twice(proxy, plan, place);
        }
    }

    /// A certificate comes from somewhere.
    fn certificates(&mut self, plan: &Plan, place: &Place, listener: &Listener) {
        let asks = listener.tls.as_ref().is_some_and(|tls| {
            tls.client_ca_file.is_some() && tls.client_certificate() != ClientCertificate::Off
        });
        if plan.header.is_some() && listener.trusted_peers.is_empty() {
            let problem = Problem::error(
                "nobody is trusted to pass a certificate in a header, so that this plan admits \
                 nobody",
            );
            let fix = "name the terminator in front: `trusted_peers = [\"10.0.0.7\"]` in \
                       `[listener]`";
            self.note(&place.key("header"), problem.fix(fix));
        } else if plan.header.is_none() && !asks && !is_told(listener) {
            let problem = Problem::error("no client is asked for a certificate");
            let fix = "set `client_ca_file` and `client_certificate = \"optional\"` in \
                       `[listener.tls]`, or name the `header` in which a trusted peer passes it";
            self.note(&place.key("type"), problem.fix(fix));
        }
    }
}

/// The first proxy with a plan for certificates that are shown in the handshake.
pub(super) fn in_need(proxies: &[Proxy]) -> Option<&Proxy> {
    let looks = |plan: &Plan| plan.kind == PlanType::Certificate && plan.header.is_none();
    proxies.iter().find(|proxy| proxy.plan.iter().any(looks))
}

/// The header into which a plan looks.
pub(super) fn header(plan: &Plan) -> Option<HeaderName> {
    match (plan.kind, &plan.header) {
        (PlanType::Keyless | PlanType::Relay, _) | (PlanType::Certificate, None) => None,
        (PlanType::Key | PlanType::Certificate, Some(header)) => Some(header.0.0.clone()),
        (PlanType::Key, None) | (PlanType::OAuth2 | PlanType::Jwt, _) => Some(AUTHORIZATION),
    }
}

/// The place in which a plan is asked: those that know a credential by its form come first.
const fn rank(kind: PlanType) -> u8 {
    match kind {
        PlanType::Jwt => 0,
        PlanType::OAuth2 => 1,
        PlanType::Key => 2,
        PlanType::Certificate => 3,
        PlanType::Relay => 4,
        PlanType::Keyless => 5,
    }
}

/// Where it is written into which header a plan looks.
fn source(plan: &Plan, place: &Place) -> Place {
    match plan.header {
        Some(_) => place.key("header"),
        None => place.key("type"),
    }
}

/// Whether it is told at the listener already that no client is asked for a certificate.
fn is_told(listener: &Listener) -> bool {
    let tls = listener.tls.as_ref();
    tls.is_some_and(|tls| tls.client_ca_file.is_some())
}

/// As people count, who begin with the first one.
fn ordinal(index: usize) -> String {
    const WORDS: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
    match WORDS.get(index) {
        Some(word) => (*word).to_owned(),
        None => format!("{}th", index + 1),
    }
}
