//! What is written down, and who may read it.

use std::path::Path;

use tollbar::{
    analytics::{Capture, InvalidRedaction},
    mcp::Method,
};
use tollbar_dashboard::Token;
use tollbar_otel::{OtelError, OtelSettings, Sampling, Spans};

use super::Judge;
use crate::config::{
    Fingerprint,
    report::Problem,
    section::{self, File, Proxy, Secret, Telemetry},
    settings::{CaptureSettings, TelemetrySettings},
    suggest,
    tree::Place,
    value::{Destination, is_loopback},
};

impl Judge<'_> {
    /// What is written down has places of its own, which are there.
    pub(super) fn log(&mut self, file: &File) {
        let place = Place::root().key("log");
        let path = match &file.log.exchanges.0 {
            Destination::File(path) => Some(self.environment.path(path)),
            Destination::Stdout | Destination::Off => None,
        };
        if file.log.rotation.is_some() && path.is_none() {
            let problem =
                Problem::warning("nothing is put aside: the exchange log goes to no file");
            let fix = "name a file: `exchanges = \"exchanges.jsonl\"`";
            self.note(&place.key("rotation"), problem.fix(fix));
        }
        let is_kept = file.store.is_some() || file.log.exchanges.0 != Destination::Off;
        if file.capture.is_some() && !is_kept {
            let problem = Problem::warning(
                "what is captured goes nowhere: there is neither a log nor a store",
            );
            let fix = "add `[store]`, or set `log.exchanges`";
            self.note(&Place::root().key("capture"), problem.fix(fix));
        }
        let Some(path) = path else { return };
        self.folder_of(&path, &place.key("exchanges"));
        let others = [
            ("store.file", file.store.as_ref().map(|store| &store.file)),
            ("keys.file", Some(&file.keys.file)),
        ];
        for (name, other) in others {
            if other.is_some_and(|other| self.environment.path(other) == path) {
                let problem = Problem::error(format!("this is the file of `{name}` too"));
                self.note(
                    &place.key("exchanges"),
                    problem.fix("give each its own file"),
                );
            }
        }
    }

    /// The folder is there in which a file is to be.
    fn folder_of(&mut self, file: &Path, place: &Place) {
        let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let message = format!("there is no folder `{}`", folder.display());
            let problem = self.not_there(&message, "make it, and let the gateway write into it");
            self.note(place, problem);
        }
    }

    /// The file of the store is one, and somebody may ask it.
    pub(super) fn store(&mut self, file: &File) {
        let Some(store) = &file.store else { return };
        let place = Place::root().key("store").key("file");
        if store.file.file_name().is_none() || self.environment.path(&store.file).is_dir() {
            let problem = Problem::error(format!("`{}` is not a file", store.file.display()));
            let fix = "write the path of a file, such as `\"exchanges.db\"`";
            self.note(&place, problem.fix(fix));
        }
        self.folder_of(&self.environment.path(&store.file), &place);
        if self.environment.path(&file.keys.file) == self.environment.path(&store.file) {
            let problem = Problem::error("this is the file of `keys.file` too");
            self.note(&place, problem.fix("give each its own file"));
        }
        let Some(admin) = &file.admin else { return };
        if admin.token.is_none() && !admin.address.is_loopback() {
            let problem = Problem::warning(format!(
                "`/api/v1` tells who did what, and is not served at `{}`, which other machines can reach",
                *admin.address
            ));
            let fix = "set `token` to serve it there to whoever has that";
            self.note(&Place::root().key("admin").key("address"), problem.fix(fix));
        }
    }

    /// The token of the admin listener. `None` when it cannot be had, with a problem that says why.
    pub(super) fn admin_token(&mut self, secret: &Secret) -> Option<Token> {
        let place = Place::root().key("admin").key("token");
        let text = self.secret(secret, &place);
        self.gathering = super::Gathering::default();
        match Token::new(text?.expose()) {
            Ok(token) => Some(token),
            Err(error) => {
                self.note(&place, Problem::error(error.to_string()));
                None
            }
        }
    }

    /// Where spans and metrics go. `None` when that cannot work, with a problem that says why.
    pub(super) fn telemetry(&mut self, section: &Telemetry) -> Option<TelemetrySettings> {
        let place = Place::root().key("telemetry");
        let url = &section.endpoint.0.0;
        if url.scheme() == "http" && !is_loopback(url) {
            let problem = Problem::warning(
                "this receiver is on another machine and is talked to without TLS: who asks for what can be read on \
                 the way",
            );
            let fix = "use `https`, unless the network between is trusted";
            self.note(&place.key("endpoint"), problem.fix(fix));
        }
        if url.port() == Some(4317) {
            let problem =
                Problem::warning("4317 is the port of OTLP over gRPC, which is another protocol");
            self.note(
                &place.key("endpoint"),
                problem.fix("OTLP over HTTP has the port 4318, as a rule"),
            );
        }
        let headers = self.headers(&section.headers, &place.key("headers"));
        let path = section.ca_file.as_ref();
        let authorities = path.map(|path| self.pem(path, &place.key("ca_file")));
        self.gathering = super::Gathering::default();
        let authorities = match authorities {
            Some(pem) => vec![pem?],
            None => Vec::new(),
        };
        let export = export(section, headers, authorities);
        if let Err(error) = Spans::new(&export) {
            let place = match error {
                OtelError::Client(_) => place.key("ca_file"),
                _ => place.key("endpoint"),
            };
            self.note(&place, Problem::error(error.to_string()));
            return None;
        }
        Some(TelemetrySettings {
            section: section.clone(),
            export,
        })
    }

    /// What is kept of what was said. `None` when it cannot be hidden as asked, with a problem that says why.
    pub(super) fn capture(
        &mut self,
        section: &section::Capture,
        proxies: &[Proxy],
    ) -> Option<CaptureSettings> {
        let place = Place::root().key("capture");
        self.captured_proxies(section, proxies, &place);
        for (index, method) in section.methods.iter().enumerate() {
            if Method::parse(method).is_known() {
                continue;
            }
            let problem = Problem::warning(format!("no revision of MCP has a method `{method}`"));
            let known = Method::KNOWN.iter().map(Method::as_str);
            let fix = match suggest::nearest(method, known) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "write it as it stands in messages, such as `tools/call`".to_owned(),
            };
            let place = place.key("methods").index(index);
            self.note(&place, problem.fix(fix));
        }
        let mut capture = Some(bounds(section));
        for (index, pointer) in section.hide_pointers.iter().enumerate() {
            let place = place.key("hide_pointers").index(index);
            self.hide(&mut capture, &place, |capture| {
                capture.hide_pointer(pointer)
            });
        }
        for (index, pattern) in section.hide_patterns.iter().enumerate() {
            let place = place.key("hide_patterns").index(index);
            self.hide(&mut capture, &place, |capture| {
                capture.hide_pattern(pattern)
            });
        }
        Some(CaptureSettings {
            capture: capture?,
            fingerprint: Fingerprint::of(section),
        })
    }

    fn hide(
        &mut self,
        capture: &mut Option<Capture>,
        place: &Place,
        add: impl FnOnce(Capture) -> Result<Capture, InvalidRedaction>,
    ) {
        let added = add(capture.clone().unwrap_or_default());
        match added {
            Ok(added) => *capture = capture.take().map(|_| added),
            Err(error) => {
                *capture = None;
                self.note(place, Problem::error(error.to_string()));
            }
        }
    }

    fn captured_proxies(&mut self, section: &section::Capture, proxies: &[Proxy], place: &Place) {
        for (index, name) in section.proxies.iter().enumerate() {
            let mut names = proxies.iter().map(|proxy| proxy.name.as_str());
            if names.clone().any(|known| known == name.as_str()) {
                continue;
            }
            let problem = Problem::error(format!("there is no proxy `{}`", name.as_str()));
            let fix = match suggest::nearest(name.as_str(), names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "write the name of one, such as `{}`",
                    names.next().unwrap_or("a")
                ),
            };
            self.note(&place.key("proxies").index(index), problem.fix(fix));
        }
    }
}

