//! The gateway's place in a trace.

use tollbar_mcp::TraceParent;

use super::{AlreadyKnown, Exchange};

/// Where an exchange stands in a trace (W3C Trace Context): the gateway's own span, and the one under which the
/// upstream goes on.
///
/// ```
/// use tollbar_core::Span;
/// use tollbar_mcp::TraceParent;
///
/// let own = TraceParent::new(7, 2, true).unwrap();
/// let onward = TraceParent::new(7, 3, true).unwrap();
/// let span = Span::new(own, onward).with_parent(1);
/// assert_eq!(span.parent(), Some(1));
/// assert_eq!(span.link(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    own: TraceParent,
    onward: TraceParent,
    /// 0 is none.
    parent: u64,
    link: Option<TraceParent>,
}

impl Span {
    /// A span without a parent, and the one inside of it that the upstream is told of.
    #[must_use]
    pub const fn new(own: TraceParent, onward: TraceParent) -> Self {
        Self {
            own,
            onward,
            parent: 0,
            link: None,
        }
    }

    /// With the id of the client's span, in the same trace. 0 is none.
    #[must_use]
    pub const fn with_parent(mut self, parent: u64) -> Self {
        self.parent = parent;
        self
    }

    /// With another span that has led here, such as that of the HTTP request where the message names its own.
    #[must_use]
    pub const fn with_link(mut self, link: TraceParent) -> Self {
        self.link = Some(link);
        self
    }

    /// The span of the whole exchange.
    #[must_use]
    pub const fn own(&self) -> TraceParent {
        self.own
    }

    /// The span of the request to the upstream, as the upstream is told.
    #[must_use]
    pub const fn onward(&self) -> TraceParent {
        self.onward
    }

    /// The id of the span that has asked. `None` where the trace begins here.
    #[must_use]
    pub const fn parent(&self) -> Option<u64> {
        match self.parent {
            0 => None,
            parent => Some(parent),
        }
    }

    /// Another span that has led here.
    #[must_use]
    pub const fn link(&self) -> Option<TraceParent> {
        self.link
    }
}

impl Exchange {
    /// Where the exchange stands in a trace, once a guard has given it a place.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.0.span.get().copied()
    }

    /// Sets where the exchange stands in a trace.
    ///
    /// # Errors
    ///
    /// [`AlreadyKnown`] when it was set before.
    pub fn set_span(&self, span: Span) -> Result<(), AlreadyKnown> {
        self.0.span.set(span).map_err(|_| AlreadyKnown)
    }
}
