//! Whether authorization servers can be asked, and by whom.

use tollbar::oauth2::{
    AuthorizationServer, AuthorizationServerBuilder, ClientAuthentication, OAuth2Error,
};

use url::Url;

use super::Judge;
use crate::config::{
    report::Problem,
    secret::SecretText,
    section::{self, File},
    settings::ServerSettings,
    tree::Place,
    value::is_loopback,
};

impl Judge<'_> {
    /// The authorization servers; `None` for each that cannot be built, with a problem that says why.
    pub(super) fn authorization_servers(&mut self, file: &File) -> Vec<Option<ServerSettings>> {
        let place = Place::root().key("authorization_server");
        let servers = &file.authorization_server;
        self.unique(
            "authorization_server",
            "authorization server",
            "name",
            servers.iter().map(|server| server.name.as_str()),
        );
        let built = servers.iter().enumerate();
        built
            .map(|(index, section)| {
                let place = place.index(index);
                self.is_used(section, file, &place);
                self.authorization_server(section, &place)
            })
            .collect()
    }

    fn is_used(&mut self, section: &section::AuthorizationServer, file: &File, place: &Place) {
        let mut plans = file.proxy.iter().flat_map(|proxy| &proxy.plan);
        if !plans.any(|plan| plan.authorization_server.as_ref() == Some(&section.name)) {
            let name = section.name.as_str();
            let problem = Problem::warning(format!("no plan takes tokens of `{name}`"));
            let fix = format!(
                "add a `[[proxy.plan]]` with `type = \"oauth2\"` and `authorization_server = \
                 \"{name}\"`, or remove this section"
            );
            self.note(&place.key("name"), problem.fix(fix).missing());
        }
    }

    fn authorization_server(
        &mut self,
        section: &section::AuthorizationServer,
        place: &Place,
    ) -> Option<ServerSettings> {
        if section.longest_retry.0 < section.retry.0 {
            let problem = Problem::error("`longest_retry` is shorter than `retry`");
            self.note(
                &place.key("longest_retry"),
                problem.fix("make it as long at least"),
            );
        }
        let builder = self.issuer(section, place);
        let client = self.client(section, place);
        let mut builder = bounds(builder?, section).name(section.name.as_str());
        if let Some(path) = &section.ca_file {
            builder = builder.ca_pem(self.pem(path, &place.key("ca_file"))?);
        }
        let (client, lacks_secret) = client?;
        if let Some((id, secret)) = client {
            builder = builder.client(id, secret.expose());
        }
        let gathering = std::mem::take(&mut self.gathering);
        match builder.build() {
            Ok(server) => Some(ServerSettings {
                server,
                lacks_secret,
                fingerprint: gathering.close(section),
                section: section.clone(),
            }),
            Err(error) => {
                let place = culprit(&error, section, place);
                self.note(&place, Problem::said(&error.to_string()));
                None
            }
        }
    }

    /// What identifies the server.
    fn issuer(
        &mut self,
        section: &section::AuthorizationServer,
        place: &Place,
    ) -> Option<AuthorizationServerBuilder> {
        let (builder, url, key) = match (&section.issuer, &section.gravitee) {
            (Some(issuer), None) => {
                let builder = AuthorizationServer::builder(issuer.as_str());
                (builder, &issuer.url, "issuer")
            }
            (None, Some(gravitee)) => {
                let place = place.key("gravitee");
                let (url, domain) = (&gravitee.url.0.0, &gravitee.domain);
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
                let is_empty = domain.bytes().all(|byte| b"./".contains(&byte));
                if is_empty || !domain.bytes().all(plain) {
                    let problem = Problem::error(format!("`{domain}` is no security domain"));
                    let fix = "write its path as it stands in URLs, such as `field-teams`";
                    self.note(&place.key("domain"), problem.fix(fix));
                    return None;
                }
                if url.query().is_some() {
                    let problem = Problem::error("the URL of a gateway has no query");
                    let fix = "leave out the `?` and what follows";
                    self.note(&place.key("url"), problem.fix(fix).conceal());
                    return None;
                }
                self.gravitee_ends(url, domain, &place.key("url"));
                (AuthorizationServer::gravitee(url, domain), url, "gravitee")
            }
            (given, _) => {
                let problem = Problem::error(match given {
                    Some(_) => "this says twice what server it is",
                    None => "this does not say what server it is",
                });
                let fix = "give exactly one of `issuer`, as it stands in the server's metadata, and \
                           `gravitee`";
                self.note(&place.key("name"), problem.fix(fix).missing());
                return None;
            }
        };
        if url.scheme() == "http" && !is_loopback(url) && !section.allow_http {
            let problem = Problem::error(
                "this authorization server is on another machine and is talked to without TLS: \
                 whoever is on the way could read tokens and say which of them are good",
            );
            let fix = "use `https`, or set `allow_http = true` where nobody is on the way";
            self.note(&place.key(key), problem.fix(fix));
            return None;
        }
        Some(builder)
    }

    /// The URL is that of the gateway, and what comes behind it is added.
    fn gravitee_ends(&mut self, url: &Url, domain: &str, place: &Place) {
        let path = url.path().trim_matches('/');
        let domain = domain.trim_matches('/');
        let ends = |end: &str| path == end || path.ends_with(&format!("/{end}"));
        if ends("oidc") || ends(domain) {
            let problem = Problem::warning(format!(
                "this ends with a part of what is added: the issuer would be \
                 `.../{path}/{domain}/oidc`"
            ));
            let fix =
                "leave out the domain and what follows: this is the URL of Gravitee's gateway";
            self.note(place, problem.fix(fix));
        }
    }

    /// As whom the server is asked, and whether only the secret for that is not there. `None` when
    /// that is not said as it must be, with a problem that says why.
    fn client(
        &mut self,
        section: &section::AuthorizationServer,
        place: &Place,
    ) -> Option<(Option<(String, SecretText)>, bool)> {
        let (id, secret) = match (&section.client_id, &section.client_secret) {
            (None, None) => return Some((None, false)),
            (Some(id), Some(secret)) => (id, secret),
            (Some(_), None) => {
                let problem = Problem::error("this client has no secret");
                let fix = "add `client_secret = { env = \"NAME\" }`, with the one that the \
                           authorization server has issued";
                self.note(&place.key("client_id"), problem.fix(fix).missing());
                return None;
            }
            (None, Some(_)) => {
                let problem = Problem::error("there is a secret, and no client that it belongs to");
                let fix = "add `client_id`, as it is registered at the authorization server";
                self.note(&place.key("client_secret"), problem.fix(fix).missing());
                return None;
            }
        };
        if id.is_empty() || id.chars().any(char::is_control) {
            let problem = Problem::error("this is not the id of a client");
            let fix = "write it as it is registered at the authorization server";
            self.note(&place.key("client_id"), problem.fix(fix));
            return None;
        }
        match self.secret(secret, &place.key("client_secret")) {
            Some(secret) => Some((Some((id.clone(), secret)), false)),
            // Whether that is an error is told where it stands.
            None => Some((None, true)),
        }
    }
}

