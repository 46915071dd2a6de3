//! What the gateway runs: a configuration without open questions.

mod acl;
mod admission;
mod authorization_server;
mod listener;
mod plan;
mod records;
mod relay;
mod token_plan;

pub(super) use self::plan::Shared;
#[cfg(test)]
pub(super) use self::relay::told;
pub(crate) use self::{
    acl::AclSettings,
    admission::Admission,
    authorization_server::ServerSettings,
    listener::{host, local_url},
    plan::PlanSettings,
    records::{CaptureSettings, TelemetrySettings},
    relay::RelaySettings,
    token_plan::{TokenPlan, audiences, identifiers},
};

use std::{path::PathBuf, time::Duration};

use tollbar::{Tls, core::frame::FrameLayer, upstream::Upstream};
use tollbar_dashboard::Token;

use super::{
    fingerprint::Fingerprint,
    secret::SecretText,
    section::{Admin, Listener, Log, Proxy, Store},
};

/// A judged configuration.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) listener: Listener,
    pub(crate) tls: Option<TlsSettings>,
    pub(crate) admin: Option<Admin>,
    pub(crate) admin_token: Option<Token>,
    pub(crate) keys: KeySettings,
    pub(crate) log: Log,
    pub(crate) store: Option<Store>,
    pub(crate) telemetry: Option<TelemetrySettings>,
    pub(crate) capture: Option<CaptureSettings>,
    pub(crate) session: SessionSettings,
    pub(crate) servers: Vec<ServerSettings>,
    pub(crate) proxies: Vec<ProxySettings>,
}

impl Settings {
    /// Whether the admin listener tells what only those may know who are trusted: to this machine, or to
    /// whoever has the token.
    pub(crate) fn has_open_admin(&self) -> bool {
        let is_loopback = |admin: &Admin| admin.address.is_loopback();
        self.admin_token.is_some() || self.admin.as_ref().is_some_and(is_loopback)
    }
}

/// TLS on the listener, built.
#[derive(Clone, Debug)]
pub(crate) struct TlsSettings {
    pub(crate) tls: Tls,
    /// Of the files too.
    pub(crate) fingerprint: Fingerprint,
    /// Of who may issue client certificates, of which are revoked, and of whether clients are asked
    /// for one.
    pub(crate) client_ca: Fingerprint,
}

/// Where keys are kept.
#[derive(Clone, Debug)]
pub(crate) struct KeySettings {
    pub(crate) file: PathBuf,
    pub(crate) pepper: PepperSource,
    pub(crate) last_used_interval: Duration,
    pub(crate) poll_interval: Duration,
    /// Of the file's path and of the pepper: whether these are the same keys.
    pub(crate) fingerprint: Fingerprint,
}

/// Where the pepper is.
#[derive(Clone, Debug)]
pub(crate) enum PepperSource {
    /// It was read already.
    Given(SecretText),
    /// In this file, which is made at first use.
    File(PathBuf),
    /// It is referred to and not there. Only where secrets may be missing.
    Missing,
}

/// What sessions are sealed with.
#[derive(Clone, Debug)]
pub(crate) struct SessionSettings {
    /// `None` for a random one.
    pub(crate) secret: Option<SecretText>,
    pub(crate) fingerprint: Fingerprint,
}

/// One proxy, with its parts built.
#[derive(Clone, Debug)]
pub(crate) struct ProxySettings {
    pub(crate) section: Proxy,
    pub(crate) upstream: Upstream,
    /// Of the section `upstream`, with what it refers to.
    pub(crate) upstream_fingerprint: Fingerprint,
    /// One at least, in the order in which they are asked.
    pub(crate) plans: Vec<PlanSettings>,
    pub(crate) frame: FrameLayer,
    /// How clients are told of a server that judges tokens itself; `None` where it does not.
    pub(crate) relay: Option<RelaySettings>,
    /// What consumers may see and use; `None` is everything.
    pub(crate) acl: Option<AclSettings>,
    /// Of the whole section, with what it refers to, but without the access rules.
    pub(crate) fingerprint: Fingerprint,
}

impl ProxySettings {
    pub(crate) fn name(&self) -> &str {
        self.section.name.as_str()
    }

    /// The plans for access tokens, each with whose tokens it takes.
    pub(crate) fn token_plans(&self) -> impl Iterator<Item = (&PlanSettings, &ServerSettings)> {
        let plans = self.plans.iter();
        plans.filter_map(|plan| Some((plan, plan.server.as_ref()?)))
    }

    /// The plans in one line.
    pub(crate) fn plans(&self) -> String {
        let plans: Vec<String> = self.plans.iter().map(PlanSettings::describe).collect();
        plans.join(", ")
    }
}
