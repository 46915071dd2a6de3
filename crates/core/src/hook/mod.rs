//! Hooks on an answer: [`Filter`] changes messages, [`Watch`] looks at them, [`HeadFilter`] changes
//! the head.

mod list;
mod message;

pub use self::message::Message;
pub(crate) use self::{
    list::{HookList, Hooks},
    message::{Changes, splice},
};

use http::HeaderMap;

use crate::{Exchange, Refusal};

/// May change or withhold each message that the server sends in this exchange.
///
/// Never skipped: what cannot be read as JSON-RPC, is encoded, too large or of an unknown type is
/// not passed to the client while a filter is registered. Runs once for every message of a JSON
/// body, a POST stream or a GET stream. It must not own the [`Exchange`] that it is registered on:
/// that would be a cycle which is never freed.
///
/// A guard that registers a filter can ask one function in both directions, so that what is listed
/// and what can be called never differ:
///
/// ```
/// use std::{convert::Infallible, sync::Arc};
/// use http::{Request, Response, request::Parts};
/// use http_body_util::BodyExt;
/// use tollbar_core::{
///     Body, Exchange, Guard, GuardLayer, Kind, Message, Pass, Refusal, frame::FrameLayer,
/// };
/// use tollbar_mcp::Subject;
/// use tower::{Layer, ServiceExt, service_fn};
///
/// fn is_hidden(tool: &str) -> bool {
///     tool == "wipe"
/// }
///
/// #[derive(Clone)]
/// struct NoWipe;
///
/// impl Guard for NoWipe {
///     async fn check(&self, _: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
///         let unframed = || Refusal::new(Kind::Unavailable, "unframed", "no frame is around");
///         let call = exchange.call().ok_or_else(unframed)?;
///         for message in call.messages() {
///             if let Some(Subject::Tool(name)) = message.subject()
///                 && is_hidden(name)
///             {
///                 let told = format!("unknown tool `{name}`");
///                 return Err(Refusal::new(Kind::Concealed, "tool_hidden", told));
///             }
///         }
///         // On every exchange: a list may also come on a stream that is taken up again.
///         exchange.filter(Arc::new(hide)).map_err(|_| unframed())?;
///         Ok(Pass::new())
///     }
/// }
///
/// fn hide(_: &Exchange, message: &mut Message<'_>) -> Result<(), Refusal> {
///     let Some(result) = message.result() else {
///         return Ok(());
///     };
///     // Some clients compare keys without case.
///     if result.has_look_alike("tools") {
///         return Err(Refusal::new(Kind::BadUpstream, "list_ambiguous", "write `tools`"));
///     }
///     if let Some(tools) = result.get("tools") {
///         message.retain(&tools, |tool| {
///             let name = tool.get("name").and_then(|name| name.as_str());
///             name.is_some_and(|name| !is_hidden(&name)) && !tool.has_look_alike("name")
///         });
///     }
///     Ok(())
/// }
///
/// let server = service_fn(|_: Request<Body>| async {
///     let list = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"add"},{"name":"wipe"}]}}"#;
///     let response = Response::builder().header("content-type", "application/json");
///     Ok::<_, Infallible>(response.body(Body::from(list)).unwrap())
/// });
/// let stack = FrameLayer::new().layer(GuardLayer::new(NoWipe).layer(server));
/// let ask = |body: &'static str| {
///     let request = Request::post("/mcp").header("content-type", "application/json");
///     stack.clone().oneshot(request.body(Body::from(body)).unwrap())
/// };
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
/// # runtime.block_on(async {
/// let list = ask(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#).await.unwrap();
/// assert_eq!(
///     list.into_body().collect().await.unwrap().to_bytes(),
///     r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"add"}]}}"#
/// );
/// let call = r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"wipe"}}"#;
/// assert_eq!(
///     ask(call).await.unwrap().into_body().collect().await.unwrap().to_bytes(),
///     r#"{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"unknown tool `wipe`"}}"#
/// );
/// # });
/// ```
pub trait Filter: Send + Sync + 'static {
    /// Looks at one message and may change it.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]: the client gets it instead of the message. A refused notification is dropped.
    fn filter(&self, exchange: &Exchange, message: &mut Message<'_>) -> Result<(), Refusal>;
}

impl<F> Filter for F
where
    F: Fn(&Exchange, &mut Message<'_>) -> Result<(), Refusal> + Send + Sync + 'static,
{
    fn filter(&self, exchange: &Exchange, message: &mut Message<'_>) -> Result<(), Refusal> {
        self(exchange, message)
    }
}

/// Looks at each message as the client will see it; can neither delay nor change nor break it.
///
/// What is over the event limit, or longer than any watch [wants to see](Self::limit), or cannot be read is not
/// shown, and [`Exchange::was_uninspected`] says so. It must not own the [`Exchange`] that it is registered
/// on.
pub trait Watch: Send + Sync + 'static {
    /// Looks at one message.
    fn see(&self, exchange: &Exchange, message: &Message<'_>);

    /// The longest message that it wants to see, in bytes: what passes is held until it is whole, for whoever wants
    /// to see it. Longer ones may be shown all the same, when another watch wants them. Default: no limit but that of
    /// the frame.
    fn limit(&self) -> usize {
        usize::MAX
    }
}

impl<F> Watch for F
where
    F: Fn(&Exchange, &Message<'_>) + Send + Sync + 'static,
{
    fn see(&self, exchange: &Exchange, message: &Message<'_>) {
        self(exchange, message);
    }
}

/// Changes the head of an answer before it leaves.
///
/// Runs once, on the way out of the [`Frame`](crate::frame::Frame). The head of the answer to
/// `initialize` waits for the message, so that [`Exchange::negotiated`] is known when this runs. It
/// must not own the [`Exchange`] that it is registered on.
pub trait HeadFilter: Send + Sync + 'static {
    /// Looks at the headers of the answer and may change them.
    fn filter(&self, exchange: &Exchange, headers: &mut HeaderMap);
}

impl<F> HeadFilter for F
where
    F: Fn(&Exchange, &mut HeaderMap) + Send + Sync + 'static,
{
    fn filter(&self, exchange: &Exchange, headers: &mut HeaderMap) {
        self(exchange, headers);
    }
}
