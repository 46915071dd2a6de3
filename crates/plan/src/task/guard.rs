//! Tasks on their way in.

use std::sync::Arc;

use http::request::Parts;
use tollbar_core::{Exchange, Filter, Guard, Pass, Refusal};
use tollbar_mcp::{Call, Kind, Version, header::MCP_NAME};

use crate::session::has_tasks;

use super::{
    filter::Sealing,
    request::Opening,
    sealed::TaskSeal,
    unknown::{not_run, unbound},
};

/// The guard of a [`TaskLayer`](super::TaskLayer).
#[derive(Clone, Debug)]
pub struct Tasks {
    seal: Arc<TaskSeal>,
    sealing: Arc<Sealing>,
    seals_unverified: bool,
}

impl Tasks {
    pub(super) fn new(seal: TaskSeal) -> Self {
        let seal = Arc::new(seal);
        Self {
            sealing: Arc::new(Sealing::new(Arc::clone(&seal))),
            seal,
            seals_unverified: false,
        }
    }

    pub(super) const fn seals_unverified(mut self, seals: bool) -> Self {
        self.seals_unverified = seals;
        self
    }

    pub(super) const fn is_sealing_unverified(&self) -> bool {
        self.seals_unverified
    }

    pub(super) fn seal(&self) -> &TaskSeal {
        &self.seal
    }
}

impl Guard for Tasks {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        let (Some(call), Some(consumer)) = (exchange.call(), exchange.consumer()) else {
            return Err(unbound());
        };
        // As with sessions: the server knows whose task it is, or nobody does.
        if !consumer.is_verified() && !self.seals_unverified {
            return Ok(Pass::new());
        }
        let mut pass = Pass::new();
        let mut brings_tasks = has_tasks_at_any_time(call, exchange);
        if !call.messages().is_empty() {
            let body = exchange.content().ok_or_else(unbound)?;
            let text = std::str::from_utf8(&body).map_err(|_| unbound())?;
            let mut opening = Opening::new(&self.seal, consumer, call.era(), text);
            read(call, &mut opening)?;
            brings_tasks |= opening.brings_tasks;
            // A server may route by the header, and must find there what the body says.
            if let Some(name) = opening.name
                && head.headers.contains_key(MCP_NAME)
            {
                pass = pass.with_request_header(MCP_NAME, name);
            }
            for (span, with) in opening.edits {
                pass = pass.with_edit(span, with);
            }
        }
        if brings_tasks {
            let sealing = Arc::clone(&self.sealing) as Arc<dyn Filter>;
            exchange.filter(sealing).map_err(|_| unbound())?;
        }
        Ok(pass)
    }
}

/// Reads all messages. Where one is refused none of them runs.
fn read(call: &Call, opening: &mut Opening<'_>) -> Result<(), Refusal> {
    let messages = call.messages().iter();
    let told: Vec<_> = messages.map(|message| opening.read(message)).collect();
    let Some(refused) = told.iter().find_map(|told| told.as_ref().err()).cloned() else {
        return Ok(());
    };
    if !call.is_batch() {
        return Err(refused);
    }
    let elements = told
        .into_iter()
        .map(|told| told.err().unwrap_or_else(not_run));
    Err(refused.with_elements(elements.collect()))
}

/// Whether a message about a task may come whatever was asked: on the streams on which the server speaks
/// by itself (MCP 2025-11-25 `basic/utilities/tasks`, Task Status Notification), in sessions where it
/// has offered tasks. The answer to another request is not read for what may stand before it: to look
/// into each would cost every call, and an id that comes unsealed opens nothing.
fn has_tasks_at_any_time(call: &Call, exchange: &Exchange) -> bool {
    let is_possible =
        |version: Option<Version>| version.is_none_or(|it| it == Version::V2025_11_25);
    call.kind() == Kind::Listen
        && match exchange.session() {
            // The session knows better than the header, which may be left out.
            Some(session) => {
                let known = call.session().and_then(has_tasks);
                known.unwrap_or_else(|| is_possible(session.version()))
            }
            None => is_possible(call.version()),
        }
}
