//! Asking the client something in the middle of a call, in both eras.
//!
//! Up to 2025-11-25 the server sends a request of its own and waits for the answer. From 2026-07-28
//! the call ends with what is asked, and the client calls again with the answers (multi round-trip
//! requests, 2026-07-28 `basic/patterns/mrtr`). Tools do not notice the difference: they [`ask`],
//! and either go on with the answer or hand back what they are given.

#![expect(
    deprecated,
    reason = "sampling is deprecated but still spoken (SEP-2577)"
)]

use std::time::Duration;

use rmcp::{
    ErrorData, RoleServer, ServiceError,
    model::{
        CallToolResponse, CallToolResult, ClientCapabilities, ClientResult, ContentBlock,
        InputRequest, InputRequests, InputRequiredResult, InputResponses, ServerRequest,
    },
    service::RequestContext,
};
use serde_json::Value;

use super::era::is_modern;

/// How long a legacy client may take to answer. There may be a person on the other side.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of a question.
pub(super) enum Outcome {
    /// The client answered with this result.
    Answer(Value),
    /// There is no answer yet, or will never be one: end the call with this.
    End(CallToolResponse),
}

/// A question, and what is needed to go on when the client comes back with the answer.
pub(super) struct Question {
    /// Name of the question among those of the same call.
    pub(super) key: &'static str,
    /// What is asked.
    pub(super) request: InputRequest,
    /// State that the client has to bring back with the answer (modern era only).
    pub(super) state: Option<String>,
}

/// Asks the client, or takes the answer that it brought along.
///
/// # Errors
///
/// -32021 when a modern client did not say that it can be asked this (2026-07-28 `basic/index`).
/// A legacy client that cannot, or that refuses, ends the call with a tool error instead.
pub(super) async fn ask(
    context: &RequestContext<RoleServer>,
    answers: Option<&InputResponses>,
    question: Question,
) -> Result<Outcome, ErrorData> {
    let able = can_answer(context, &question.request);
    if !is_modern(context) {
        return Ok(if able {
            wait(context, question.request).await
        } else {
            failure("this client cannot be asked: it did not declare the capability")
        });
    }
    if !able {
        let required = required(&question.request);
        return Err(ErrorData::missing_required_client_capability(required));
    }
    let answer = answers.and_then(|answers| answers.get(question.key));
    if let Some(answer) = answer.filter(|answer| answer.is_object()) {
        return Ok(Outcome::Answer(answer.clone()));
    }
    let requests = InputRequests::from([(question.key.to_owned(), question.request)]);
    let result = InputRequiredResult::new(Some(requests), question.state);
    Ok(Outcome::End(result.into()))
}

/// Ends the call with a tool error that says why.
pub(super) fn failure(reason: impl Into<String>) -> Outcome {
    Outcome::End(CallToolResult::error(vec![ContentBlock::text(reason)]).into())
}

async fn wait(context: &RequestContext<RoleServer>, request: InputRequest) -> Outcome {
    let request = match request {
        InputRequest::CreateMessage(request) => ServerRequest::CreateMessageRequest(request),
        InputRequest::Elicitation(request) => ServerRequest::ElicitRequest(request),
        InputRequest::ListRoots(request) => ServerRequest::ListRootsRequest(request),
        _ => return failure("the server does not know how to ask this"),
    };
    let answer = tokio::select! {
        answer = tokio::time::timeout(PATIENCE, context.peer.send_request(request)) => answer,
        () = context.ct.cancelled() => return failure("cancelled"),
    };
    match answer {
        Err(_) => failure(format!("no answer within {} seconds", PATIENCE.as_secs())),
        Ok(Err(ServiceError::McpError(error))) => {
            failure(format!("the client refused: {}", error.message))
        }
        Ok(Err(error)) => failure(format!("the client cannot be asked: {error}")),
        Ok(Ok(result)) => match to_value(&result) {
            Some(answer) => Outcome::Answer(answer),
            None => failure("the client answered something else"),
        },
    }
}

fn to_value(result: &ClientResult) -> Option<Value> {
    match result {
        ClientResult::CreateMessageResult(result) => serde_json::to_value(result).ok(),
        ClientResult::ElicitResult(result) => serde_json::to_value(result).ok(),
        ClientResult::ListRootsResult(result) => serde_json::to_value(result).ok(),
        _ => None,
    }
}

fn can_answer(context: &RequestContext<RoleServer>, request: &InputRequest) -> bool {
    let Some(declared) = context.client_capabilities() else {
        return false;
    };
    match request {
        InputRequest::CreateMessage(_) => declared.sampling.is_some(),
        InputRequest::Elicitation(_) => declared.elicitation.is_some(),
        InputRequest::ListRoots(_) => declared.roots.is_some(),
        _ => false,
    }
}

fn required(request: &InputRequest) -> ClientCapabilities {
    let builder = ClientCapabilities::builder();
    match request {
        InputRequest::CreateMessage(_) => builder.enable_sampling().build(),
        InputRequest::Elicitation(_) => builder.enable_elicitation().build(),
        _ => builder.enable_roots().build(),
    }
}
