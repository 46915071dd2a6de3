//! From plans in a configuration to plans that judge.

use tollbar::{
    core::Forwarding,
    plan::{
        FailedAttempts, Keyless, PlanLayer, Relay, SessionSecret,
        certificate::{CertificatePlan, ForwardedCertificate},
    },
};

use super::{key_store::OpenKeys, rights::Rights, tokens::Tokens};
use crate::config::{PlanSettings, PlanType, ProxySettings, TokenPlan};

/// What the plans of all proxies share.
#[derive(Debug)]
pub(super) struct Doors<'a> {
    /// There whenever there is a key plan.
    pub(super) keys: Option<&'a OpenKeys>,
    pub(super) tokens: &'a Tokens,
    pub(super) rights: &'a Rights,
    pub(super) attempts: FailedAttempts,
    pub(super) secret: SessionSecret,
}

impl Doors<'_> {
    /// The plans of a proxy, in their order.
    pub(super) fn layer(&self, proxy: &ProxySettings, forwarding: &Forwarding) -> PlanLayer {
        let mut layer = PlanLayer::new().attempts(self.attempts.clone());
        for plan in &proxy.plans {
            layer = self.add(layer, proxy, plan, forwarding);
        }
        if proxy.relay.is_some() {
            layer = layer.leave_authorization();
        }
        layer
    }

    fn add(
        &self,
        layer: PlanLayer,
        proxy: &ProxySettings,
        plan: &PlanSettings,
        forwarding: &Forwarding,
    ) -> PlanLayer {
        let right = self.rights.of(proxy.name(), plan);
        let name = plan.section.name();
        let header = plan
            .section
            .header
            .as_ref()
            .map(|header| header.0.0.clone());
        match (plan.section.kind, self.keys) {
            (PlanType::Keyless, _) => layer.with_revocable(Keyless::new().name(name), right),
            (PlanType::Key, Some(keys)) => {
                let mut key = keys.plan().name(name).proxy(proxy.name());
                if let Some(header) = header {
                    key = key.header(header);
                }
                layer.with_revocable(key, right)
            }
            // Without keys nobody gets in by them: a layer without a plan refuses.
            (PlanType::Key, None) => layer,
            (PlanType::Certificate, _) => {
                let mut certificate = CertificatePlan::new().name(name);
                if let Some(header) = header {
                    let forwarded = ForwardedCertificate::new(header, forwarding.clone());
                    certificate = certificate.forwarded(forwarded);
                }
                for rule in &plan.rules {
                    certificate = certificate.admit(rule.clone());
                }
                layer.with_revocable(certificate, right)
            }
            (PlanType::OAuth2 | PlanType::Jwt, _) => match self.tokens.plan(proxy.name(), plan) {
                Some(TokenPlan::Introspection(plan)) => layer.with_revocable(plan.clone(), right),
                Some(TokenPlan::Jwt(plan)) => layer.with_revocable(plan.clone(), right),
                None => layer,
            },
            (PlanType::Relay, _) => {
                let relay = Relay::new(self.secret.clone()).name(name);
                let relay = match self.tokens.plan(proxy.name(), plan) {
                    Some(TokenPlan::Introspection(plan)) => relay.verified_by(plan.clone()),
                    Some(TokenPlan::Jwt(plan)) => relay.verified_by(plan.clone()),
                    None if plan.section.verify.is_some() => return layer,
                    None => relay,
                };
                layer.with_revocable(relay, right)
            }
        }
    }
}
