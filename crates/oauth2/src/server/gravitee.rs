//! Gravitee Access Management, as its documentation describes it.

use url::Url;

use super::builder::AuthorizationServerBuilder;

/// A security domain at the URL of Gravitee's gateway. The issuer is `{url}/{domain}/oidc`, which is
/// also where the OpenID metadata and the keys are; introspection is at `{url}/{domain}/oauth`.
pub(super) fn builder(url: &Url, domain: &str) -> AuthorizationServerBuilder {
    let at = |segments: &[&str]| {
        let mut url = url.clone();
        // Only URLs without a host have no segments, and those do not build.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend(domain.split('/').filter(|segment| !segment.is_empty()))
                .extend(segments);
        }
        url
    };
    AuthorizationServerBuilder::new(at(&["oidc"]).into())
        .introspection_endpoint(at(&["oauth", "introspect"]))
        .jwks_uri(at(&["oidc", ".well-known", "jwks.json"]))
}
