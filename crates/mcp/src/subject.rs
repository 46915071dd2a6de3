//! What a message is about.

use std::ops::Range;

/// The thing that a message wants to use: what a rule of an access list names.
///
/// | method | subject |
/// |---|---|
/// | `tools/call` | tool `params.name` |
/// | `prompts/get` | prompt `params.name` |
/// | `resources/read`, `resources/subscribe`, `resources/unsubscribe` | resource `params.uri` |
/// | `completion/complete` | prompt `params.ref.name`; resource or template `params.ref.uri` |
/// | `tasks/get`, `tasks/result`, `tasks/update`, `tasks/cancel`, `notifications/tasks/status` | task `params.taskId` |
/// | `subscriptions/listen` | the whole filter `params.notifications` |
///
/// Names are decoded and hold no control characters; URIs are moreover plain ASCII without space and
/// backslash. URIs are *not* normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// A tool, by name.
    Tool(Box<str>),
    /// A prompt, by name.
    Prompt(Box<str>),
    /// A resource, by URI.
    Resource(Box<str>),
    /// A resource template: the URI of a completion's `ref/resource` which holds a `{`.
    Template(Box<str>),
    /// A task, by id.
    Task(Box<str>),
    /// Everything that a `subscriptions/listen` asks to hear of.
    Subscriptions(Subscriptions),
}

impl Subject {
    /// The kind in one word: `tool`, `prompt`, `resource`, `template`, `task` or `subscriptions`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Tool(_) => "tool",
            Self::Prompt(_) => "prompt",
            Self::Resource(_) => "resource",
            Self::Template(_) => "template",
            Self::Task(_) => "task",
            Self::Subscriptions(_) => "subscriptions",
        }
    }

    /// The name, URI or id; `None` for subscriptions, which have many.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Tool(name)
            | Self::Prompt(name)
            | Self::Resource(name)
            | Self::Template(name)
            | Self::Task(name) => Some(name),
            Self::Subscriptions(_) => None,
        }
    }
}

/// The filter of a `subscriptions/listen` request (2026-07-28, `basic/patterns/subscriptions`).
///
/// The lists come with the places of their elements in the body, so that single entries can be cut out and all
/// other bytes stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscriptions {
    pub(crate) tools_list_changed: bool,
    pub(crate) prompts_list_changed: bool,
    pub(crate) resources_list_changed: bool,
    pub(crate) resources: Entries,
    pub(crate) tasks: Entries,
}

/// One list of a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entries {
    pub(crate) span: Option<Range<usize>>,
    pub(crate) names: Vec<Box<str>>,
    pub(crate) spans: Vec<Range<usize>>,
}

impl Subscriptions {
    /// Whether changes of the list of tools are asked for.
    #[must_use]
    pub fn tools_list_changed(&self) -> bool {
        self.tools_list_changed
    }

    /// Whether changes of the list of prompts are asked for.
    #[must_use]
    pub fn prompts_list_changed(&self) -> bool {
        self.prompts_list_changed
    }

    /// Whether changes of the list of resources are asked for.
    #[must_use]
    pub fn resources_list_changed(&self) -> bool {
        self.resources_list_changed
    }

    /// The URIs in `resourceSubscriptions`, in order.
    #[must_use]
    pub fn resources(&self) -> &[Box<str>] {
        &self.resources.names
    }

    /// Where each element of [`resources`](Self::resources) stands in the body, quotes included.
    #[must_use]
    pub fn resource_spans(&self) -> &[Range<usize>] {
        &self.resources.spans
    }

    /// Where the array `resourceSubscriptions` stands in the body, brackets included.
    #[must_use]
    pub fn resources_span(&self) -> Option<Range<usize>> {
        self.resources.span.clone()
    }

    /// The ids in `taskIds`, in order (tasks extension).
    #[must_use]
    pub fn tasks(&self) -> &[Box<str>] {
        &self.tasks.names
    }

    /// Where each element of [`tasks`](Self::tasks) stands in the body, quotes included.
    #[must_use]
    pub fn task_spans(&self) -> &[Range<usize>] {
        &self.tasks.spans
    }

    /// Where the array `taskIds` stands in the body, brackets included.
    #[must_use]
    pub fn tasks_span(&self) -> Option<Range<usize>> {
        self.tasks.span.clone()
    }
}
