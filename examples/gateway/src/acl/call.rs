//! What is asked for, as it is written: `tools/call:get_weather`.

mod slip;

#[cfg(test)]
mod tests;

use tollbar::{
    acl::{Feature, Purpose, Target},
    mcp::Method,
};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// Nobody is asked: it is always open, for this reason.
    Open(&'static str),
    /// The rules are asked about this.
    Asks(Thing, Purpose),
}

/// Something that rules are about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Thing {
    Tool(String),
    Resource(String),
    Template(String),
    Prompt(String),
    Method(String),
    Feature(&'static str),
}

const LISTS: &str = "lists are always open; of their entries the rules are asked one by one, such as \
                     `tools/list:NAME`";
const NEEDED: &str = "it is always open: without it, no client could talk to the server";
const LISTENS: &str = "it is always open; resources that may not be read are taken out of it";

impl Call {
    /// Reads a call: a method, and behind a colon what it is about. The reason is one for people.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let (method, name) = match text.split_once(':') {
            Some((method, name)) => (method, Some(name)),
            None => (text, None),
        };
        if text.is_empty() {
            return Err("write a method, such as `tools/call:NAME`".to_owned());
        }
        if let ("feature", Some(name)) = (method, name) {
            return match Feature::parse(name) {
                Some(feature) => Ok(Self::feature(feature)),
                None => Err(format!(
                    "there is no feature `{name}`: there are {}",
                    Feature::ALL
                        .map(|feature| format!("`{}`", feature.as_str()))
                        .join(", ")
                )),
            };
        }
        let about = |what: &str| {
            name.filter(|name| !name.is_empty())
                .map(str::to_owned)
                .ok_or_else(|| format!("it is about a {what}: write `{method}:{what}`"))
        };
        let used = |thing| Ok(Self::Asks(thing, Purpose::Use));
        let listed = |thing: fn(String) -> Thing| match name {
            None => Self::Open(LISTS),
            Some(name) => Self::Asks(thing(name.to_owned()), Purpose::List),
        };
        match Method::parse(method) {
            Method::ToolsCall => used(Thing::Tool(about("NAME")?)),
            Method::PromptsGet => used(Thing::Prompt(about("NAME")?)),
            Method::ResourcesRead | Method::ResourcesSubscribe | Method::ResourcesUnsubscribe => {
                used(Thing::Resource(about("URI")?))
            }
            Method::CompletionComplete => used(reference(&about("REF")?)?),
            Method::ToolsList => Ok(listed(Thing::Tool)),
            Method::ResourcesList => Ok(listed(Thing::Resource)),
            Method::ResourceTemplatesList => Ok(listed(Thing::Template)),
            Method::PromptsList => Ok(listed(Thing::Prompt)),
            Method::SubscriptionsListen => match name {
                None => Ok(Self::Open(LISTENS)),
                Some(uri) => used(Thing::Resource(uri.to_owned())),
            },
            Method::LoggingSetLevel => Ok(Self::feature(Feature::Logging)),
            Method::NotificationRootsListChanged => Ok(Self::feature(Feature::Roots)),
            Method::TasksList
            | Method::TasksGet
            | Method::TasksResult
            | Method::TasksUpdate
            | Method::TasksCancel
            | Method::NotificationTasksStatus => Ok(Self::feature(Feature::Tasks)),
            Method::Initialize
            | Method::Ping
            | Method::ServerDiscover
            | Method::NotificationInitialized
            | Method::NotificationCancelled
            | Method::NotificationProgress => Ok(Self::Open(NEEDED)),
            _ => match (method, name) {
                ("notifications/resources/updated", Some(uri)) => {
                    used(Thing::Resource(uri.to_owned()))
                }
                ("notifications/message", _) => Ok(Self::feature(Feature::Logging)),
                ("notifications/tasks", _) => Ok(Self::feature(Feature::Tasks)),
                ("sampling/createMessage", _) => Ok(Self::feature(Feature::Sampling)),
                ("elicitation/create", _) => Ok(Self::feature(Feature::Elicitation)),
                ("roots/list", _) => Ok(Self::feature(Feature::Roots)),
                _ => match slip::meant(method, name) {
                    Some(meant) => Err(format!("did you mean `{meant}`?")),
                    // A method of nobody's knowledge may have a colon.
                    None => used(Thing::Method(text.to_owned())),
                },
            },
        }
    }

    /// Reads a method that went by without being about something that has a name. `None` when it
    /// should have been.
    pub(super) fn of_method(method: &str) -> Option<Self> {
        match (Method::parse(method), Self::read(method)) {
            (_, Ok(call)) if !method.contains(':') => Some(call),
            // Whatever it looks like, it was asked for.
            (Method::Other(_), _) => {
                Some(Self::Asks(Thing::Method(method.to_owned()), Purpose::Use))
            }
            _ => None,
        }
    }

    const fn feature(feature: Feature) -> Self {
        Self::Asks(Thing::Feature(feature.as_str()), Purpose::Use)
    }
}

/// What a completion is for (MCP `ref/prompt`, `ref/resource`). A URI with a `{` is a template.
fn reference(text: &str) -> Result<Thing, String> {
    match text.split_once(':') {
        Some(("ref/prompt", name)) if !name.is_empty() => Ok(Thing::Prompt(name.to_owned())),
        Some(("ref/resource", uri)) if uri.contains('{') => Ok(Thing::Template(uri.to_owned())),
        Some(("ref/resource", uri)) if !uri.is_empty() => Ok(Thing::Resource(uri.to_owned())),
        _ => Err("write `completion/complete:ref/prompt:NAME`, or `…:ref/resource:URI`".to_owned()),
    }
}

impl Thing {
    pub(super) fn target(&self) -> Target<'_> {
        match self {
            Self::Tool(name) => Target::Tool(name),
            Self::Resource(uri) => Target::Resource(uri),
            Self::Template(text) => Target::Template(text),
            Self::Prompt(name) => Target::Prompt(name),
            Self::Method(name) => Target::Method(name),
            Self::Feature(name) => match Feature::parse(name) {
                Some(feature) => Target::Feature(feature),
                None => Target::Method(name),
            },
        }
    }
}
