//! What it takes to come as far as to a server that judges tokens itself.

use super::ProxySettings;
use crate::config::section::PlanType;

/// What it takes to come as far as to a server that judges tokens itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Admission {
    /// What clients have to show to the gateway, where no plan lets them through without.
    pub(crate) only_with: Option<&'static str>,
    /// Whose tokens are verified here, too, so that no others go on.
    issuer: Option<String>,
}

impl Admission {
    /// What keeps out all who log in where the server sends them, to these authorization servers: the plan
    /// takes no token from there. Issuers are the same up to a slash at the end.
    pub(crate) fn mismatch(&self, named: &[String]) -> Option<String> {
        let issuer = self.issuer.as_deref()?;
        let bare = |issuer: &str| issuer.trim_end_matches('/').to_owned();
        let is_named = named.iter().any(|named| bare(named) == bare(issuer));
        (!named.is_empty() && !is_named).then(|| {
            format!(
                "the server sends clients to {}, the plan takes tokens of {issuer} only",
                named.join(", ")
            )
        })
    }
}

impl ProxySettings {
    /// What it takes, by the plans of this proxy.
    pub(crate) fn admission(&self) -> Admission {
        let has = |kind: PlanType| self.plans.iter().any(|plan| plan.section.kind == kind);
        let mut plans = self.plans.iter();
        let relay = plans.find(|plan| plan.section.kind == PlanType::Relay);
        Admission {
            only_with: match (relay, has(PlanType::Key), has(PlanType::Certificate)) {
                (Some(_), ..) => None,
                (None, true, true) => Some("a key or a certificate"),
                (None, false, true) => Some("a certificate"),
                (None, ..) => Some("a key"),
            },
            issuer: relay
                .and_then(|plan| plan.server.as_ref())
                .map(|server| server.server.issuer().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Admission;

    #[test]
    fn who_logs_in_elsewhere_is_told() {
        let of = |issuer: Option<&str>, named: &[&str]| {
            let admission = Admission {
                only_with: None,
                issuer: issuer.map(str::to_owned),
            };
            let named: Vec<String> = named.iter().map(|&it| it.to_owned()).collect();
            admission.mismatch(&named)
        };
        let (a, b) = ("https://a.example", "https://b.example");
        assert_eq!(
            of(Some(b), &[a]).as_deref(),
            Some(
                "the server sends clients to https://a.example, the plan takes tokens of https://b.example only"
            )
        );
        for (issuer, named) in [
            (Some(b), &[a, b][..]),
            (Some("https://b.example/"), &[b]),
            // What is not known is no reason.
            (Some(b), &[]),
            (None, &[a]),
        ] {
            assert_eq!(of(issuer, named), None, "{issuer:?}, {named:?}");
        }
    }
}
