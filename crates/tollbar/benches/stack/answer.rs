//! The MCP server in memory, and its answers.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tollbar::core::{Body, Exchange, Message, Refusal};
use tower::Service;

const RESULT: &str = r#"{"jsonrpc":"2.0","id":17,"result":{"content":[{"type":"text","text":"three documents were found"}],"isError":false}}"#;
const EVENT: &str = "id: 81-7\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":42,\"progress\":50,\"total\":100,\"message\":\"half of it\"}}\n\n";

/// What the server answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// One small JSON body.
    Json,
    /// 100 events, one in each chunk.
    Events,
    /// A list of 1,000 tools, 1 MB.
    Tools,
}

/// Who looks at the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hook {
    Nobody,
    Watch,
    Filter,
}

/// An MCP server that has its answer ready. Registers its hook as a layer inside the frame would.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    answer: Answer,
    hook: Hook,
}

impl Memory {
    pub(crate) const fn new(answer: Answer, hook: Hook) -> Self {
        Self { answer, hook }
    }
}

impl Service<Request<Body>> for Memory {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        match self.hook {
            Hook::Nobody => {}
            Hook::Watch => Exchange::of(request.extensions_mut()).watch(Arc::new(look)),
            Hook::Filter => Exchange::of(request.extensions_mut())
                .filter(Arc::new(pass))
                .unwrap(),
        }
        let (content_type, body) = match self.answer {
            Answer::Json => ("application/json", Body::from(RESULT)),
            Answer::Events => ("text/event-stream", Body::new(Events { left: 100 })),
            Answer::Tools => ("application/json", Body::from(tools().clone())),
        };
        let response = Response::builder()
            .header("content-type", content_type)
            .body(body);
        ready(Ok(response.unwrap()))
    }
}

/// Reads what most watches read.
fn look(_: &Exchange, message: &Message<'_>) {
    std::hint::black_box(message.parsed().id());
}

/// Reads the same and lets everything pass.
#[expect(clippy::unnecessary_wraps, reason = "the shape of a filter")]
fn pass(_: &Exchange, message: &mut Message<'_>) -> Result<(), Refusal> {
    std::hint::black_box(message.parsed().id());
    Ok(())
}

/// A list of 1,000 tools, each of 1 KB.
fn tools() -> &'static Bytes {
    static TOOLS: OnceLock<Bytes> = OnceLock::new();
    TOOLS.get_or_init(|| {
        let tools: Vec<_> = (0..1000).map(tool).collect();
        let tools = tools.join(",");
        format!(r#"{{"jsonrpc":"2.0","id":17,"result":{{"tools":[{tools}]}}}}"#).into()
    })
}

fn name(number: usize) -> String {
    format!("tool_{number}")
}

fn tool(number: usize) -> String {
    let name = name(number);
    let property =
        r#"{"type":"string","description":"what is looked for, in words","maxLength":200}"#;
    let properties: Vec<_> = (0..8)
        .map(|it| format!(r#""argument_{it}":{property}"#))
        .collect();
    let properties = properties.join(",");
    format!(
        r#"{{"name":"{name}","title":"A tool","description":"Finds what is looked for.","inputSchema":{{"type":"object","properties":{{{properties}}},"required":["argument_0"]}},"annotations":{{"readOnlyHint":true}}}}"#
    )
}

struct Events {
    left: usize,
}

impl HttpBody for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(left) = self.left.checked_sub(1) else {
            return Poll::Ready(None);
        };
        self.left = left;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(EVENT.as_bytes())))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.left * EVENT.len()) as u64)
    }
}

/// The bytes of each answer, to check that it came whole.
impl Answer {
    pub(crate) fn length(self) -> usize {
        match self {
            Self::Json => RESULT.len(),
            Self::Events => EVENT.len() * 100,
            Self::Tools => tools().len(),
        }
    }

    /// The length without the tools of these names.
    pub(crate) fn length_without(self, goes: impl Fn(&str) -> bool) -> usize {
        let gone = |number: &usize| goes(&name(*number));
        match self {
            Self::Json | Self::Events => self.length(),
            Self::Tools => {
                let gone: usize = (0..1000).filter(gone).map(|it| tool(it).len() + 1).sum();
                self.length() - gone
            }
        }
    }
}
