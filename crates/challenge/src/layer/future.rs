//! The future that sees how a request was refused.

use std::{
    fmt,
    future::{Future, Ready, ready},
    pin::Pin,
    task::{Context, Poll, ready as completed},
};

use http::Response;
use pin_project_lite::pin_project;
use tollbar_core::{AnyBody, Body};

use super::pointer::{Pointed, Pointer, Waiting};

pin_project! {
    /// The response of [`Challenged`](super::Challenged).
    pub struct ResponseFuture<F> {
        #[pin]
        way: Way<F>,
    }
}

pin_project! {
    #[project = Projected]
    enum Way<F> {
        Inside { #[pin] future: F, pointer: Option<Pointer> },
        Answered { #[pin] response: Ready<Response<Body>> },
        Waiting { waiting: Waiting },
    }
}

impl<F> ResponseFuture<F> {
    /// Of the service inside.
    pub(super) const fn inside(future: F, pointer: Option<Pointer>) -> Self {
        Self {
            way: Way::Inside { future, pointer },
        }
    }

    /// Of the layer itself.
    pub(super) fn answered(response: Response<Body>) -> Self {
        Self {
            way: Way::Answered {
                response: ready(response),
            },
        }
    }

    /// Of the layer itself, later.
    pub(super) const fn waiting(waiting: Waiting) -> Self {
        Self {
            way: Way::Waiting { waiting },
        }
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: AnyBody,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.way.as_mut().project() {
                Projected::Answered { response } => return response.poll(cx).map(Ok),
                Projected::Waiting { waiting } => return waiting.as_mut().poll(cx).map(Ok),
                Projected::Inside { future, pointer } => {
                    let response = completed!(future.poll(cx))?.map(Body::new);
                    let Some(pointer) = pointer.take() else {
                        return Poll::Ready(Ok(response));
                    };
                    match pointer.point(response) {
                        Pointed::Now(response) => return Poll::Ready(Ok(response)),
                        Pointed::Later(waiting) => this.way.set(Way::Waiting { waiting }),
                    }
                }
            }
        }
    }
}
