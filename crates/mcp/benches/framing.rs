//! What it costs to read one request, one answer and one stream: instructions (Callgrind) and allocations (DHAT).
//!
//! Needs valgrind, and `cargo install gungraun-runner --version 0.20.0`.

#![expect(
    missing_docs,
    unused_qualifications,
    clippy::exit,
    reason = "what the macros of gungraun write"
)]

use std::hint::black_box;

use bytes::Bytes;
use gungraun::{Callgrind, Dhat, prelude::*};
use http::{HeaderMap, HeaderName, HeaderValue};
use tollbar_mcp::json::Slice;
use tollbar_mcp::sse::{Boundary, Framer};
use tollbar_mcp::{Call, Limits, Malformed, ServerDocument};

/// A body and the headers it comes with.
type Request = (HeaderMap, String);

fn headers(more: &[(&'static str, &'static str)]) -> HeaderMap {
    let usual = [
        ("host", "localhost"),
        ("accept", "application/json, text/event-stream"),
        ("content-type", "application/json"),
        ("content-length", "300"),
        ("user-agent", "client/1.0"),
        ("authorization", "Bearer 0123456789abcdef"),
    ];
    let lines = usual.iter().chain(more);
    let line = |(name, value): &(&'static str, &'static str)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    lines.map(line).collect()
}

/// A legacy call with these arguments; 300 bytes with [`SMALL`].
fn legacy(arguments: &str) -> Request {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":17,"method":"tools/call","params":{{"name":"get_weather","arguments":{arguments},"_meta":{{"progressToken":17}}}}}}"#
    );
    let lines = [
        ("mcp-session-id", "0123456789abcdef0123456789abcdef"),
        ("mcp-protocol-version", "2025-11-25"),
    ];
    (headers(&lines), body)
}

const SMALL: &str = r#"{"location":"Seattle, WA","units":"metric","days":5,"details":{"hourly":true,"alerts":false,"fields":["temperature","wind","humidity"]},"note":"so many words that it is 300"}"#;

fn small() -> Request {
    legacy(SMALL)
}

fn modern() -> Request {
    let body = r#"{"jsonrpc":"2.0","id":"17","method":"tools/call","params":{"name":"get_weather","arguments":{"location":"Seattle"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"Client","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}"#;
    let lines = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "get_weather"),
    ];
    (headers(&lines), body.to_owned())
}

/// 100 KiB in one string.
fn text() -> Request {
    legacy(&format!(r#"{{"text":"{}"}}"#, "x".repeat(100 << 10)))
}

/// 100 KiB in 1100 objects.
fn objects() -> Request {
    let object = |index| {
        format!(
            r#"{{"id":{index},"name":"item number {index}","tags":["red","green"],"price":{index}.25,"ok":true,"x":null}}"#
        )
    };
    let objects: Vec<_> = (0..1100).map(object).collect();
    legacy(&format!(r#"{{"items":[{}]}}"#, objects.join(",")))
}

/// 100 KiB in one object of 9000 keys.
fn keys() -> Request {
    let keys: Vec<_> = (0..9000).map(|index| format!(r#""k{index}":0"#)).collect();
    legacy(&format!("{{{}}}", keys.join(",")))
}

#[library_benchmark]
#[bench::legacy_300(small())]
#[bench::modern_300(modern())]
#[bench::text_100k(text())]
#[bench::objects_100k(objects())]
#[bench::keys_100k(keys())]
fn request((headers, body): Request) -> Result<Call, Malformed> {
    Call::post(
        black_box(&headers),
        black_box(body.as_bytes()),
        &Limits::new(),
    )
}

/// An answer with 1000 tools, 150 KiB.
fn list() -> String {
    let tool = |index| {
        format!(
            r#"{{"name":"tool_{index}","description":"the tool number {index}","inputSchema":{{"type":"object","properties":{{"a":{{"type":"string"}}}}}}}}"#
        )
    };
    let tools: Vec<_> = (0..1000).map(tool).collect();
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"result":{{"tools":[{}]}}}}"#,
        tools.join(",")
    )
}

#[library_benchmark]
#[bench::tools_1000(list())]
fn answer(body: String) -> usize {
    let document = ServerDocument::parse(black_box(body.as_bytes()), &Limits::new());
    document.map_or(0, |document| document.messages().len())
}

#[library_benchmark]
#[bench::tools_1000(list())]
fn names(body: String) -> usize {
    let tools = Slice::new(black_box(&body))
        .get("result")
        .and_then(|result| result.get("tools"));
    let elements = tools.into_iter().flat_map(|tools| tools.elements());
    let names = elements.filter_map(|tool| tool.get("name")?.as_str());
    names.map(|name| name.len()).sum()
}

/// 200 events of 512 bytes in one chunk.
fn stream() -> Bytes {
    let event = format!("event: message\nid: 12\ndata: {}\n\n", "x".repeat(480));
    event.repeat(200).into()
}

#[library_benchmark]
#[bench::events_200(stream())]
fn frame(stream: Bytes) -> usize {
    let mut framer = Framer::new(1 << 20);
    framer.push(black_box(stream));
    let mut length = 0;
    while let Ok(Some(event)) = framer.next() {
        length += event.raw().len();
    }
    length
}

#[library_benchmark]
#[bench::events_200(stream())]
fn read(stream: Bytes) -> usize {
    let mut framer = Framer::new(1 << 20);
    framer.push(black_box(stream));
    let mut length = 0;
    while let Ok(Some(event)) = framer.next() {
        length += event.data().map_or(0, |data| data.len());
    }
    length
}

#[library_benchmark]
#[bench::events_200(stream())]
fn boundary(stream: Bytes) -> bool {
    let mut boundary = Boundary::new();
    boundary.feed(black_box(&stream));
    boundary.is_between_events()
}

library_benchmark_group!(name = requests, benchmarks = [request]);
library_benchmark_group!(name = answers, benchmarks = [answer, names]);
library_benchmark_group!(name = streams, benchmarks = [frame, read, boundary]);

main!(
    config = LibraryBenchmarkConfig::default()
        .tool(Callgrind::with_args(["--cache-sim=no"]))
        .tool(Dhat::default()),
    library_benchmark_groups = [requests, answers, streams]
);
