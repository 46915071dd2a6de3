//! One entry of a list.

use std::borrow::Cow;

use tollbar_mcp::json::Slice;

use super::near::is_near;
use crate::Annotations;

/// One entry of a list, as far as a policy looks at it. All of it is found in one pass: lists may be
/// long.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// The name, URI or template.
    pub(super) name: Cow<'a, str>,
    /// What it says of a tool's nature, where that can be told.
    pub(super) annotations: Option<Annotations>,
}

const ANNOTATIONS: &str = "annotations";

impl<'a> Entry<'a> {
    /// Reads an entry whose name stands under this key. `None` when there is no name, or when clients
    /// may find another one.
    pub(super) fn of(entry: &Slice<'a>, key: &'static str) -> Option<Self> {
        let (mut name, mut annotations, mut is_odd) = (None, None, false);
        for (found, value) in entry.members() {
            if found == key {
                name = Some(value);
            } else if found == ANNOTATIONS {
                annotations = Some(value);
            } else {
                is_odd |= is_near(&found, &[key, ANNOTATIONS]);
            }
        }
        if is_odd && entry.has_look_alike(key) {
            return None;
        }
        let is_ambiguous = is_odd && entry.has_look_alike(ANNOTATIONS);
        let annotations = match is_ambiguous {
            true => None,
            false => Annotations::given(annotations),
        };
        let name = name?.as_str()?;
        Some(Self { name, annotations })
    }
}
