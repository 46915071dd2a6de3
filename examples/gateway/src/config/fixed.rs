//! What cannot change while the gateway runs.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Environment, Settings,
    judge::place_files,
    section::{Admin, File, Keys, Listener, Log, Store, Telemetry},
    value::Text,
};

/// The part of a configuration that takes effect at the start only: where the gateway listens, how
/// it treats connections, where its logs go.
#[derive(Clone, Debug)]
pub(crate) struct Fixed {
    listener: Listener,
    admin: Option<Admin>,
    log: Log,
    store: Option<Store>,
    telemetry: Option<Telemetry>,
    last_used_interval: Duration,
    poll_interval: Duration,
}

impl Fixed {
    /// What these settings say of it.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            listener: settings.listener.clone(),
            admin: settings.admin.clone(),
            log: settings.log.clone(),
            store: settings.store.clone(),
            telemetry: settings.telemetry.as_ref().map(|it| it.section.clone()),
            last_used_interval: settings.keys.last_used_interval,
            poll_interval: settings.keys.poll_interval,
        }
    }

    /// Puts what runs in the place of what is written, and names the keys where that differs.
    pub(super) fn keep(&self, file: &mut File, environment: &Environment<'_>) -> Vec<&'static str> {
        place_files(file, environment);
        let written = Self {
            listener: file.listener.clone(),
            admin: file.admin.clone(),
            log: file.log.clone(),
            store: file.store.clone(),
            telemetry: file.telemetry.clone(),
            last_used_interval: file.keys.last_used_interval.0,
            poll_interval: file.keys.poll_interval.0,
        };
        let names = written.keys().into_iter().zip(self.keys());
        let pending = names
            .filter(|(written, running)| written != running)
            .map(|((name, _), _)| name)
            .collect();
        let Listener {
            address,
            tls,
            max_connections,
            header_timeout,
            write_timeout,
            drain_timeout,
            ..
        } = self.listener.clone();
        file.listener = Listener {
            address,
            // Files may be others than before, but one side does not begin or cease to speak TLS.
            tls: match (tls, file.listener.tls.take()) {
                (Some(_), Some(written)) => Some(written),
                (running, _) => running,
            },
            max_connections,
            header_timeout,
            write_timeout,
            drain_timeout,
            ..file.listener.clone()
        };
        file.admin = match (&self.admin, file.admin.take()) {
            (Some(running), Some(written)) => Some(Admin {
                allow_unauthenticated: written.allow_unauthenticated,
                ..running.clone()
            }),
            (running, _) => running.clone(),
        };
        file.log = self.log.clone();
        file.store = self.store.clone();
        file.telemetry = self.telemetry.clone();
        file.keys = Keys {
            last_used_interval: Text(self.last_used_interval),
            poll_interval: Text(self.poll_interval),
            ..file.keys.clone()
        };
        pending
    }

    /// The keys that need a restart, with their values.
    fn keys(&self) -> [(&'static str, Value); 19] {
        let listener = &self.listener;
        let admin = self.admin.as_ref();
        // A listener that is not there has no labels that could be others.
        let labels = admin.map_or_else(|| Admin::default().tool_labels, |admin| admin.tool_labels);
        let seconds = |duration: Duration| json!(duration.as_secs_f64());
        [
            ("listener.address", value(&listener.address)),
            ("listener.max_connections", value(&listener.max_connections)),
            ("listener.header_timeout", value(&listener.header_timeout)),
            ("listener.write_timeout", value(&listener.write_timeout)),
            ("listener.drain_timeout", value(&listener.drain_timeout)),
            ("listener.tls", json!(listener.tls.is_some())),
            ("admin.address", value(&admin.map(|admin| &admin.address))),
            ("admin.token", value(&admin.map(|admin| &admin.token))),
            ("admin.tool_labels", value(&labels)),
            ("log.filter", value(&self.log.filter)),
            ("log.format", value(&self.log.format)),
            ("log.exchanges", value(&self.log.exchanges)),
            ("log.messages", value(&self.log.messages)),
            ("log.inspect", value(&self.log.inspect)),
            ("log.rotation", value(&self.log.rotation)),
            ("store", value(&self.store)),
            ("telemetry", value(&self.telemetry)),
            ("keys.last_used_interval", seconds(self.last_used_interval)),
            ("keys.poll_interval", seconds(self.poll_interval)),
        ]
    }
}

impl PartialEq for Fixed {
    fn eq(&self, other: &Self) -> bool {
        self.keys() == other.keys()
    }
}

/// A value as it is written. What can stand in a configuration can be written.
fn value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
