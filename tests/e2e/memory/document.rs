//! Large documents that are never in memory as a whole.

use bytes::Bytes;

const BLOCK: &str = "All tolls are to be paid at the bar; no wagon passes without. ";

/// A head, a block that is repeated, and a tail.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) content_type: &'static str,
    head: Bytes,
    block: Bytes,
    blocks: u64,
    tail: Bytes,
}

impl Document {
    fn json(head: impl Into<Bytes>, length: u64, tail: &'static str) -> Self {
        let (head, tail) = (head.into(), Bytes::from_static(tail.as_bytes()));
        let text = length.saturating_sub((head.len() + tail.len()) as u64);
        // Not a power of two, so that no chunk anywhere lines up with a block by chance.
        let block = Bytes::from(BLOCK.repeat(1000));
        let blocks = text / block.len() as u64;
        let rest = (text % block.len() as u64) as usize;
        Self {
            content_type: "application/json",
            head: Bytes::from([head, block.slice(..rest)].concat()),
            block,
            blocks,
            tail,
        }
    }

    /// A result of exactly this length in one JSON body.
    pub(super) fn large_result(length: u64) -> Self {
        let head = r#"{"jsonrpc":"2.0","id":17,"result":{"content":[{"type":"text","text":""#;
        Self::json(head, length, r#""}],"isError":false}}"#)
    }

    /// A small result.
    pub(super) fn small_result() -> Self {
        Self::large_result(200)
    }

    /// Events of some 62 KB each, and a result.
    pub(super) fn events(length: u64) -> Self {
        let head = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\"";
        let block = Bytes::from(format!("{head}{}\"}}}}\n\n", BLOCK.repeat(1000)));
        Self {
            content_type: "text/event-stream",
            head: Bytes::from_static(b":\n\n"),
            blocks: length / block.len() as u64,
            block,
            tail: Bytes::from_static(
                b"data: {\"jsonrpc\":\"2.0\",\"id\":17,\"result\":{\"content\":[]}}\n\n",
            ),
        }
    }

    /// A list of some thousand tools of 1 KB each, of which all are called `get`, or every other one
    /// `wipe`.
    pub(super) fn tools(length: u64, is_filtered: bool) -> Self {
        let tool = |name: &str| {
            let description = BLOCK.repeat(16);
            format!(r#"{{"name":"{name}","description":"{description}","inputSchema":{{}}}},"#)
        };
        let (get, wipe) = (tool("get"), tool("wipe"));
        let blocks = length / (get.len() + wipe.len()) as u64;
        let block = if is_filtered { get } else { wipe + &get };
        Self {
            content_type: "application/json",
            head: Bytes::from_static(br#"{"jsonrpc":"2.0","id":17,"result":{"tools":["#),
            block: Bytes::from(block),
            blocks,
            tail: Bytes::from_static(br#"{"name":"get_last","inputSchema":{}}]}}"#),
        }
    }

    /// A call of the tool of this name.
    pub(super) fn call(tool: &str) -> Self {
        Self::call_of(tool, 300)
    }

    /// A small call, which the upstream answers with a small result.
    pub(super) fn small_call() -> Self {
        Self::call("small")
    }

    /// A call of exactly this length.
    pub(super) fn large_call(length: u64) -> Self {
        Self::call_of("small", length)
    }

    fn call_of(tool: &str, length: u64) -> Self {
        let head = format!(
            r#"{{"jsonrpc":"2.0","id":17,"method":"tools/call","params":{{"name":"{tool}","arguments":{{"text":""#
        );
        Self::json(head, length, r#""}}}"#)
    }

    pub(super) fn length(&self) -> u64 {
        (self.head.len() + self.tail.len()) as u64 + self.blocks * self.block.len() as u64
    }

    /// Its pieces, in order.
    pub(super) fn pieces(&self) -> impl Iterator<Item = Bytes> + Send + use<> {
        let blocks = std::iter::repeat_n(self.block.clone(), self.blocks as usize);
        [self.head.clone()]
            .into_iter()
            .chain(blocks)
            .chain([self.tail.clone()])
    }

    /// A reader that holds every byte against this document.
    pub(super) fn expect(&self) -> Expected {
        Expected {
            pieces: Box::new(self.pieces()),
            current: Bytes::new(),
            read: 0,
            length: self.length(),
        }
    }
}

/// What is still to come of a document.
pub(super) struct Expected {
    pieces: Box<dyn Iterator<Item = Bytes> + Send>,
    current: Bytes,
    read: u64,
    length: u64,
}

impl Expected {
    /// Whether this is what comes next.
    pub(super) fn takes(&mut self, mut bytes: &[u8]) -> bool {
        self.read += bytes.len() as u64;
        while !bytes.is_empty() {
            if self.current.is_empty() {
                let Some(next) = self.pieces.next() else {
                    return false;
                };
                self.current = next;
                continue;
            }
            let length = bytes.len().min(self.current.len());
            let (now, later) = bytes.split_at(length);
            if self.current.split_to(length) != now {
                return false;
            }
            bytes = later;
        }
        true
    }

    /// Whether all of it has come.
    pub(super) fn is_complete(&self) -> bool {
        self.read == self.length
    }
}
