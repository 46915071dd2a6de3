//! Tasks, sealed to the consumer who made them.

mod answer;
mod filter;
mod guard;
mod request;
mod sealed;
mod unknown;

pub use self::guard::Tasks;

use tollbar_core::{GuardLayer, Guarded};
use tower_layer::Layer;

use self::sealed::TaskSeal;
use crate::SessionSecret;

/// The member of `_meta` that says to which task a message belongs (MCP 2025-11-25
/// `basic/utilities/tasks`, Related Task Metadata).
const RELATED_TASK: &str = "io.modelcontextprotocol/related-task";

/// The extension of tasks, in the capabilities of client and server (SEP-2663, Extension Identifier).
const EXTENSION: &str = "io.modelcontextprotocol/tasks";

/// Binds each task to the consumer who made it.
///
/// A task outlives its request: whoever names its id gets its result, answers its questions or cancels
/// it. An MCP server behind a gateway sees one client, the gateway, and cannot keep tasks apart. So the
/// client never gets the server's own id, but a sealed one: the id, with a code (HMAC-SHA-256) over it,
/// the proxy and the consumer. An id that this consumer was not given, through this proxy, is answered
/// as one that does not exist. Nothing is stored: every gateway with the same secret can check every
/// task.
///
/// | revision | ids on their way in | ids on their way out |
/// |---|---|---|
/// | 2025-11-25, `basic/utilities/tasks` | `params.taskId` of `tasks/get`, `tasks/result`, `tasks/cancel` | `task.taskId` and `taskId` of results, `notifications/tasks/status` |
/// | both | `related-task` in `_meta` | `related-task` in `_meta` |
/// | 2026-07-28, extension `io.modelcontextprotocol/tasks` (SEP-2663) | `params.taskId` of `tasks/get`, `tasks/update`, `tasks/cancel`, and `Mcp-Name` with it; `taskIds` of `subscriptions/listen` | `taskId` of results, `notifications/tasks`, `taskIds` of the acknowledgement |
///
/// `tasks/list` (2025-11-25) is refused, and the server's offer of it is taken out of the answer to
/// `initialize`: the server would list everybody's.
///
/// Ids that the *client* makes, for tasks which the server has asked of it (2025-11-25), are its own and
/// pass untouched in both directions.
///
/// Answers are read only where a task can stand in them: to a `tools/call` that may become a task, to
/// methods of tasks and messages that belong to one, to `subscriptions/listen` with `taskIds`, to
/// `initialize`, and on the GET streams of sessions with a server that offers tasks. Whether it does is
/// known from the id of a session that a [`SessionLayer`](crate::SessionLayer) has sealed, and else
/// assumed of 2025-11-25.
///
/// Put it inside of the plan layer and the frame, beside the sessions or inside of them: it needs the
/// consumer and the call, and refuses when one of them is missing.
///
/// # Beware
///
/// - A sealed id is longer than the server's: 47 bytes and a third more. Over the limit for names
///   ([`Limits::name`](tollbar_mcp::Limits::name), 1 KiB) the client cannot send it back; that is so for
///   ids of more than 732 bytes.
/// - Ids in texts for people (`statusMessage`, the message of an error) are not looked for.
/// - All consumers of a keyless plan are one.
///
/// ```
/// use http::{Request, Response};
/// use http_body_util::BodyExt;
/// use tollbar_core::{Body, Consumer, Exchange, frame::FrameLayer};
/// use tollbar_plan::{SessionSecret, TaskLayer};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// // It answers every request with the same task.
/// let server = service_fn(|_: Request<Body>| async {
///     let task = r#"{"jsonrpc":"2.0","id":1,"result":{"task":{"taskId":"786512e2","status":"working"}}}"#;
///     let response = Response::builder().header("content-type", "application/json");
///     Ok::<_, std::convert::Infallible>(response.body(Body::from(task)).unwrap())
/// });
/// let tasks = TaskLayer::new(SessionSecret::generate()?).proxy("mock");
/// let stack = FrameLayer::new().layer(tasks.layer(server));
/// let send = |subject: &'static str, message: String| {
///     let request = Request::post("/mcp").header("content-type", "application/json");
///     let mut request = request.body(Body::from(message)).unwrap();
///     // In a gateway a plan does this.
///     let exchange = Exchange::of(request.extensions_mut());
///     exchange.set_consumer(Consumer::new("key").with_subject(subject)).unwrap();
///     let answer = stack.clone().oneshot(request);
///     async move {
///         let body = answer.await.unwrap().into_body().collect().await.unwrap();
///         String::from_utf8(body.to_bytes().to_vec()).unwrap()
///     }
/// };
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"report","task":{}}}"#;
/// let answer = send("ann", call.to_owned()).await;
/// let (_, id) = answer.split_once(r#""taskId":""#).unwrap();
/// let (id, _) = id.split_once('"').unwrap();
/// assert!(id.starts_with("t1."));
///
/// let get = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{{"taskId":"{id}"}}}}"#);
/// assert!(send("ann", get.clone()).await.contains("working"));
/// assert_eq!(
///     send("bob", get).await,
///     r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Failed to retrieve task: Task not found"}}"#
/// );
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TaskLayer {
    tasks: Tasks,
}

impl TaskLayer {
    /// Seals ids of tasks with this secret. It may be the one of the sessions: what is sealed for one
    /// purpose is worth nothing for the other.
    #[must_use]
    pub fn new(secret: SessionSecret) -> Self {
        Self {
            tasks: Tasks::new(TaskSeal::new(secret, "")),
        }
    }

    /// Names the proxy: its tasks are not taken by proxies of other names with the same secret.
    #[must_use]
    pub fn proxy(self, name: &str) -> Self {
        let secret = self.tasks.seal().secret().clone();
        let tasks = Tasks::new(TaskSeal::new(secret, name));
        Self {
            tasks: tasks.seals_unverified(self.tasks.is_sealing_unverified()),
        }
    }

    /// Seals the tasks of [unverified](tollbar_core::Consumer::unverified) consumers, too: to their plan
    /// alone. Default: they pass as the server's own, `tasks/list` with them. Needed where
    /// [sessions](crate::SessionLayer::seal_unverified) need it, and for the same reason.
    #[must_use]
    pub fn seal_unverified(self) -> Self {
        Self {
            tasks: self.tasks.seals_unverified(true),
        }
    }

    /// The decision alone, for a host that combines guards.
    #[must_use]
    pub fn guard(&self) -> Tasks {
        self.tasks.clone()
    }
}

impl<S> Layer<S> for TaskLayer {
    type Service = Guarded<S, Tasks>;

    fn layer(&self, inner: S) -> Self::Service {
        GuardLayer::new(self.tasks.clone()).layer(inner)
    }
}
