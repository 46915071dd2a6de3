//! Where metadata is served, and what a request's path tells.

use std::fmt;

use super::{Front, WELL_KNOWN, trimmed};

/// The paths under which this process serves the metadata of one proxy.
pub(crate) struct Places {
    places: Vec<Place>,
    /// The proxy's own path, without a trailing slash.
    mounted_at: Box<str>,
    is_configured_slashed: bool,
    tells_slash: bool,
}

/// A path, without a trailing slash.
struct Place {
    path: Box<str>,
    form: Form,
}

/// Which of its two identifiers the resource is told to have at a place.
#[derive(Clone, Copy)]
enum Form {
    /// The one with a trailing slash when the place is asked for with one: RFC 9728 section 3.3 wants
    /// the very identifier that the place was made of.
    AsAsked,
    /// The configured one: the place says nothing of the path.
    AsConfigured,
}

impl Places {
    pub(super) fn of(front: &Front) -> Self {
        let (public, mount) = (front.public_path(), front.mounted_at());
        let mut places: Vec<Place> = Vec::new();
        let mut add = |path: String, form| {
            if !places.iter().any(|place| *place.path == *path) {
                let path = path.into_boxed_str();
                places.push(Place { path, form });
            }
        };
        add(format!("{WELL_KNOWN}{public}"), Form::AsAsked);
        add(format!("{WELL_KNOWN}{mount}"), Form::AsAsked);
        add(format!("{mount}{WELL_KNOWN}"), Form::AsAsked);
        if front.is_bare {
            add(WELL_KNOWN.to_owned(), Form::AsConfigured);
        }
        Self {
            places,
            mounted_at: mount.into(),
            is_configured_slashed: front.url().path().ends_with('/'),
            // At the root a path has a slash in any case.
            tells_slash: !public.is_empty() && !mount.is_empty(),
        }
    }

    pub(crate) fn into_paths(self) -> Vec<String> {
        let places = self.places.into_iter();
        places.map(|place| place.path.into_string()).collect()
    }

    /// Whether a request for metadata means the identifier with a trailing slash; `None` when this path
    /// is another one.
    pub(crate) fn slashed_at(&self, path: &str) -> Option<bool> {
        let stem = trimmed(path);
        let place = self.places.iter().find(|place| *place.path == *stem)?;
        Some(match place.form {
            Form::AsAsked => stem.len() < path.len(),
            Form::AsConfigured => self.is_configured_slashed,
        })
    }

    /// Whether a client with a request for this path uses the identifier with a trailing slash.
    /// Nothing else is learnt from a request.
    pub(crate) fn is_slashed(&self, path: &str) -> bool {
        match self.tells_slash {
            true => path.ends_with('/'),
            false => self.is_configured_slashed,
        }
    }

    /// Whether clients look here for an authorization server (RFC 8414, OpenID Connect Discovery, MCP
    /// 2025-03-26 `basic/authorization`, Fallbacks), or for somebody else's metadata, and not for the proxy.
    pub(crate) fn is_of_nobody(&self, path: &str) -> bool {
        let stem = trimmed(path);
        let is_of_login = matches!(stem, "/register" | "/authorize" | "/token")
            || stem.starts_with("/.well-known/")
            || stem.ends_with("/.well-known/oauth-authorization-server")
            || stem.ends_with("/.well-known/openid-configuration");
        is_of_login && *self.mounted_at != *stem
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths = self.places.iter().map(|place| &place.path);
        f.debug_list().entries(paths).finish()
    }
}
