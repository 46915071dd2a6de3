//! What a policy is asked.

use std::net::IpAddr;

use http::HeaderMap;
use tollbar_core::Consumer;
use tollbar_mcp::json::Slice;

use crate::{Annotations, Family, Feature};

/// Who asks, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// Who asks, as the plan has found.
    pub consumer: &'a Consumer,
    /// The client's address, when the server knows it.
    pub address: Option<IpAddr>,
    /// The headers of the request; of the request that has opened the stream, where something on a
    /// stream is judged. The credential is not among them, but for an `Authorization` that goes on to the
    /// MCP server, of which nothing is known here. Clients set them as they like.
    pub headers: &'a HeaderMap,
}

/// What something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To see it in a list.
    List,
    /// To call, read, get, subscribe to or complete it.
    Use,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target<'a> {
    /// A tool, by name.
    Tool(&'a str),
    /// A resource, by URI as it was sent.
    Resource(&'a str),
    /// A resource template, by its text (RFC 6570).
    Template(&'a str),
    /// A prompt, by name.
    Prompt(&'a str),
    /// A method that is about none of these, by name: one that this gateway does not know.
    Method(&'a str),
    /// A feature.
    Feature(Feature),
}

impl<'a> Target<'a> {
    /// The kind in one word: `tool`, `resource`, `template`, `prompt`, `method` or `feature`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Tool(_) => "tool",
            Self::Resource(_) => "resource",
            Self::Template(_) => "template",
            Self::Prompt(_) => "prompt",
            Self::Method(_) => "method",
            Self::Feature(_) => "feature",
        }
    }

    /// The name, URI or template.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        match self {
            Self::Tool(name)
            | Self::Resource(name)
            | Self::Template(name)
            | Self::Prompt(name)
            | Self::Method(name) => name,
            Self::Feature(feature) => feature.as_str(),
        }
    }

    /// The family that it belongs to; `None` for methods and features.
    #[must_use]
    pub const fn family(&self) -> Option<Family> {
        match self {
            Self::Tool(_) => Some(Family::Tools),
            Self::Resource(_) | Self::Template(_) => Some(Family::Resources),
            Self::Prompt(_) => Some(Family::Prompts),
            Self::Method(_) | Self::Feature(_) => None,
        }
    }
}

/// One question to a policy: may this consumer do that?
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Who asks.
    pub asker: Asker<'a>,
    /// What for.
    pub target: Target<'a>,
    /// To see it, or to use it.
    pub purpose: Purpose,
    /// What the server has said about the tool, where it is one and its list has passed.
    pub annotations: Option<Annotations>,
    /// The arguments of the call, as they stand in the body; `None` in lists, and where there are
    /// none. They are read when they are asked for, and not before.
    pub arguments: Option<Slice<'a>>,
}

impl<'a> Question<'a> {
    /// A question of which nothing more is known.
    #[must_use]
    pub const fn new(asker: Asker<'a>, target: Target<'a>, purpose: Purpose) -> Self {
        Self {
            asker,
            target,
            purpose,
            annotations: None,
            arguments: None,
        }
    }
}
