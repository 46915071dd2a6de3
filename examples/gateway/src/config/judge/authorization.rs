//! The credential that an MCP server is shown.

use http::header::AUTHORIZATION;
use tollbar::oauth2::{ClientAuthentication, ClientCredentials};
use tollbar::upstream::Builder;

use super::Judge;
use crate::config::{
    report::Problem,
    section::{self, Authorization},
    tree::Place,
};

impl Judge<'_> {
    /// Gives the upstream its credential; `None` when there is none to give, with a problem that
    /// says why.
    pub(super) fn authorization(
        &mut self,
        builder: Builder,
        upstream: &section::Upstream,
        place: &Place,
    ) -> Option<Builder> {
        let Some(section) = &upstream.authorization else {
            return Some(builder);
        };
        self.one_authorization(upstream, place);
        let place = place.key("authorization");
        match (&section.bearer, &section.basic, &section.client_credentials) {
            (Some(token), None, None) => {
                let place = place.key("bearer");
                let token = self.secret(token, &place)?;
                let built = builder.bearer(token.expose());
                self.built(built, &place)
            }
            (None, Some(basic), None) => {
                let place = place.key("basic");
                let password = self.secret(&basic.password, &place.key("password"))?;
                let built = builder.basic(&basic.username, password.expose());
                self.built(built, &place)
            }
            (None, None, Some(section)) => {
                let place = place.key("client_credentials");
                let authorize = self.client_credentials(section, &place)?;
                Some(builder.authorize(authorize))
            }
            _ => {
                let problem = Problem::error(format!("this is {} credentials", count(section)));
                let fix = "give exactly one of `bearer`, `basic` and `client_credentials`";
                self.note(&place, problem.fix(fix).missing());
                None
            }
        }
    }

    fn client_credentials(
        &mut self,
        section: &section::ClientCredentials,
        place: &Place,
    ) -> Option<ClientCredentials> {
        let secret = self.secret(&section.client_secret, &place.key("client_secret"))?;
        let mut builder = ClientCredentials::builder(
            section.token_url.0.0.clone(),
            section.client_id.as_str(),
            secret.expose(),
        )
        .authentication(match section.method {
            section::ClientAuthentication::Basic => ClientAuthentication::Basic,
            section::ClientAuthentication::Post => ClientAuthentication::Post,
        })
        .scopes(section.scopes.iter().map(|scope| scope.as_str()));
        if let Some(resource) = &section.resource {
            builder = builder.resource(resource.as_str());
        }
        if let Some(audience) = &section.audience {
            builder = builder.audience(audience.as_str());
        }
        if let Some(path) = &section.ca_file {
            builder = builder.ca_pem(self.pem(path, &place.key("ca_file"))?);
        }
        self.built(builder.build(), place)
    }

    /// What was built, or the problem that it was not. Such errors repeat no secret; the line may.
    fn built<T, E: std::fmt::Display>(&mut self, built: Result<T, E>, place: &Place) -> Option<T> {
        match built {
            Ok(built) => Some(built),
            Err(error) => {
                self.note(place, Problem::error(error.to_string()));
                None
            }
        }
    }

    /// One `Authorization` only: this one.
    fn one_authorization(&mut self, upstream: &section::Upstream, place: &Place) {
        let mut names = upstream.headers.keys();
        if let Some(name) = names.find(|name| AUTHORIZATION.as_str().eq_ignore_ascii_case(name)) {
            let problem = Problem::error(
                "the header `authorization` and the section `authorization` exclude each other",
            );
            let place = place.key("headers").key(name);
            self.note(&place, problem.fix("remove one of the two"));
        }
    }
}

/// How many credentials are given.
fn count(section: &Authorization) -> usize {
    usize::from(section.bearer.is_some())
        + usize::from(section.basic.is_some())
        + usize::from(section.client_credentials.is_some())
}
