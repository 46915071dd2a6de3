//! An MCP server that answers when it is let.

use std::{convert::Infallible, sync::Arc};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use tokio::sync::Semaphore;
use tollbar::{Server, core::Body};
use tollbar_tests::local::Local;
use tower::service_fn;

use super::request::CALL;

/// The server. A call waits until it is let go; what else is asked, as by a gateway that knocks when it
/// starts, is answered at once.
pub(super) struct Held {
    local: Local,
    gate: Arc<Gate>,
}

struct Gate {
    /// A permit for each call that has come.
    asked: Semaphore,
    /// A permit for each that may have its answer.
    let_go: Semaphore,
}

impl Held {
    pub(super) fn start() -> Self {
        let gate = Arc::new(Gate {
            asked: Semaphore::new(0),
            let_go: Semaphore::new(0),
        });
        let shared = Arc::clone(&gate);
        let service = service_fn(move |request: Request<Body>| {
            let gate = Arc::clone(&shared);
            async move {
                let body = request.into_body().collect().await.unwrap().to_bytes();
                if body == CALL {
                    gate.asked.add_permits(1);
                    gate.let_go.acquire().await.unwrap().forget();
                }
                let result = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
                let response = Response::builder().header("content-type", "application/json");
                Ok::<_, Infallible>(response.body(Body::from(result)).unwrap())
            }
        });
        Self {
            local: Local::serve(service, Server::new()),
            gate,
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/mcp", self.local.address)
    }

    /// Waits until a call has come.
    pub(super) async fn is_asked(&self) {
        self.gate.asked.acquire().await.unwrap().forget();
    }

    /// Lets one call have its answer.
    pub(super) fn let_go(&self) {
        self.gate.let_go.add_permits(1);
    }
}
