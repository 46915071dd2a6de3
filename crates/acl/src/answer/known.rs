//! The members of a result that a policy looks at.

use tollbar_mcp::json::{Kind, Slice};

use super::{list::List, near::is_near};

/// The members of a result that a policy looks at, found in one pass: results may be long.
#[derive(Debug, Default)]
pub(super) struct Known<'a> {
    lists: [Option<Slice<'a>>; 4],
    pub(super) capabilities: Option<Slice<'a>>,
    /// `protocolVersion` or `supportedVersions`.
    pub(super) has_version: bool,
    pub(super) cache_scope: Option<Slice<'a>>,
    pub(super) input_requests: Option<Slice<'a>>,
    pub(super) result: Option<Slice<'a>>,
}

/// The members that clients must not find under another key.
const SENSITIVE: [&str; 6] = [
    "tools",
    "resources",
    "resourceTemplates",
    "prompts",
    "inputRequests",
    "cacheScope",
];

impl<'a> Known<'a> {
    /// Reads a result. `None` where some clients would find a list, or a question to them, in a member
    /// with another key: some compare keys without case.
    pub(super) fn of(result: &Slice<'a>) -> Option<Self> {
        let mut known = Self::default();
        let mut is_odd = false;
        for (key, value) in result.members() {
            match &*key {
                "capabilities" => known.capabilities = Some(value),
                "protocolVersion" | "supportedVersions" => known.has_version = true,
                "cacheScope" => known.cache_scope = Some(value),
                "inputRequests" => known.input_requests = Some(value),
                "result" => known.result = Some(value).filter(is_object),
                other => match List::of(other) {
                    Some(list) => known.lists[list as usize] = Some(value),
                    None => is_odd |= is_near(other, &SENSITIVE),
                },
            }
        }
        let is_ambiguous = is_odd && SENSITIVE.iter().any(|key| result.has_look_alike(key));
        (!is_ambiguous).then_some(known)
    }

    /// The lists. There is no more than one in what honest servers send.
    pub(super) fn lists(&self) -> impl Iterator<Item = (List, Slice<'a>)> {
        let lists = List::ALL.into_iter().zip(self.lists);
        lists.filter_map(|(list, entries)| Some((list, entries?)))
    }
}

fn is_object(value: &Slice<'_>) -> bool {
    value.kind() == Some(Kind::Object)
}
