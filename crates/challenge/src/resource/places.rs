//! Where metadata is looked for, and with which URL.

use super::ProtectedResource;

/// What RFC 9728 section 3.1 inserts between host and path.
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// A path, without a trailing slash, under which this process serves the metadata.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: Box<str>,
    pub(crate) form: Form,
}

/// Which of its two identifiers the resource is told to have at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The one with a trailing slash when the place is asked for with one: RFC 9728 section 3.3 wants
    /// the very identifier that the place was made of.
    AsAsked,
    /// The configured one: the place says nothing of the path.
    AsConfigured,
}

impl ProtectedResource {
    /// All paths at which a host has to mount the layer beside the proxy's own, relative to the root
    /// of this process. Each answers with a trailing slash, too, so that a router that tells the two
    /// apart has to mount both.
    ///
    /// They are made of the path of the public URL, and of the [mount path](Self::mount_path) where
    /// that is another one. The last one is the bare form, where it is [allowed](Self::bare).
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        let places = self.places().into_iter();
        places.map(|place| place.path.into_string()).collect()
    }

    pub(crate) fn places(&self) -> Vec<Place> {
        let (public, mount) = (self.public_path(), self.mounted_at());
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
        if self.bare {
            add(WELL_KNOWN.to_owned(), Form::AsConfigured);
        }
        places
    }

    /// The path of the public URL, without a trailing slash: empty for the root.
    fn public_path(&self) -> &str {
        trimmed(self.resource.path())
    }

    /// The path at which this process serves the proxy, without a trailing slash.
    fn mounted_at(&self) -> &str {
        match &self.mount_path {
            Some(path) => trimmed(path),
            None => self.public_path(),
        }
    }

    /// Whether a request's path tells which of the two identifiers the client uses. At the root it has
    /// a slash in any case.
    pub(crate) fn tells_slash(&self) -> bool {
        !self.public_path().is_empty() && !self.mounted_at().is_empty()
    }

    /// The identifier in one of its forms. A resource at the root has the configured one alone.
    pub(crate) fn identifier(&self, slashed: bool) -> String {
        match self.public_path() {
            "" => self.resource.as_str().to_owned(),
            _ => with_slash(trimmed(self.resource.as_str()), slashed),
        }
    }

    pub(crate) fn has_slash(&self) -> bool {
        self.resource.path().ends_with('/')
    }

    /// The URL of the metadata that a challenge names: the inserted form, which is the standard's.
    /// Where something in front changes paths it is the path form, which goes the same way as the
    /// requests themselves.
    pub(crate) fn metadata_url(&self, slashed: bool) -> String {
        let public = self.public_path();
        let slashed = slashed && !public.is_empty();
        let url = if public == self.mounted_at() {
            let origin = self.resource.origin().ascii_serialization();
            format!("{origin}{WELL_KNOWN}{public}")
        } else {
            format!("{}{WELL_KNOWN}", trimmed(self.resource.as_str()))
        };
        with_slash(&url, slashed)
    }
}

/// Without a trailing slash.
pub(crate) fn trimmed(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

fn with_slash(text: &str, slashed: bool) -> String {
    let slash = if slashed { "/" } else { "" };
    format!("{text}{slash}")
}