/// The settings that stand in the configuration as they are.
pub(in crate::config) fn bounds(
    mut builder: AuthorizationServerBuilder,
    section: &section::AuthorizationServer,
) -> AuthorizationServerBuilder {
    if let Some(url) = &section.introspection_endpoint {
        builder = builder.introspection_endpoint(url.0.0.clone());
    }
    if let Some(url) = &section.jwks_uri {
        builder = builder.jwks_uri(url.0.0.clone());
    }
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    builder
        .authentication(match section.method {
            section::ClientAuthentication::Basic => ClientAuthentication::Basic,
            section::ClientAuthentication::Post => ClientAuthentication::Post,
        })
        .allow_plain_http(section.allow_http)
        .timeout(section.timeout.0)
        .in_flight(count(section.in_flight.get()))
        .answer_limit(section.answer_limit.0.0)
        .document_limit(section.document_limit.0.0)
        .failures(section.failures.get())
        .retry(section.retry.0, section.longest_retry.0)
        .metadata_lifetime(section.metadata_lifetime.0)
        .keys_refresh(section.keys_refresh.0)
        .unknown_key_pause(section.unknown_key_pause.0)
        .keys_lifetime(section.keys_lifetime.0)
}

/// The key whose value an error is about.
fn culprit(error: &OAuth2Error, section: &section::AuthorizationServer, place: &Place) -> Place {
    match error {
        OAuth2Error::Fetch(error) if error.is_about_certificates() => place.key("ca_file"),
        OAuth2Error::Fetch(error) => place.key(error.setting().unwrap_or("issuer")),
        OAuth2Error::ZeroTime(option) | OAuth2Error::TooSmall { option, .. } => place.key(option),
        _ if section.issuer.is_some() => place.key("issuer"),
        _ => place.key("gravitee"),
    }
}
