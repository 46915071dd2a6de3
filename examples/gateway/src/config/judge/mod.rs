//! What no schema can tell: whether the parts of a configuration fit each other and the world.

mod acl;
mod admit;
mod authorization;
mod authorization_server;
mod content;
mod environment;
mod header;
mod keys;
mod listener;
mod plan;
mod proxy;
mod records;
mod relay;
mod secret;
mod tls;
mod token_plan;
mod upstream;

pub(crate) use self::environment::{Environment, Secrets};
#[cfg(test)]
pub(super) use self::{
    authorization_server::bounds,
    records::{bounds as capture_bounds, export},
    upstream::builder,
};

use std::path::{Path, PathBuf};

use super::{
    fingerprint::Gathering,
    report::Problem,
    section::{File, Listener, Proxy},
    settings::{ProxySettings, Settings, Shared},
    tree::{Node, Place},
    value::Destination,
};

/// What came of judging.
#[derive(Debug)]
pub(super) struct Judged {
    /// `None` when a part of it cannot be built; whether it may run is told by the problems.
    pub(super) settings: Option<Settings>,
    pub(super) problems: Vec<Problem>,
    /// The files that it refers to, whether they could be read or not.
    pub(super) files: Vec<PathBuf>,
}

/// Judges a configuration that stands in this tree.
pub(super) fn judge(mut file: File, tree: &Node, environment: &Environment<'_>) -> Judged {
    let mut judge = Judge {
        tree,
        environment,
        problems: Vec::new(),
        files: Vec::new(),
        gathering: Gathering::default(),
    };
    judge.listeners(&file);
    judge.proxies(&file);
    judge.log(&file);
    judge.store(&file);
    place_files(&mut file, environment);
    let settings = judge.settle(file);
    Judged {
        settings,
        problems: judge.problems,
        files: judge.files,
    }
}

/// Paths that are written relative to the configuration, from where the gateway is.
pub(super) fn place_files(file: &mut File, environment: &Environment<'_>) {
    if let Destination::File(path) = &mut file.log.exchanges.0 {
        *path = environment.path(path);
    }
    if let Some(store) = &mut file.store {
        store.file = environment.path(&store.file);
    }
}

impl Judged {
    /// Nothing could be judged.
    pub(super) const fn failed(problems: Vec<Problem>) -> Self {
        Self {
            settings: None,
            problems,
            files: Vec::new(),
        }
    }
}

struct Judge<'a> {
    tree: &'a Node,
    environment: &'a Environment<'a>,
    problems: Vec<Problem>,
    files: Vec<PathBuf>,
    /// What was read for the part at hand.
    gathering: Gathering,
}

impl Judge<'_> {
    /// Adds a problem that stands at this place.
    fn note(&mut self, place: &Place, problem: Problem) {
        self.problems.push(problem.at(place.span(self.tree)));
    }

    /// A file that is written in the configuration.
    fn file(&mut self, path: &Path) -> PathBuf {
        let path = self.environment.path(path);
        self.files.push(path.clone());
        path
    }

    /// Builds all parts, in spite of those that cannot be built.
    fn settle(&mut self, file: File) -> Option<Settings> {
        let keys = self.keys(&file.keys);
        let session = self.session(&file.session);
        let section = file.listener.tls.as_ref();
        let tls = section.map(|section| self.tls(section, plan::in_need(&file.proxy)));
        let servers = self.authorization_servers(&file);
        let secret = file.admin.as_ref().and_then(|admin| admin.token.as_ref());
        let admin_token = secret.map(|secret| self.admin_token(secret));
        let telemetry = file.telemetry.as_ref();
        let telemetry = telemetry.map(|section| self.telemetry(section));
        let capture = file.capture.as_ref();
        let capture = capture.map(|section| self.capture(section, &file.proxy));
        let shared = Shared::new(
            &file,
            keys.as_ref(),
            tls.as_ref().and_then(Option::as_ref),
            &servers,
        );
        let place = Place::root().key("proxy");
        let mut proxies = Vec::with_capacity(file.proxy.len());
        for (index, section) in file.proxy.into_iter().enumerate() {
            let place = place.index(index);
            proxies.push(self.build(section, &place, &file.listener, &shared));
        }
        Some(Settings {
            tls: match tls {
                Some(tls) => Some(tls?),
                None => None,
            },
            listener: file.listener,
            admin: file.admin,
            admin_token: match admin_token {
                // Who only asks about the configuration opens no listener.
                Some(None) if self.environment.secrets == Secrets::Optional => None,
                Some(token) => Some(token?),
                None => None,
            },
            keys: keys?,
            log: file.log,
            store: file.store,
            telemetry: match telemetry {
                Some(telemetry) => Some(telemetry?),
                None => None,
            },
            capture: match capture {
                Some(capture) => Some(capture?),
                None => None,
            },
            session,
            servers: servers.into_iter().collect::<Option<_>>()?,
            proxies: proxies.into_iter().collect::<Option<_>>()?,
        })
    }

    fn build(
        &mut self,
        section: Proxy,
        place: &Place,
        listener: &Listener,
        shared: &Shared,
    ) -> Option<ProxySettings> {
        let upstream = self.upstream(&section, &place.key("upstream"));
        let plans = self.plans(&section, place, listener, shared);
        let acl = self.acl(&section, place);
        let authorities = upstream
            .as_ref()
            .and_then(|built| built.authorities.clone());
        let relay = section
            .relay()
            .map(|relay| self.relay(relay, &section, authorities, place, listener));
        let upstream = upstream?;
        // Another policy is put in the place of the one that runs, and makes no other proxy. How much
        // it remembers cannot be changed that way.
        let remembers = section.acl.as_ref().map(|acl| acl.annotations_limit);
        let unruled = Proxy {
            acl: None,
            ..section.clone()
        };
        Some(ProxySettings {
            fingerprint: upstream.fingerprint.and(&(unruled, remembers)),
            acl: acl.ok()?,
            relay: match relay {
                Some(relay) => Some(relay?),
                None => None,
            },
            upstream: upstream.upstream,
            upstream_fingerprint: upstream.fingerprint,
            plans: plans?,
            frame: proxy::frame(&section),
            section,
        })
    }
}
