//! Whether the plans of a proxy can stand beside each other, and beside what goes on to its server.

use std::collections::HashMap;

use http::header::AUTHORIZATION;

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
            return Some(vec![PlanSettings::keyless()]);
        }
        self.order(&proxy.plan, &place);
        self.names(&proxy.plan, &place);
        self.sources(proxy, &place);
        let built: Vec<Option<PlanSettings>> = proxy
            .plan
            .iter()
            .enumerate()
            .map(|(index, plan)| self.plan(plan, &place.index(index), listener, shared))
            .collect();
        built.into_iter().collect()
    }

    fn plan(
        &mut self,
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
        let mut settings = PlanSettings::new(plan, shared);
        if plan.kind == PlanType::Certificate {
            self.certificates(plan, place, listener);
            settings.rules = self.admit(plan, place)?;
        }
        Some(settings)
    }

    /// Keyless comes last: what stands behind it would never be asked for.
    fn order(&mut self, plans: &[Plan], place: &Place) {
        let last = plans.len() - 1;
        for (index, plan) in plans.iter().enumerate() {
            if plan.kind == PlanType::Keyless && index < last {
                let problem = Problem::error(
                    "a keyless plan is the last one: it is for those who show nothing",
                );
                let fix = "move it behind the other plans of this proxy";
                self.note(&place.index(index).key("type"), problem.fix(fix));
            }
        }
    }

    fn names(&mut self, plans: &[Plan], place: &Place) {
        let mut first = HashMap::new();
        for (index, plan) in plans.iter().enumerate() {
            if let Some(earlier) = first.insert(plan.name(), index) {
                let problem = Problem::error(format!(
                    "plan {index} of this proxy is called `{}`, like plan {earlier}",
                    plan.name()
                ));
                let place = place.index(index);
                let place = match plan.name {
                    Some(_) => place.key("name"),
                    None => place.key("type"),
                };
                let fix = "give each a `name` of its own";
                self.note(&place, problem.fix(fix));
            }
        }
    }

    /// No two plans look in the same place, and none where what the server gets stands.
    fn sources(&mut self, proxy: &Proxy, place: &Place) {
        let mut first = HashMap::new();
        for (index, plan) in proxy.plan.iter().enumerate() {
            let inside = place.index(index);
            let inside = match plan.header {
                Some(_) => inside.key("header"),
                None => inside.key("type"),
            };
            let header = match (&plan.header, plan.kind) {
                (_, PlanType::Keyless) => continue,
                (Some(header), _) => Some(header.0.0.clone()),
                (None, PlanType::Key) => Some(AUTHORIZATION),
                (None, PlanType::Certificate) => None,
            };
            if let Some(header) = header {
                if header == AUTHORIZATION && plan.kind == PlanType::Certificate {
                    let problem = Problem::error("no certificate can stand in `authorization`");
                    let fix = "name the header that your terminator sets, such as `client-cert`";
                    self.note(&inside, problem.fix(fix));
                    continue;
                }
                if let Some(earlier) = first.insert(Some(header.clone()), index) {
                    let problem = Problem::error(format!(
                        "plan {earlier} of this proxy looks into `{header}` too"
                    ));
                    let fix =
                        "give each plan a header of its own, such as `header = \"x-api-key\"`";
                    self.note(&inside, problem.fix(fix));
                }
                if header == AUTHORIZATION && proxy.upstream.forward_authorization {
                    let problem = Problem::error(
                        "this plan reads `authorization`, which `upstream.forward_authorization` \
                         leaves to the server",
                    );
                    let fix = "let clients send the key elsewhere, such as `header = \
                               \"x-api-key\"`, or remove `forward_authorization`";
                    self.note(&inside, problem.fix(fix));
                }
            }
            if plan.kind == PlanType::Certificate
                && let Some(earlier) = first.insert(None, index)
            {
                let problem = Problem::error(format!(
                    "plan {earlier} of this proxy judges certificates already"
                ));
                let fix = "put the rules of both into one `admit`";
                self.note(&place.index(index).key("type"), problem.fix(fix));
            }
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
        } else if plan.header.is_none() && !asks {
            let problem = Problem::error("no client is asked for a certificate");
            let fix = "set `client_ca_file` and `client_certificate = \"optional\"` in \
                       `[listener.tls]`, or name the `header` in which a trusted peer passes it";
            self.note(&place.key("type"), problem.fix(fix));
        }
    }
}
