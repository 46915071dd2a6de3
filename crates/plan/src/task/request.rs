//! What the messages of a client say of tasks.

use std::ops::Range;

use http::HeaderValue;
use tollbar_core::{Consumer, Refusal};
use tollbar_mcp::{
    Era, Message, MessageKind, Method, Subject, header,
    json::{Slice, write_string},
};

use super::{
    EXTENSION, RELATED_TASK,
    sealed::TaskSeal,
    unknown::{no_method, undeclared, unknown},
};

/// Finds the sealed ids in the messages of one body, and what is to stand in their place.
pub(super) struct Opening<'a> {
    seal: &'a TaskSeal,
    consumer: &'a Consumer,
    era: Era,
    body: &'a str,
    /// What changes in the body.
    pub(super) edits: Vec<(Range<usize>, Vec<u8>)>,
    /// What a routing header has to say.
    pub(super) name: Option<HeaderValue>,
    /// Whether there may be ids of tasks in the answer.
    pub(super) brings_tasks: bool,
}

impl<'a> Opening<'a> {
    pub(super) const fn new(
        seal: &'a TaskSeal,
        consumer: &'a Consumer,
        era: Era,
        body: &'a str,
    ) -> Self {
        Self {
            seal,
            consumer,
            era,
            body,
            edits: Vec::new(),
            name: None,
            brings_tasks: false,
        }
    }

    /// Reads one message.
    ///
    /// # Errors
    ///
    /// When it names a task that is not this consumer's, or asks for everybody's.
    pub(super) fn read(&mut self, message: &Message) -> Result<(), Refusal> {
        match message.method() {
            None => {
                let answer = self.part(Some(message.span()));
                let result = answer.and_then(|answer| answer.get("result"));
                return self.related(message, result.and_then(|result| result.get("_meta")));
            }
            Some(Method::Initialize) => self.brings_tasks = true,
            Some(Method::TasksList) => return Err(no_method(self.era)),
            Some(Method::TasksResult) if self.era == Era::Modern => {
                return Err(no_method(self.era));
            }
            Some(Method::SubscriptionsListen) => self.subscriptions(message),
            Some(Method::ToolsCall) => self.brings_tasks |= self.may_become_task(message),
            Some(method) if is_about_tasks(method.as_str()) => self.task(message)?,
            Some(_) => {}
        }
        self.related(message, self.part(message.meta()))
    }

    /// Opens `params.taskId`.
    fn task(&mut self, message: &Message) -> Result<(), Refusal> {
        self.brings_tasks = true;
        // Methods that nobody knows need not have one.
        let Some(task) = self.part(message.task_id()) else {
            return Ok(());
        };
        let Some(id) = self.open(&task) else {
            let is_declared = self.era == Era::Legacy || self.knows_tasks(message);
            return Err(match message.kind() {
                MessageKind::Request if !is_declared => undeclared(),
                kind => unknown(kind),
            });
        };
        self.name = Some(header::encode(&id));
        self.put(task.span(), &id);
        Ok(())
    }

    /// Opens the task that a message belongs to. What does not open is an id of the client's own (a
    /// task that the server has asked of it), and cannot be one in a request.
    fn related(&mut self, message: &Message, meta: Option<Slice<'a>>) -> Result<(), Refusal> {
        let Some(related) = meta.and_then(|meta| meta.get(RELATED_TASK)) else {
            return Ok(());
        };
        let task = related.get("taskId");
        let opened = task.and_then(|task| Some((task.span(), self.open(&task)?)));
        let is_clear = !related.has_look_alike("taskId");
        if let Some((span, id)) = opened.filter(|_| is_clear) {
            self.brings_tasks = true;
            self.put(span, &id);
            return Ok(());
        }
        let id = task.and_then(|task| task.as_str());
        let is_own = is_clear && !id.is_some_and(|id| TaskSeal::is_claimed(&id));
        match message.kind() {
            MessageKind::Notification | MessageKind::Response if is_own => Ok(()),
            kind => Err(unknown(kind)),
        }
    }

    /// Opens the tasks of a subscription. Those that are not this consumer's are cut out, as a server
    /// leaves out what it does not agree to (SEP-2663, Task Status Notifications).
    fn subscriptions(&mut self, message: &Message) {
        let Some(Subject::Subscriptions(asked)) = message.subject() else {
            return;
        };
        let Some(list) = self.part(asked.tasks_span()) else {
            return;
        };
        self.brings_tasks = true;
        let mut opened = Vec::new();
        let cuts = list.cuts(|_, task| match self.open(task) {
            Some(id) => {
                opened.push((task.span(), id));
                true
            }
            None => false,
        });
        for (span, id) in opened {
            self.put(span, &id);
        }
        self.edits
            .extend(cuts.into_iter().map(|cut| (cut, Vec::new())));
    }

    /// Whether the answer to a `tools/call` may be a task: the client asks for one (2025-11-25), or
    /// knows what one is (2026-07-28).
    fn may_become_task(&self, message: &Message) -> bool {
        match self.era {
            Era::Legacy => message.task().is_some(),
            Era::Modern => self.knows_tasks(message),
        }
    }

    /// Whether the client of this message declares the extension.
    fn knows_tasks(&self, message: &Message) -> bool {
        let capabilities = self.part(message.capabilities());
        let extensions = capabilities.and_then(|capabilities| capabilities.get("extensions"));
        extensions.is_some_and(|extensions| extensions.get(EXTENSION).is_some())
    }

    fn open(&self, sealed: &Slice<'_>) -> Option<String> {
        self.seal.open(&sealed.as_str()?, self.consumer)
    }

    fn put(&mut self, span: Range<usize>, id: &str) {
        let mut text = Vec::with_capacity(id.len() + 2);
        write_string(id, &mut text);
        self.edits.push((span, text));
    }

    /// A part of the body, with places in the body.
    fn part(&self, span: Option<Range<usize>>) -> Option<Slice<'a>> {
        Slice::at(self.body, span?)
    }
}

/// Whether this is a method of tasks. Some servers compare without case.
fn is_about_tasks(method: &str) -> bool {
    let prefix = method.get(..6);
    prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case("tasks/"))
}
