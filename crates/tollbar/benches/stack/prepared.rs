//! One exchange, ready to be run.

use futures_util::FutureExt as _;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use tokio::runtime::{Builder, EnterGuard};
use tollbar::core::Body;
use tower::ServiceExt as _;

use super::{
    answer::{Answer, Hook, Memory},
    layers::Stack,
    question::Question,
};

/// How many exchanges go before the one that is measured.
const WARM: usize = 32;

/// A stack that is warm, a request for it, and the runtime that timers need.
pub(crate) struct Prepared<S> {
    stack: S,
    request: Request<Body>,
    _runtime: EnterGuard<'static>,
}

impl<S: Stack> Prepared<S> {
    /// Prepares an exchange, and checks that it goes as meant.
    ///
    /// # Panics
    ///
    /// When the answer is refused or incomplete: a refusal must not be measured as a pass.
    pub(crate) fn new(question: Question, answer: Answer, hook: Hook) -> Self {
        // Leaked: it lives as long as the process, and so must the guard.
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let _runtime = Box::leak(Box::new(runtime)).enter();
        let stack = S::around(Memory::new(answer, hook));
        // Often enough for the allocator to have settled.
        for _ in 0..WARM {
            let warm = exchange(stack.clone(), request::<S>(question));
            assert_eq!(
                warm,
                (StatusCode::OK, S::length(answer)),
                "{question:?} {answer:?}"
            );
        }
        Self {
            stack,
            request: request::<S>(question),
            _runtime,
        }
    }

    /// Runs it once, and gives back what must not be dropped inside the measurement.
    pub(crate) fn run(self) -> (S, EnterGuard<'static>) {
        // Cloned, as a server does for each request.
        std::hint::black_box(exchange(self.stack.clone(), self.request));
        (self.stack, self._runtime)
    }
}

/// A request that this stack lets in.
pub(crate) fn request<S: Stack>(question: Question) -> Request<Body> {
    let mut request = question.request();
    S::admit(&mut request);
    request
}

/// One request through a stack, until its answer has ended: the status and the length.
pub(crate) fn exchange<S: Stack>(stack: S, request: Request<Body>) -> (StatusCode, usize) {
    let exchange = async move {
        let Ok(response) = stack.oneshot(request).await;
        let (head, mut body) = response.into_parts();
        let mut length = 0;
        while let Some(Ok(frame)) = body.frame().await {
            length += frame.data_ref().map_or(0, bytes::Bytes::len);
        }
        (head.status, length)
    };
    exchange.now_or_never().expect("nothing here has to wait")
}
