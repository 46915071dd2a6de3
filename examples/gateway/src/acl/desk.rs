//! Where rules are asked: one proxy of a configuration.

use tokio::task::spawn_blocking;
use tollbar::{
    acl::{Decision, Explanation, Policy as _, Question},
    plan::key::{KeyRecord, KeyStore as _},
};

use super::{arguments::PlaceArguments, error::AclError};
use crate::{
    compose::look_at_keys,
    config::{AclMode, AclSettings, KeySettings, PlanType, ProxySettings, Secrets, nearest},
    configuration, output,
};

/// One proxy, its rules, and where its keys are.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) proxy: ProxySettings,
    keys: KeySettings,
}

impl Desk {
    /// Opens the configuration that is asked for.
    pub(super) fn open(asked: PlaceArguments, secrets: Secrets) -> Result<Self, AclError> {
        let settings = configuration::find(asked.config, secrets)?;
        let names = || settings.proxies.iter().map(ProxySettings::name);
        let listed = || {
            let names: Vec<String> = names().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        };
        let found = match (&asked.proxy, settings.proxies.as_slice()) {
            (None, [only]) => Some(only),
            (None, _) => return Err(AclError::WhichProxy(listed())),
            (Some(name), proxies) => proxies.iter().find(|proxy| proxy.name() == name),
        };
        let Some(proxy) = found else {
            let name = asked.proxy.clone().unwrap_or_default();
            let hint = match nearest(&name, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", listed()),
            };
            return Err(AclError::UnknownProxy { name, hint });
        };
        Ok(Self {
            proxy: proxy.clone(),
            keys: settings.keys,
        })
    }

    /// The rules; `None` where everything is allowed.
    pub(super) const fn acl(&self) -> Option<&AclSettings> {
        self.proxy.acl.as_ref()
    }

    /// What the rules answer. Without rules everything is allowed.
    pub(super) fn decide(&self, question: &Question<'_>) -> Decision {
        match self.acl() {
            Some(acl) => acl.rules.decide(question),
            None => Decision::allow().because("no_policy"),
        }
    }

    /// The same with what each rule has to do with it; `None` without rules.
    pub(super) fn explain(&self, question: &Question<'_>) -> Option<Explanation> {
        self.acl().map(|acl| acl.rules.explain(question))
    }

    /// Whether a rule asks what the server says of a tool.
    pub(super) fn asks_for_annotations(&self) -> bool {
        let rules = self.acl().map(|acl| acl.section.rule.as_slice());
        let mut rules = rules.unwrap_or_default().iter();
        rules.any(|rule| rule.annotations.is_some())
    }

    /// What rules there are, in words.
    pub(super) fn describe(&self) -> String {
        match self.acl() {
            None => "none: everything is allowed".to_owned(),
            Some(acl) => {
                let count = match acl.section.rule.len() {
                    0 => "none: nothing is allowed".to_owned(),
                    1 => "1 rule".to_owned(),
                    count => format!("{count} rules"),
                };
                match acl.section.mode {
                    AclMode::Enforce => count,
                    AclMode::Shadow => format!("{count}, in shadow: nothing is refused"),
                }
            }
        }
    }

    /// The keys of the key file, as far as there is one that can be read. Makes nothing.
    pub(super) async fn keys(&self) -> Vec<KeyRecord> {
        let mut plans = self.proxy.plans.iter();
        if !plans.any(|plan| plan.section.kind == PlanType::Key) {
            return Vec::new();
        }
        let keys = self.keys.clone();
        let problem = match spawn_blocking(move || look_at_keys(&keys)).await {
            Ok(Ok(None)) => return Vec::new(),
            Ok(Ok(Some(store))) => match store.list().await {
                Ok(records) => return records,
                Err(error) => error.to_string(),
            },
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        output::say(&format!(
            "note: of keys only what `--as` says is known: {problem}\n"
        ));
        Vec::new()
    }
}
