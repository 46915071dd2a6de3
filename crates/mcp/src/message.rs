//! One message of a client.

use std::ops::Range;

use crate::{ClientInfo, Id, Method, Subject, TraceParent};

/// What a message is by its shape (JSON-RPC 2.0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// It has a method and an id, and waits for a response.
    Request,
    /// It has a method and no id.
    Notification,
    /// It has an id and a result or an error.
    Response,
}

/// One message of a client, judged by the strict rules.
///
/// All ranges are byte offsets into the body that was parsed, and always lie on the boundaries of a JSON value.
#[derive(Clone, Debug)]
pub struct Message {
    pub(crate) kind: MessageKind,
    pub(crate) id: Option<Id>,
    pub(crate) method: Option<Method>,
    pub(crate) subject: Option<Subject>,
    pub(crate) span: Range<usize>,
    pub(crate) params: Option<Range<usize>>,
    pub(crate) arguments: Option<Range<usize>>,
    pub(crate) meta: Option<Range<usize>>,
    pub(crate) task: Option<Range<usize>>,
    pub(crate) task_id: Option<Range<usize>>,
    pub(crate) input_responses: Option<Range<usize>>,
    pub(crate) capabilities: Option<Range<usize>>,
    pub(crate) requested_version: Option<Box<str>>,
    pub(crate) client: Option<ClientInfo>,
    pub(crate) cancels: Option<Id>,
    pub(crate) trace_parent: Option<TraceParent>,
}

impl Message {
    /// Request, notification or response.
    #[must_use]
    pub fn kind(&self) -> MessageKind {
        self.kind
    }

    /// The id; `None` for notifications only.
    #[must_use]
    pub fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    /// The method; `None` for responses only.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.method.as_ref()
    }

    /// What the method is about; `None` for methods without a subject.
    ///
    /// A method that needs a subject always has one: without it the message is refused.
    #[must_use]
    pub fn subject(&self) -> Option<&Subject> {
        self.subject.as_ref()
    }

    /// Where the message stands in the body.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Where the `params` object stands in the body.
    #[must_use]
    pub fn params(&self) -> Option<Range<usize>> {
        self.params.clone()
    }

    /// Where `params.arguments` stands in the body. It may be any JSON value.
    #[must_use]
    pub fn arguments(&self) -> Option<Range<usize>> {
        self.arguments.clone()
    }

    /// Where `params._meta` stands in the body.
    #[must_use]
    pub fn meta(&self) -> Option<Range<usize>> {
        self.meta.clone()
    }

    /// Where `params.task` stands in the body: with it a request asks to become a task (2025-11-25,
    /// `basic/utilities/tasks`). It may be any JSON value.
    #[must_use]
    pub fn task(&self) -> Option<Range<usize>> {
        self.task.clone()
    }

    /// Where `params.taskId` stands in the body, quotes included. It may be any JSON value where the
    /// method has no [`Subject::Task`].
    #[must_use]
    pub fn task_id(&self) -> Option<Range<usize>> {
        self.task_id.clone()
    }

    /// Where `params.inputResponses` stands in the body: the client's answers to what the server has
    /// asked before it goes on (2026-07-28, `basic/patterns/mrtr`). It may be any JSON value.
    #[must_use]
    pub fn input_responses(&self) -> Option<Range<usize>> {
        self.input_responses.clone()
    }

    /// Where the client's capabilities stand in the body: `params.capabilities` of an `initialize`, else
    /// `io.modelcontextprotocol/clientCapabilities` of `_meta`.
    #[must_use]
    pub fn capabilities(&self) -> Option<Range<usize>> {
        self.capabilities.clone()
    }

    /// The version that an `initialize` asks for, known or not.
    #[must_use]
    pub fn requested_version(&self) -> Option<&str> {
        self.requested_version.as_deref()
    }

    /// What the client says about itself, in `initialize` (legacy) or in `_meta` (modern).
    #[must_use]
    pub fn client(&self) -> Option<&ClientInfo> {
        self.client.as_ref()
    }

    /// The request that a `notifications/cancelled` gives up.
    #[must_use]
    pub fn cancels(&self) -> Option<&Id> {
        self.cancels.as_ref()
    }

    /// The span that has sent it, as `_meta` says (MCP 2026-07-28 `basic/index`).
    #[must_use]
    pub fn trace_parent(&self) -> Option<TraceParent> {
        self.trace_parent
    }
}
