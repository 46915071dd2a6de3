//! Which of several faults is answered: each step of the documented order against the next one.

use crate::support::{answer, echoed, nameless, post};

/// One request that is wrong in two ways, and the answer to the first.
struct Row {
    faults: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    status: u16,
    code: i64,
}

const MODERN: (&str, &str) = ("mcp-protocol-version", "2026-07-28");
const UNKNOWN: (&str, &str) = ("mcp-protocol-version", "2099-01-01");

const ROWS: &[Row] = &[
    Row {
        faults: "envelope before repeated header",
        headers: &[MODERN, MODERN],
        body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","extra":1}"#,
        status: 400,
        code: -32600,
    },
    Row {
        faults: "repeated header before missing metadata",
        headers: &[MODERN, ("mcp-name", "a"), ("mcp-name", "a")],
        body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
        status: 400,
        code: -32020,
    },
    Row {
        faults: "missing version in metadata before missing routing header",
        headers: &[MODERN],
        body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
        status: 400,
        code: -32602,
    },
    Row {
        faults: "version mismatch before unsupported version",
        headers: &[MODERN],
        body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2099-01-01"}}}"#,
        status: 400,
        code: -32020,
    },
    Row {
        faults: "version mismatch before missing capabilities",
        headers: &[],
        body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#,
        status: 400,
        code: -32020,
    },
    Row {
        faults: "unsupported version before missing routing header",
        headers: &[UNKNOWN],
        body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2099-01-01"}}}"#,
        status: 400,
        code: -32022,
    },
    Row {
        faults: "routing header before missing capabilities",
        headers: &[MODERN, ("mcp-method", "tools/call")],
        body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#,
        status: 400,
        code: -32020,
    },
    Row {
        faults: "missing capabilities before removed method",
        headers: &[MODERN, ("mcp-method", "ping")],
        body: r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#,
        status: 400,
        code: -32602,
    },
    Row {
        faults: "removed method before missing subject",
        headers: &[MODERN, ("mcp-method", "resources/subscribe")],
        body: r#"{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
        status: 404,
        code: -32601,
    },
    Row {
        faults: "legacy: unknown version before session",
        headers: &[UNKNOWN, ("mcp-session-id", "")],
        body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#,
        status: 400,
        code: -32600,
    },
    Row {
        faults: "legacy: session before missing subject",
        headers: &[("mcp-session-id", "")],
        body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#,
        status: 400,
        code: -32600,
    },
];

#[test]
fn the_first_fault_is_answered() {
    for row in ROWS {
        let result = answer(post(row.headers, row.body));
        assert_eq!(result, echoed(row.status, row.code), "{}", row.faults);
    }
}

#[test]
fn unreadable_text_comes_before_everything() {
    assert_eq!(
        answer(post(&[UNKNOWN, UNKNOWN], "{")),
        nameless(400, -32700)
    );
}

#[test]
fn legacy_requests_never_see_modern_codes() {
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    for lines in [
        &[UNKNOWN] as &[(&str, &str)],
        &[("mcp-name", "a"), ("mcp-name", "b")],
        &[("mcp-method", "a"), ("mcp-method", "a")],
        &[("mcp-protocol-version", "2025-11-25"), UNKNOWN],
        &[("mcp-session-id", "a"), ("mcp-session-id", "b")],
    ] {
        let (_, code, _) = answer(post(lines, ping));
        assert!(!(-32099..=-32020).contains(&code), "{lines:?}: {code}");
    }
}
