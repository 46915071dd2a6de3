//! Each thing that a server can do wrong.

use std::path::Path;

use serde_json::{Value, json};

use super::scene::{METADATA, check, checked, put, server, step};
use crate::hostile_relay::{
    scene::{ok, unauthorized},
    server::{Reply, Server},
};

/// Something wrong, and what the command says of it.
struct Fault {
    wrong: Wrong,
    code: i32,
    step: &'static str,
    found: &'static str,
    fix: &'static str,
}

enum Wrong {
    /// The first message without a token is answered with this.
    Refusal(Reply),
    /// The metadata is no metadata.
    Answer(Reply),
    /// The metadata says this.
    Says(Value),
}

impl Wrong {
    fn befall(self, server: &Server) {
        match self {
            Self::Refusal(reply) => server.at("/mcp", reply),
            Self::Answer(reply) => server.at(METADATA, reply),
            Self::Says(document) => put(server, METADATA, &document),
        }
    }
}

fn faults() -> Vec<Fault> {
    let fault = |wrong, code, step, found, fix| Fault {
        wrong,
        code,
        step,
        found,
        fix,
    };
    let status = |status: u16| {
        let head = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n");
        Reply::Bytes(head.into_bytes())
    };
    let challenge = |challenge: &str| {
        let line = format!("www-authenticate: {challenge}\r\n");
        Wrong::Refusal(unauthorized(line.as_bytes()))
    };
    let refusal = |code| Wrong::Refusal(status(code));
    let later = "its 401 is relayed then";
    let other =
        json!({ "resource": "https://other.example/mcp", "authorization_servers": ["ORIGIN"] });
    let bound = json!({
        "resource": "ORIGIN/mcp",
        "authorization_servers": ["ORIGIN"],
        "dpop_bound_access_tokens_required": true,
    });
    let unreadable = "the challenge of the MCP server cannot be read";
    let (in_5, html) = ("RFC 9728 section 5.1", Wrong::Answer(ok("", "<html>")));
    vec![
        fault(
            refusal(200),
            0,
            "refusal",
            "it lets everybody in at first",
            later,
        ),
        fault(
            refusal(403),
            1,
            "refusal",
            "it refuses with 403 where 401 belongs",
            "answer 401",
        ),
        fault(
            refusal(500),
            1,
            "refusal",
            "it fails where 401 belongs",
            "the server's log",
        ),
        fault(
            Wrong::Refusal(unauthorized(b"")),
            0,
            "challenge",
            "answers 401 without a challenge",
            in_5,
        ),
        fault(
            challenge("Bearer realm=\"x\""),
            0,
            "pointer",
            "names no `resource_metadata`",
            in_5,
        ),
        fault(
            challenge("Bearer realm=\"x"),
            1,
            "challenge",
            unreadable,
            "RFC 9110",
        ),
        fault(
            challenge("Basic realm=\"x\""),
            1,
            "challenge",
            "it asks for `Basic`",
            "`Bearer`",
        ),
        fault(
            Wrong::Answer(status(500)),
            1,
            "metadata",
            "it answers with status 500",
            "log",
        ),
        fault(html, 1, "metadata", "no JSON object", "RFC 9728 section 2"),
        fault(
            Wrong::Says(other),
            1,
            "resource",
            "https://other.example/mcp",
            "set `identifier`",
        ),
        fault(
            Wrong::Says(bound),
            1,
            "bound_tokens",
            "bound to the client",
            "bearer tokens",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_does_wrong_is_named_with_its_fix() {
    for fault in faults() {
        let server = server().await;
        fault.wrong.befall(&server);
        let (code, value) = checked(&server, &[]);
        assert_eq!(code, Some(fault.code), "{}: {value:#}", fault.found);
        assert_eq!(value["fits"].is_null(), fault.code == 1, "{value:#}");
        let step = step(&value, fault.step);
        let (found, fix) = (step["found"].as_str(), step["fix"].as_str());
        assert!(
            found.unwrap().contains(fault.found),
            "{}: {step:#}",
            fault.found
        );
        assert!(fix.unwrap().contains(fault.fix), "{}: {step:#}", fault.fix);
        // For a person, the same stands on standard error.
        let said = check(Path::new("/"), &[&format!("{}/mcp", server.origin())]);
        assert_eq!(said.code, Some(fault.code));
        let severity = if fault.code == 1 { "error" } else { "warning" };
        let words = format!("{severity}: {}: {}\n   = fix: ", fault.step, found.unwrap());
        assert!(said.error.contains(&words), "{words}: {}", said.error);
        for line in said.out.lines() {
            assert!(line.chars().count() <= 80, "too wide: {line}");
        }
    }
}
