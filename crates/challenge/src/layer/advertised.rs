//! All that is told of a resource, written beforehand.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};

use crate::{
    Challenge, ProtectedResource,
    challenge::BEARER,
    resource::{Form, Place, trimmed},
};

/// What is told of one resource.
pub(super) struct Advertised {
    places: Vec<Place>,
    plain: Told,
    slashed: Told,
    is_configured_slashed: bool,
    tells_slash: bool,
}

/// What is told of a resource under one of its two identifiers.
pub(super) struct Told {
    pub(super) document: Bytes,
    /// To whom is not known.
    unauthenticated: Challenge,
    /// To whom may not.
    forbidden: Challenge,
}

impl Advertised {
    pub(super) fn new(resource: &ProtectedResource) -> Self {
        Self {
            places: resource.places(),
            plain: Told::new(resource, false),
            slashed: Told::new(resource, true),
            is_configured_slashed: resource.has_slash(),
            tells_slash: resource.tells_slash(),
        }
    }

    /// What a request for metadata gets; `None` when this path is another one.
    pub(super) fn at(&self, path: &str) -> Option<&Told> {
        let stem = trimmed(path);
        let place = self.places.iter().find(|place| *place.path == *stem)?;
        Some(self.told(match place.form {
            Form::AsAsked => stem.len() < path.len(),
            Form::AsConfigured => self.is_configured_slashed,
        }))
    }

    /// Whether a client with a request for this path uses the identifier with a trailing slash.
    /// Nothing else is learnt from a request.
    pub(super) fn is_slashed(&self, path: &str) -> bool {
        match self.tells_slash {
            true => path.ends_with('/'),
            false => self.is_configured_slashed,
        }
    }

    pub(super) const fn told(&self, slashed: bool) -> &Told {
        match slashed {
            true => &self.slashed,
            false => &self.plain,
        }
    }
}

impl fmt::Debug for Advertised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths = self.places.iter().map(|place| &place.path);
        f.debug_list().entries(paths).finish()
    }
}

impl Told {
    fn new(resource: &ProtectedResource, slashed: bool) -> Self {
        let mut forbidden = Challenge::bearer();
        forbidden.put("resource_metadata", &resource.metadata_url(slashed));
        let mut unauthenticated = forbidden.clone();
        let scopes = resource.told_scopes(false).join(" ");
        if !scopes.is_empty() {
            unauthenticated.put("scope", &scopes);
        }
        Self {
            document: resource.document(slashed),
            unauthenticated,
            forbidden,
        }
    }

    /// The one line of a refusal that has these challenges; `None` when none of them is for a bearer
    /// token.
    ///
    /// What is added stands in front: some clients search the line for `scope=`, and would find it in
    /// a description.
    pub(super) fn line(&self, status: StatusCode, challenges: &[Challenge]) -> Option<HeaderValue> {
        let is_bearer = |it: &Challenge| it.is(BEARER) && it.token().is_none();
        let place = challenges.iter().position(is_bearer)?;
        let refused = challenges.get(place)?;
        let needs_scope = status == StatusCode::UNAUTHORIZED && refused.get("scope").is_none();
        let mut bearer = match needs_scope {
            true => self.unauthenticated.clone(),
            false => self.forbidden.clone(),
        };
        for (name, value) in refused.parameters() {
            if bearer.get(name).is_none() {
                bearer.put(name, value);
            }
        }
        let others = challenges.iter().enumerate();
        let others = others.filter(|(index, _)| *index != place);
        let others = others.map(|(_, challenge)| challenge);
        Some(Challenge::line([&bearer].into_iter().chain(others)))
    }
}
