//! Whether an upstream can be set up, and whether what is sent there is safe on its way.

use tollbar::upstream::{Builder, Upstream, UpstreamError};

use super::Judge;
use crate::config::{
    fingerprint::Fingerprint,
    report::Problem,
    section::{self, Proxy},
    tree::Place,
};

/// An upstream that was built.
pub(super) struct Built {
    pub(super) upstream: Upstream,
    /// Of its section, with what that refers to, and of what goes on to it.
    pub(super) fingerprint: Fingerprint,
    /// Certificates (PEM) that are trusted besides the public ones.
    pub(super) authorities: Option<Vec<u8>>,
}

impl Judge<'_> {
    /// Builds the upstream; `None` when it cannot be built, with a problem that says why.
    pub(super) fn upstream(&mut self, proxy: &Proxy, place: &Place) -> Option<Built> {
        let (section, relays) = (&proxy.upstream, proxy.relays());
        self.exposure(proxy, place);
        let mut builder = builder(section).forward_authorization(relays);
        let path = section.ca_file.as_ref();
        let authorities = path.and_then(|path| self.pem(path, &place.key("ca_file")));
        if let Some(pem) = &authorities {
            builder = builder.ca_pem(pem.as_slice());
        }
        for (name, value) in self.headers(&section.headers, &place.key("headers")) {
            builder = builder.header(name, value);
        }
        let authorized = self.authorization(builder.clone(), section, place);
        let gathering = std::mem::take(&mut self.gathering);
        match authorized.unwrap_or(builder).build() {
            Ok(upstream) => Some(Built {
                upstream,
                fingerprint: gathering.close(&(section, relays)),
                authorities,
            }),
            // Said where the second one stands.
            Err(UpstreamError::TwoAuthorizations) if relays || section.authorization.is_some() => {
                None
            }
            Err(error) => {
                let place = culprit(&error, place);
                self.note(&place, Problem::error(error.to_string()));
                None
            }
        }
    }

    /// Plain HTTP to another machine can be read on the way.
    fn exposure(&mut self, proxy: &Proxy, place: &Place) {
        let (section, relays) = (&proxy.upstream, proxy.relays());
        if section.url.0.0.scheme() != "http" || section.url.is_loopback() {
            return;
        }
        // Of its metadata that is an error, with the same fix.
        if proxy.relay().is_some_and(|relay| !relay.allow_http) {
            return;
        }
        let secret =
            |value: &section::HeaderValue| matches!(value, section::HeaderValue::Secret(_));
        let what = if relays
            || section.forward_cookies
            || section.authorization.is_some()
            || section.headers.values().any(secret)
        {
            "credentials and all calls can"
        } else {
            "all calls can"
        };
        let problem = Problem::warning(format!(
            "this upstream is on another machine and is talked to without TLS: {what} be read on \
             the way"
        ));
        let fix = "use `https`, unless the network between is trusted";
        self.note(&place.key("url"), problem.fix(fix));
    }
}

/// The settings that stand in the configuration as they are.
pub(in crate::config) fn builder(section: &section::Upstream) -> Builder {
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Upstream::builder(section.url.0.0.clone())
        .http_version(section.http_version.into())
        .connect_timeout(section.connect_timeout.0)
        .head_timeout(section.head_timeout.0)
        .max_exchanges(count(section.max_exchanges.get()))
        .place_timeout(section.place_timeout.0.0.unwrap_or_default())
        .max_idle_connections(count(section.max_idle_connections))
        .idle_timeout(section.idle_timeout.0)
        .keep_alive(section.keep_alive.0)
        .head_limit(section.head_limit.0.0)
        .max_header_lines(count(section.max_header_lines))
        .forward_cookies(section.forward_cookies)
        .trusted_peers(section.trusted_peers.iter().map(|network| network.0))
}

/// The key whose value an error is about.
fn culprit(error: &UpstreamError, place: &Place) -> Place {
    match error {
        UpstreamError::TooSmall { option, .. } | UpstreamError::ZeroTime(option) => {
            place.key(option)
        }
        UpstreamError::Header(name) => place.key("headers").key(name.as_str()),
        UpstreamError::TwoAuthorizations => place.key("headers"),
        UpstreamError::Pem(_) | UpstreamError::NoCertificate | UpstreamError::Certificate(_) => {
            place.key("ca_file")
        }
        _ => place.key("url"),
    }
}
