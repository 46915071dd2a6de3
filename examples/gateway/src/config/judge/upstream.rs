//! Whether an upstream can be set up, and whether what is sent there is safe on its way.

use tollbar::upstream::{Builder, Upstream, UpstreamError};

use super::Judge;
use crate::config::{fingerprint::Fingerprint, report::Problem, section, tree::Place};

impl Judge<'_> {
    /// Builds the upstream; `None` when it cannot be built, with a problem that says why.
    pub(super) fn upstream(
        &mut self,
        section: &section::Upstream,
        place: &Place,
    ) -> Option<(Upstream, Fingerprint)> {
        self.exposure(section, place);
        let mut builder = builder(section);
        if let Some(path) = &section.ca_file
            && let Some(pem) = self.pem(path, &place.key("ca_file"))
        {
            builder = builder.ca_pem(pem);
        }
        for (name, value) in self.headers(&section.headers, &place.key("headers")) {
            builder = builder.header(name, value);
        }
        let authorized = self.authorization(builder.clone(), section, place);
        let gathering = std::mem::take(&mut self.gathering);
        match authorized.unwrap_or(builder).build() {
            Ok(upstream) => Some((upstream, gathering.close(section))),
            // Said where the second one stands.
            Err(UpstreamError::TwoAuthorizations) if section.authorization.is_some() => None,
            Err(error) => {
                let place = culprit(&error, place);
                self.note(&place, Problem::error(error.to_string()));
                None
            }
        }
    }

    /// Plain HTTP to another machine can be read on the way.
    fn exposure(&mut self, section: &section::Upstream, place: &Place) {
        if section.url.0.0.scheme() != "http" || section.url.is_loopback() {
            return;
        }
        let secret =
            |value: &section::HeaderValue| matches!(value, section::HeaderValue::Secret(_));
        let what = if section.forward_authorization
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
        .forward_authorization(section.forward_authorization)
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
        UpstreamError::TwoAuthorizations => place.key("forward_authorization"),
        UpstreamError::Pem(_) | UpstreamError::NoCertificate | UpstreamError::Certificate(_) => {
            place.key("ca_file")
        }
        _ => place.key("url"),
    }
}
