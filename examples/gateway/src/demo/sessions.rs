//! The sessions of legacy clients, with streams that can be left and taken up again.
//!
//! The SDK's own session manager does the work. This one adds what it has not: the answer to a call
//! whose stream broke can be fetched after the call has ended, and a tool may [hang up](HangUp) on
//! its client. Modern clients have no sessions and no resumption, and get none of that.

use std::{io, sync::Arc, task::Poll, time::Duration};

use futures_util::{Stream, stream};
use rmcp::{
    model::{ClientJsonRpcMessage, ServerJsonRpcMessage},
    transport::streamable_http_server::session::{
        EventStore, EventStream, ServerSseMessage, SessionId, SessionManager,
        local::{LocalSessionHandle, LocalSessionManager, LocalSessionManagerError, SessionError},
    },
};

use super::events::{COMMON, Events, common_stream};

/// How many sessions there may be. Idle ones end by themselves after five minutes.
const MOST_SESSIONS: usize = 4096;

type Error = LocalSessionManagerError;

/// The sessions of legacy clients.
#[derive(Debug)]
pub(super) struct Sessions {
    local: LocalSessionManager,
    events: Arc<Events>,
}

/// Put into the extensions of each call, so that a tool can end the connection before it answers.
/// The client then comes back for the answer (2025-11-25 `basic/transports`, Sending Messages to
/// the Server).
#[derive(Debug, Clone)]
pub(super) struct HangUp {
    session: LocalSessionHandle,
    call: u64,
}

// ===== impl HangUp =====

impl HangUp {
    /// Ends the connection of the call, with the client asked to come back after a while.
    pub(super) async fn hang_up(&self, retry: Duration) {
        // It fails when the session has ended meanwhile, and the connection with it.
        let _ = self.session.close_sse_stream(self.call, Some(retry)).await;
    }
}

// ===== impl Sessions =====

impl Sessions {
    /// No sessions yet. Clients whose connection broke are asked to come back after `retry`.
    pub(super) fn new(retry: Duration) -> Self {
        let events = Arc::new(Events::default());
        let store = Arc::clone(&events) as Arc<dyn EventStore>;
        let mut local = LocalSessionManager::default().with_event_store(store);
        local.session_config.sse_retry = Some(retry);
        Self { local, events }
    }

    async fn session(&self, id: &SessionId) -> Result<LocalSessionHandle, Error> {
        let sessions = self.local.sessions.read().await;
        let session = sessions.get(id).cloned();
        session.ok_or_else(|| Error::SessionNotFound(Arc::clone(id)))
    }

    fn follow(&self, name: &str, seen: Option<u64>) -> Result<EventStream, Error> {
        let stream = self.events.follow(name, seen);
        stream.ok_or(Error::SessionError(SessionError::InvalidEventId))
    }
}

impl SessionManager for Sessions {
    type Error = Error;
    type Transport = <LocalSessionManager as SessionManager>::Transport;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), Error> {
        if self.local.sessions.read().await.len() >= MOST_SESSIONS {
            let error = io::Error::other("there are too many sessions: end one with DELETE");
            return Err(Error::SessionError(SessionError::Io(error)));
        }
        let (id, transport) = self.local.create_session().await?;
        self.events.begin(&common_stream(&id));
        Ok((id, transport))
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, Error> {
        self.local.initialize_session(id, message).await
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, Error> {
        self.local.has_session(id).await
    }

    async fn close_session(&self, id: &SessionId) -> Result<(), Error> {
        self.events.forget(&common_stream(id));
        self.local.close_session(id).await
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        mut message: ClientJsonRpcMessage,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Error> {
        let session = self.session(id).await?;
        let mut stream = session.establish_request_wise_channel().await?;
        if let Some(call) = stream.http_request_id {
            let session = session.clone();
            message.insert_extension(HangUp { session, call });
        }
        session
            .push_message(message, stream.http_request_id)
            .await?;
        let (events, id) = (Arc::clone(&self.events), Arc::clone(id));
        Ok(stream::poll_fn(move |context| {
            let event = stream.inner.poll_recv(context);
            if let Poll::Ready(Some(ServerSseMessage {
                event_id: Some(event),
                ..
            })) = &event
            {
                events.claim(event, &id);
            }
            event
        }))
    }

    async fn accept_message(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<(), Error> {
        self.local.accept_message(id, message).await
    }

    /// The stream that belongs to no call, with what was sent while nobody listened. A second one
    /// takes over from the first, because no message may be sent on two streams.
    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Error> {
        self.follow(&common_stream(id), None)
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Error> {
        // `0` is the id with which the SDK begins streams that belong to no call.
        if last_event_id == "0" {
            return self.follow(&common_stream(id), Some(0));
        }
        let parts = last_event_id
            .rsplit_once('.')
            .and_then(|(name, number)| Some((name, number.parse().ok()?)));
        match parts {
            Some((COMMON, number)) => self.follow(&common_stream(id), Some(number)),
            // A stream is taken up in the session that it was sent in (2025-11-25
            // `basic/transports`, Resumability and Redelivery). Nobody claims common streams.
            Some((name, number)) if self.events.is_for(name, id) => self.follow(name, Some(number)),
            _ => Err(Error::SessionError(SessionError::InvalidEventId)),
        }
    }

    fn event_store(&self) -> Option<Arc<dyn EventStore>> {
        // What is named here would also be used for modern clients, whose calls must end with their
        // connection.
        None
    }
}
