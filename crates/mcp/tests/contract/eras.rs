//! Which era and version a request belongs to.

use tollbar_mcp::{Era, Version};

use crate::support::{META, answer, echoed, legacy, modern, nameless, post};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

fn list(version: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{"_meta":{{"io.modelcontextprotocol/protocolVersion":"{version}","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#
    )
}

fn initialize(version: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"protocolVersion":"{version}","capabilities":{{}},"clientInfo":{{"name":"Client","version":"2"}}}}}}"#
    )
}

#[test]
fn legacy_versions_come_from_the_header() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let call = post(&[("MCP-Protocol-Version", version)], PING).unwrap();
        assert_eq!(
            (call.era(), call.version()),
            (Era::Legacy, Version::parse(version))
        );
    }
    let call = post(&[], PING).unwrap();
    assert_eq!(
        call.version(),
        Some(Version::V2025_03_26),
        "assumed without a header"
    );
}

#[test]
fn an_unknown_version_header_is_refused_in_legacy_words() {
    for version in [
        "2099-01-01",
        "",
        "2025-11-25, 2025-06-18",
        "v1",
        "2025-11-2",
    ] {
        let result = post(&[("mcp-protocol-version", version)], PING);
        assert_eq!(answer(result), echoed(400, -32600), "{version}");
    }
}

#[test]
fn meta_with_a_modern_version_needs_the_same_header() {
    let method = ("mcp-method", "tools/list");
    assert_eq!(
        answer(post(&[method], list("2026-07-28"))),
        echoed(400, -32020)
    );
    let older = post(
        &[method, ("mcp-protocol-version", "2025-11-25")],
        list("2026-07-28"),
    );
    assert_eq!(answer(older), echoed(400, -32020));
    let unknown = post(
        &[method, ("mcp-protocol-version", "2026-07-28")],
        list("v999.0.0"),
    );
    assert_eq!(answer(unknown), echoed(400, -32020));
    let twice = [
        method,
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-protocol-version", "2026-07-28"),
    ];
    assert_eq!(
        answer(post(&twice, list("2026-07-28"))),
        echoed(400, -32020)
    );
    let call = modern("tools/list", None, list("2026-07-28")).unwrap();
    assert_eq!(
        (call.era(), call.version()),
        (Era::Modern, Some(Version::V2026_07_28))
    );
}

#[test]
fn a_modern_header_needs_meta() {
    for params in [
        "",
        r#","params":{}"#,
        r#","params":{"_meta":{}}"#,
        r#","params":{"_meta":{"io.modelcontextprotocol/clientCapabilities":{}}}"#,
        r#","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}"#,
        r#","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":null,"io.modelcontextprotocol/clientCapabilities":{}}}"#,
        r#","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":[]}}"#,
    ] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"server/discover"{params}}}"#);
        assert_eq!(
            answer(modern("server/discover", None, &body)),
            echoed(400, -32602),
            "{body}"
        );
    }
}

#[test]
fn client_info_is_optional() {
    let call = modern("tools/list", None, list("2026-07-28")).unwrap();
    assert_eq!(call.message().unwrap().client(), None);
}

#[test]
fn an_unsupported_version_names_the_supported_ones() {
    for requested in ["2099-01-01", "v999.0.0"] {
        let lines = [
            ("mcp-protocol-version", requested),
            ("mcp-method", "tools/list"),
        ];
        let malformed = post(&lines, list(requested)).unwrap_err();
        assert_eq!(
            (malformed.status().as_u16(), malformed.code().0),
            (400, -32022)
        );
        assert_eq!(malformed.id().unwrap().to_string(), "1");
        assert_eq!(malformed.era(), Era::Modern);
        let data: serde_json::Value = serde_json::from_str(malformed.data().unwrap()).unwrap();
        assert_eq!(data["requested"], requested);
        let supported: Vec<_> = Version::ALL
            .iter()
            .rev()
            .map(|version| version.as_str())
            .collect();
        assert_eq!(data["supported"], serde_json::json!(supported));
    }
}

#[test]
fn a_version_in_meta_that_is_no_string_is_modern_and_malformed() {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":20260728}}}"#;
    let malformed = legacy(body).unwrap_err();
    assert_eq!(malformed.era(), Era::Modern);
    assert_eq!(malformed.code().0, -32602);
}

