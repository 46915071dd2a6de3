//! The one body type of a stack.

use std::{
    any::Any,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

/// Any error, boxed. What a [`Body`] fails with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Every body a Tollbar layer accepts: yields [`Bytes`], fails with anything that boxes.
///
/// Implemented for all matching bodies; there is nothing to implement by hand.
pub trait AnyBody: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static {}

impl<B> AnyBody for B where B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static {}

/// The response body of every Tollbar layer, and the request body behind a
/// [`Frame`](crate::frame::Frame).
///
/// Bytes are kept inline; anything else is boxed once. A `Body` that is wrapped again is not boxed
/// again, and a body that has ended holds nothing any more.
#[must_use = "a body does nothing unless polled"]
pub struct Body(Inner);

enum Inner {
    Empty,
    Bytes(Bytes),
    Boxed(Pin<Box<dyn HttpBody<Data = Bytes, Error = BoxError> + Send>>),
}

impl Body {
    /// A body without content.
    pub const fn empty() -> Self {
        Self(Inner::Empty)
    }

    /// Wraps any body. A `Body` comes back as it is.
    pub fn new<B: AnyBody>(body: B) -> Self {
        let mut slot = Some(body);
        if let Some(same) = (&mut slot as &mut dyn Any).downcast_mut::<Option<Self>>() {
            return same.take().unwrap_or(Self::empty());
        }
        match slot {
            Some(body) if !body.is_end_stream() => {
                Self(Inner::Boxed(Box::pin(BoxedErrors { body })))
            }
            _ => Self::empty(),
        }
    }

    /// The whole content, when it is already here as one piece of bytes.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes),
            Inner::Empty | Inner::Boxed(_) => None,
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Empty => f.write_str("Body::Empty"),
            Inner::Bytes(bytes) => write!(f, "Body::Bytes({} bytes)", bytes.len()),
            Inner::Boxed(_) => f.write_str("Body::Boxed"),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        if bytes.is_empty() {
            Self::empty()
        } else {
            Self(Inner::Bytes(bytes))
        }
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Inner::Empty => Poll::Ready(None),
            Inner::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = Inner::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Inner::Boxed(body) => {
                let polled = body.as_mut().poll_frame(cx);
                if let Poll::Ready(None | Some(Err(_))) = polled {
                    self.0 = Inner::Empty;
                }
                polled
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Inner::Empty => true,
            Inner::Bytes(_) => false,
            Inner::Boxed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Empty => SizeHint::with_exact(0),
            Inner::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Inner::Boxed(body) => body.size_hint(),
        }
    }
}

pin_project_lite::pin_project! {
    /// Gives a body the boxed error type, so that one `dyn` fits all.
    struct BoxedErrors<B> {
        #[pin]
        body: B,
    }
}

impl<B: AnyBody> HttpBody for BoxedErrors<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.project()
            .body
            .poll_frame(cx)
            .map(|frame| frame.map(|result| result.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
