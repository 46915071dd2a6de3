//! Where ids of tasks stand in the messages of a server.

use tollbar_mcp::json::Slice;

use super::RELATED_TASK;

/// The ids in one message that the server has made, each a whole string of the JSON.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// Of the message itself, and of the messages inside of it.
    pub(super) ids: Vec<Slice<'a>>,
    /// The features of tasks that the server offers, in the answer to an `initialize`.
    pub(super) offers: Option<Slice<'a>>,
}

impl<'a> Found<'a> {
    /// Looks into a result. Whatever it answers: on a stream that is taken up again nobody knows.
    pub(super) fn result(result: Slice<'a>) -> Self {
        let mut found = Self::default();
        let (mut offers, mut begins) = (None, false);
        for (key, value) in result.members() {
            match &*key {
                // `tasks/get` and `tasks/cancel`; in 2026-07-28 a new task, too.
                "taskId" => found.id(value),
                // A new task of 2025-11-25.
                "task" => found.task(value),
                "tasks" => value.elements().for_each(|task| found.task(task)),
                "capabilities" => offers = value.get("tasks"),
                "protocolVersion" => begins = true,
                other => found.inside(other, value),
            }
        }
        found.offers = offers.filter(|_| begins);
        found
    }

    /// Looks into a notification.
    pub(super) fn notification(method: &str, params: Slice<'a>) -> Self {
        let mut found = Self::default();
        let is_status = is_status(method);
        for (key, value) in params.members() {
            match &*key {
                "taskId" if is_status => found.id(value),
                other if is_status => found.inside(other, value),
                "_meta" => found.related(value),
                _ => {}
            }
        }
        found
    }

    /// Looks into a request (2025-11-25). What it does with a task of the client names that one with
    /// the client's own id.
    pub(super) fn request(method: &str, params: Slice<'a>) -> Self {
        let mut found = Self::default();
        if let Some(meta) = params.get("_meta") {
            found.related(meta);
        }
        if method.starts_with("tasks/")
            && let Some(own) = params.get("taskId")
        {
            found.ids.retain(|id| id.as_str() != own.as_str());
        }
        found
    }

    /// Members that a task has beside its id: the result that it came to, and what it asks of the
    /// client.
    fn inside(&mut self, key: &str, value: Slice<'a>) {
        match key {
            "_meta" => self.related(value),
            "result" => value
                .get("_meta")
                .into_iter()
                .for_each(|meta| self.related(meta)),
            "inputRequests" => {
                let params = value.members().filter_map(|(_, asked)| asked.get("params"));
                let metas = params.filter_map(|params| params.get("_meta"));
                metas.for_each(|meta| self.related(meta));
            }
            _ => {}
        }
    }

    fn related(&mut self, meta: Slice<'a>) {
        if let Some(related) = meta.get(RELATED_TASK) {
            self.task(related);
        }
    }

    fn task(&mut self, task: Slice<'a>) {
        if let Some(id) = task.get("taskId") {
            self.id(id);
        }
    }

    fn id(&mut self, id: Slice<'a>) {
        self.ids.push(id);
    }
}

/// Whether a notification tells how a task is doing: `notifications/tasks/status` (2025-11-25),
/// `notifications/tasks` (2026-07-28).
pub(super) fn is_status(method: &str) -> bool {
    let rest = method.strip_prefix("notifications/tasks");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