#[test]
fn a_legacy_version_in_meta_is_legacy_and_has_to_agree() {
    let call = legacy(list("2025-11-25")).unwrap();
    assert_eq!(
        (call.era(), call.version()),
        (Era::Legacy, Some(Version::V2025_11_25))
    );
    assert_eq!(answer(post(&[], list("2025-11-25"))), echoed(400, -32600));
    assert_eq!(answer(legacy(list("2025-06-18"))), echoed(400, -32600));
}

#[test]
fn initialize_is_legacy_and_its_version_is_the_requested_one() {
    let call = post(&[], initialize("2025-06-18")).unwrap();
    assert_eq!(
        (call.era(), call.version()),
        (Era::Legacy, Some(Version::V2025_06_18))
    );
    let message = call.message().unwrap();
    assert_eq!(message.requested_version(), Some("2025-06-18"));
    let client = message.client().unwrap();
    assert_eq!((client.name(), client.version()), ("Client", "2"));
    for unknown in ["2099-01-01", "2026-07-28"] {
        let call = post(&[], initialize(unknown)).unwrap();
        assert_eq!((call.era(), call.version()), (Era::Legacy, None));
        assert_eq!(call.message().unwrap().requested_version(), Some(unknown));
    }
    let with_meta = initialize("2025-11-25").replace(
        r#""capabilities":{}"#,
        r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2025-11-25"}"#,
    );
    assert_eq!(
        post(&[], with_meta).unwrap().version(),
        Some(Version::V2025_11_25)
    );
    let with_header = post(
        &[("mcp-protocol-version", "2026-07-28")],
        initialize("2025-11-25"),
    );
    assert_eq!(with_header.unwrap().era(), Era::Legacy);
}

#[test]
fn initialize_without_a_version() {
    let bare = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
    assert_eq!(answer(post(&[], bare)), echoed(400, -32602));
    let number = bare.replace("\"capabilities\":{}", "\"protocolVersion\":20251125");
    assert_eq!(answer(post(&[], number)), echoed(400, -32602));
}

#[test]
fn methods_that_the_modern_era_has_dropped() {
    for method in [
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "resources/unsubscribe",
    ] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{META}}}}}"#);
        let malformed = modern(method, None, body).unwrap_err();
        assert_eq!(malformed.era(), Era::Modern);
        assert_eq!(answer(Err(malformed)), echoed(404, -32601), "{method}");
    }
    let body =
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"unknown/method","params":{{{META}}}}}"#);
    assert!(
        modern("unknown/method", None, body).is_ok(),
        "others are the server's to answer"
    );
}

#[test]
fn sessions_are_legacy() {
    let session = ("mcp-session-id", "s-1");
    assert_eq!(post(&[session], PING).unwrap().session(), Some("s-1"));
    let lines = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/list"),
        session,
    ];
    assert_eq!(post(&lines, list("2026-07-28")).unwrap().session(), None);
    for bad in ["", "a b", "a\tb", "é"] {
        assert_eq!(
            answer(post(&[("mcp-session-id", bad)], PING)),
            echoed(400, -32600),
            "{bad:?}"
        );
    }
}

#[test]
fn modern_notifications_need_the_header_only() {
    let body = r#"{"jsonrpc":"2.0","method":"notifications/x"}"#;
    let call = post(&[("mcp-protocol-version", "2026-07-28")], body).unwrap();
    assert_eq!(
        (call.era(), call.version()),
        (Era::Modern, Some(Version::V2026_07_28))
    );
    assert!(!call.expects_response());
    let declared = format!(r#"{{"jsonrpc":"2.0","method":"notifications/x","params":{{{META}}}}}"#);
    assert_eq!(answer(post(&[], &declared)), nameless(400, -32020));
    assert_eq!(answer(legacy(&declared)), nameless(400, -32020));
    let number = declared.replace(r#""2026-07-28""#, "1");
    let header = ("mcp-protocol-version", "2026-07-28");
    assert_eq!(answer(post(&[header], number)), nameless(400, -32602));
}

#[test]
fn the_era_of_an_unreadable_body_is_the_header_s() {
    let era = |lines: &[(&str, &str)]| post(lines, "{").unwrap_err().era();
    assert_eq!(era(&[("mcp-protocol-version", "2026-07-28")]), Era::Modern);
    assert_eq!(era(&[("mcp-protocol-version", "2025-11-25")]), Era::Legacy);
    assert_eq!(era(&[("mcp-protocol-version", "2099-01-01")]), Era::Legacy);
    assert_eq!(era(&[]), Era::Legacy);
}