/// What stands in the section as it is.
pub(in crate::config) fn bounds(section: &section::Capture) -> Capture {
    let mut capture = Capture::new()
        .proxies(section.proxies.iter().map(|name| name.as_str()))
        .consumers(section.consumers.iter().map(String::as_str))
        .methods(section.methods.iter().map(String::as_str))
        .sample(section.sample.0.ratio())
        .bytes(section.size.0.0)
        .read(section.read.0.0)
        .hold(section.hold.0.0);
    if section.errors_only {
        capture = capture.errors_only();
    }
    let names = section.hide_members.iter();
    names.fold(capture, |capture, name| capture.hide_key(name))
}

/// The same, as the exporter takes it.
pub(in crate::config) fn export(
    section: &Telemetry,
    headers: Vec<(http::HeaderName, http::HeaderValue)>,
    authorities: Vec<Vec<u8>>,
) -> OtelSettings {
    OtelSettings {
        endpoint: section
            .endpoint
            .0
            .0
            .as_str()
            .trim_end_matches('/')
            .to_owned(),
        headers: headers.into_iter().collect(),
        service: section.service.clone(),
        resource: section.attributes.clone().into_iter().collect(),
        authorities,
        sampling: Sampling {
            ratio: section.sample.0.ratio(),
            follows_parent: section.follow_parent,
        },
        timeout: section.timeout.0,
        metrics: section.metrics,
        interval: section.interval.0,
        message_bytes: section.message_limit.0.0,
        ..OtelSettings::default()
    }
}
