//! Bounds on what may be sent.

/// The deepest nesting that any limit may allow: one less than where `serde_json` stops.
const DEEPEST: usize = 127;

/// Bounds on one message, or one array of messages.
///
/// The length of a body or event is not among them: whoever reads it bounds it.
///
/// | bound | default | what happens beyond it |
/// |---|---|---|
/// | [`depth`](Self::depth) | 127 | 400, -32700 |
/// | [`batch`](Self::batch) | 50 messages | 400, -32600 |
/// | [`id`](Self::id) | 256 bytes | 400, -32600 |
/// | [`name`](Self::name) | 1 KiB | 400, -32602 |
/// | [`uri`](Self::uri) | 8 KiB | 400, -32602 |
/// | [`header`](Self::header) | 16 KiB | 400, -32020 (modern) or -32600 (legacy) |
/// | [`subscriptions`](Self::subscriptions) | 1000 entries | 400, -32602 |
/// | [`server_batch`](Self::server_batch) | 1000 messages | the document is [unreadable](crate::Unreadable) |
///
/// # Examples
///
/// ```
/// use tollbar_mcp::Limits;
///
/// const STRICT: Limits = Limits::new().depth(16).batch(1);
/// assert_eq!(STRICT.max_depth(), 16);
/// assert_eq!(STRICT.max_uri(), Limits::default().max_uri());
/// ```
#[derive(Clone, Debug)]
pub struct Limits {
    depth: usize,
    batch: usize,
    id: usize,
    name: usize,
    uri: usize,
    header: usize,
    subscriptions: usize,
    server_batch: usize,
}

impl Limits {
    /// The defaults of the table above.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            depth: DEEPEST,
            batch: 50,
            id: 256,
            name: 1024,
            uri: 8 * 1024,
            header: 16 * 1024,
            subscriptions: 1000,
            server_batch: 1000,
        }
    }

    /// Sets how many arrays and objects may be nested; more than 127 is taken as 127.
    ///
    /// 127 is what `serde_json` reads, so that whatever is let through here can be read there.
    #[must_use]
    pub const fn depth(mut self, levels: usize) -> Self {
        self.depth = if levels < DEEPEST { levels } else { DEEPEST };
        self
    }

    /// Sets how many messages one array may hold (2025-03-26 only).
    #[must_use]
    pub const fn batch(mut self, messages: usize) -> Self {
        self.batch = messages;
        self
    }

    /// Sets the length of a string id in bytes of JSON text, quotes included.
    #[must_use]
    pub const fn id(mut self, bytes: usize) -> Self {
        self.id = bytes;
        self
    }

    /// Sets the length in bytes of a method, of a tool's or prompt's name and of a task id.
    #[must_use]
    pub const fn name(mut self, bytes: usize) -> Self {
        self.name = bytes;
        self
    }

    /// Sets the length of a resource's URI or of a template in bytes.
    #[must_use]
    pub const fn uri(mut self, bytes: usize) -> Self {
        self.uri = bytes;
        self
    }

    /// Sets the length in bytes of each MCP header's value, before decoding.
    #[must_use]
    pub const fn header(mut self, bytes: usize) -> Self {
        self.header = bytes;
        self
    }

    /// Sets how many resources and how many tasks one `subscriptions/listen` may name.
    #[must_use]
    pub const fn subscriptions(mut self, entries: usize) -> Self {
        self.subscriptions = entries;
        self
    }

    /// Sets how many messages one array of a server may hold.
    #[must_use]
    pub const fn server_batch(mut self, messages: usize) -> Self {
        self.server_batch = messages;
        self
    }

    /// The most levels of nesting.
    #[must_use]
    pub const fn max_depth(&self) -> usize {
        self.depth
    }

    /// The most messages in an array.
    #[must_use]
    pub const fn max_batch(&self) -> usize {
        self.batch
    }

    /// The most bytes of a string id.
    #[must_use]
    pub const fn max_id(&self) -> usize {
        self.id
    }

    /// The most bytes of a name.
    #[must_use]
    pub const fn max_name(&self) -> usize {
        self.name
    }

    /// The most bytes of a URI.
    #[must_use]
    pub const fn max_uri(&self) -> usize {
        self.uri
    }

    /// The most bytes of an MCP header's value.
    #[must_use]
    pub const fn max_header(&self) -> usize {
        self.header
    }

    /// The most entries of each list in a subscription.
    #[must_use]
    pub const fn max_subscriptions(&self) -> usize {
        self.subscriptions
    }

    /// The most messages in an array of a server.
    #[must_use]
    pub const fn max_server_batch(&self) -> usize {
        self.server_batch
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
