//! Bodies that different parsers read differently: each group is one hazard.

use tollbar_mcp::{Limits, Method, Subject};

use crate::support::{META, answer, echoed, legacy, modern, nameless};

/// Every body is refused with -32600, and the id 1 is echoed.
fn refuses(bodies: &[&str]) {
    for body in bodies {
        assert_eq!(answer(legacy(body)), echoed(400, -32600), "{body}");
    }
}

/// Every body is refused with -32600, without an id.
fn refuses_nameless(bodies: &[&str]) {
    for body in bodies {
        assert_eq!(answer(legacy(body)), nameless(400, -32600), "{body}");
    }
}

/// Every body is refused with -32602, and the id 1 is echoed.
fn refuses_params(bodies: &[&str]) {
    for body in bodies {
        assert_eq!(answer(legacy(body)), echoed(400, -32602), "{body}");
    }
}

/// Every body is no JSON.
fn refuses_text(bodies: &[&[u8]]) {
    for body in bodies {
        let shown = String::from_utf8_lossy(body)
            .chars()
            .take(80)
            .collect::<String>();
        assert_eq!(answer(legacy(body)), nameless(400, -32700), "{shown}");
    }
}

fn call(params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}"#)
}

#[test]
fn duplicate_keys_at_any_depth() {
    refuses(&[
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","m\u0065thod":"tools/call"}"#,
        r#"{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"},"params":{"name":"b"}}"#,
        &call(r#"{"name":"a","name":"b"}"#),
        &call(r#"{"name":"a","n\u0061me":"b"}"#),
        &call(r#"{"name":"a","arguments":{},"arguments":{}}"#),
        &call(r#"{"name":"a","arguments":{"x":{"y":1,"y":2}}}"#),
        &call(r#"{"name":"a","arguments":[{"y":1,"\u0079":2}]}"#),
        &call(r#"{"name":"a","_meta":{"progressToken":1,"progressToken":2}}"#),
        r#"{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"a","name":"b"}}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"taskIds":[],"taskIds":["x"]}}}"#,
    ]);
    refuses_nameless(&[
        r#"{"jsonrpc":"2.0","id":1,"id":1,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","\u0069d":2}"#,
    ]);
}

#[test]
fn the_id_is_echoed_wherever_it_stands() {
    let behind = r#"{"jsonrpc":"2.0","method":"ping","method":"ping","id":1}"#;
    assert_eq!(answer(legacy(behind)), echoed(400, -32600));
}

#[test]
fn prototype_keys_stay_in_arguments() {
    refuses(&[
        &call(r#"{"__proto__":{"name":"a"}}"#),
        &call(r#"{"name":"a","__proto__":{}}"#),
        &call(r#"{"name":"a","_\u005fproto__":{}}"#),
        &call(r#"{"name":"a","_meta":{"x":{"__proto__":1}}}"#),
        &call(r#"{"name":"a","arguments":{"__proto__":1},"__proto__":{}}"#),
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{}}"#,
    ]);
    assert!(legacy(call(r#"{"name":"a","arguments":{"__proto__":{}}}"#)).is_ok());
}

#[test]
fn a_subject_has_to_be_there() {
    let body = |method: &str, params: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}"{params}}}"#)
    };
    for method in [
        "tools/call",
        "prompts/get",
        "resources/read",
        "resources/subscribe",
        "resources/unsubscribe",
        "completion/complete",
        "subscriptions/listen",
        "tasks/get",
        "tasks/result",
        "tasks/update",
        "tasks/cancel",
    ] {
        refuses_params(&[
            &body(method, ""),
            &body(method, r#","params":{}"#),
            &body(
                method,
                r#","params":{"name":1,"uri":null,"taskId":{},"ref":{"name":"a","uri":"x:y"},"notifications":[]}"#,
            ),
        ]);
    }
    refuses_params(&[
        &body(
            "completion/complete",
            r#","params":{"ref":{"type":"ref/prompt","uri":"x:y"}}"#,
        ),
        &body(
            "completion/complete",
            r#","params":{"ref":{"type":"ref/resource","name":"a"}}"#,
        ),
        &body(
            "completion/complete",
            r#","params":{"ref":{"type":"ref/tool","name":"a"}}"#,
        ),
    ]);
}

#[test]
fn private_keys_of_parsers() {
    refuses(&[
        &call(r#"{"name":"a","arguments":{"$serde_json::private::RawValue":"1"}}"#),
        &call(r#"{"name":"a","arguments":{"x":[{"$serde_json::private::Number":"1"}]}}"#),
        &call(r#"{"name":"a","arguments":{"\u0024serde_json::private::RawValue":"1"}}"#),
        &call(r#"{"name":"a","$serde_json::private::":1}"#),
    ]);
    assert!(
        legacy(call(
            r#"{"name":"a","arguments":{"$serde_json::public":"1"}}"#
        ))
        .is_ok()
    );
}

#[test]
fn variants_of_reserved_keys() {
    refuses(&[
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","param\u017f":{}}"#,
        &call(r#"{"name":"a","Name":"b"}"#),
        &call(r#"{"name":"a","NAME":"b"}"#),
        &call(r#"{"name":"a","argument\u017f":{}}"#),
        &call("{\"name\":\"a\",\"argument\u{17f}\":{}}"),
        &call(r#"{"name":"a","ta\u017f\u212aId":"b"}"#),
        &call(r#"{"name":"a","ur\u0131":"b"}"#),
        &call(r#"{"name":"a","_Meta":{}}"#),
        &call(r#"{"name":"a","_meta":{"IO.modelcontextprotocol/protocolVersion":"2026-07-28"}}"#),
        &call(r#"{"name":"a","_meta":{"io.modelcontextprotocol/protocolversion":"2026-07-28"}}"#),
        &call(r#"{"name":"a","_meta":{"io.modelcontextprotocol/protocolVer\u017fion":"x"}}"#),
        &call(r#"{"name":"a","_meta":{"io.ModelContextProtocol/anything":1}}"#),
        r#"{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"a","Name":"b"}}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"taskids":["x"]}}}"#,
    ]);
    let harmless = call(
        r#"{"name":"a","names":1,"x":2,"_meta":{"com.example/Name":1},"arguments":{"Name":1,"name":2}}"#,
    );
    assert!(legacy(harmless).is_ok());
}

#[test]
fn control_characters_in_keys() {
    refuses(&[
        &call(r#"{"name":"a","name\u0000":"b"}"#),
        &call(r#"{"name":"a","_meta":{"x\u0001":1}}"#),
        &call(r#"{"name":"a","_meta":{"deep":[{"\n":1}]}}"#),
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","method\u0000":"tools/call"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"a","name\u001f":"b"}}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"\t":1}}}"#,
    ]);
    assert!(legacy(call(r#"{"name":"a","arguments":{"line\nbreak":1}}"#)).is_ok());
}

#[test]
fn unknown_members_and_two_kinds_at_once() {
    refuses(&[
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","extra":1}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","error":{}}"#,
    ]);
    refuses_nameless(&[
        r#"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{},"params":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":1}"#,
        r#"{"jsonrpc":"2.0","result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1}"#,
        r"{}",
        r#""ping""#,
        "null",
        "1",
    ]);
}

#[test]
fn escapes_are_decoded_before_they_are_judged() {
    let body = r#"{"jsonrpc":"2.0","id":1,"m\u0065thod":"tool\u0073\/call","par\u0061ms":{"n\u0061me":"w\u0069pe\ud83d\ude00"}}"#;
    let call = legacy(body).unwrap();
    assert_eq!(call.method(), Some(&Method::ToolsCall));
    assert_eq!(call.subject(), Some(&Subject::Tool("wipe😀".into())));
}

#[test]
fn methods_are_compared_byte_for_byte() {
    for name in [
        "Tools/Call",
        "tools/call ",
        " tools/call",
        "TOOLS/CALL",
        "tool\u{17f}/call",
    ] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{name}"}}"#);
        let call = legacy(body).unwrap();
        assert_eq!(call.method(), Some(&Method::Other(name.into())));
        assert_eq!(call.subject(), None);
    }
}

#[test]
fn ids_that_peers_read_differently() {
    for id in [
        "null",
        "true",
        "{}",
        "[]",
        "1.5",
        "1.0",
        "1e2",
        "1E0",
        "-0",
        "9007199254740992",
        "-9007199254740992",
        "18446744073709551616",
    ] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        assert_eq!(answer(legacy(body)), nameless(400, -32600), "{id}");
    }
    for id in [
        "0",
        "-1",
        "9007199254740991",
        "-9007199254740991",
        r#""""#,
        r#""1""#,
        r#""\u0061\/b""#,
        r#""é""#,
    ] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        let call = legacy(body).unwrap();
        assert_eq!(call.id().unwrap().to_string(), id, "echoed byte for byte");
    }
}

#[test]
fn requests_and_notifications_do_not_change_places() {
    refuses_nameless(&[
        r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a"}}"#,
        r#"{"jsonrpc":"2.0","method":"ping"}"#,
    ]);
    refuses(&[r#"{"jsonrpc":"2.0","id":1,"method":"notifications/initialized"}"#]);
}

#[test]
fn texts_that_are_no_json() {
    let deep = [b"[".repeat(5000), b"]".repeat(5000)].concat();
    refuses_text(&[
        b"",
        b" ",
        b"\xEF\xBB\xBF{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
        br#"{"jsonrpc":"2.0","id":1,"method":"ping"} x"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"ping"}{"jsonrpc":"2.0","id":2,"method":"ping"}"#,
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"x\":\"\xff\"}}",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"x\":\"\xed\xa0\x80\"}}",
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"\ud800"}}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"\udc00\ud800"}}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"\ud800x":1}}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":NaN}}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":-Infinity}}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":1e999}}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":01}}"#,
        br#"{"jsonrpc":"2.0","id":1,/*c*/"method":"ping"}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"ping",}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":[1,]}}"#,
        br#"{'jsonrpc':'2.0','id':1,'method':'ping'}"#,
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"pi\nng\"}",
        &deep,
    ]);
    let padded = " \r\n\t{\"jsonrpc\" : \"2.0\" ,\"id\":1,\n\"method\":\"ping\"}\n";
    assert_eq!(
        legacy(padded).unwrap().message().unwrap().span(),
        4..padded.len() - 1
    );
}

#[test]
fn a_syntax_error_behind_a_duplicate_is_a_syntax_error() {
    refuses_text(&[br#"{"jsonrpc":"2.0","id":1,"id":1,"method":"ping""#]);
}

#[test]
fn control_characters_in_names_and_methods() {
    refuses_params(&[
        &call(r#"{"name":"a\u0000b"}"#),
        &call(r#"{"name":"a\u007f"}"#),
        &call(r#"{"name":"a\u0085"}"#),
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call\u0000"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"\n"}}"#,
    ]);
}

#[test]
fn uris_that_parsers_rewrite() {
    for uri in [
        r"file:///a b",
        r"file:///a\tb",
        r"file:///a\\b",
        r"\u0020file:///a",
        r"file:///\u00e9",
        r"file:///\u0000",
        "file:///é",
        r"file:///\u007f",
    ] {
        for (method, params) in [
            ("resources/read", format!(r#"{{"uri":"{uri}"}}"#)),
            (
                "completion/complete",
                format!(r#"{{"ref":{{"type":"ref/resource","uri":"{uri}"}}}}"#),
            ),
            (
                "subscriptions/listen",
                format!(r#"{{"notifications":{{"resourceSubscriptions":["{uri}"]}}}}"#),
            ),
        ] {
            let body =
                format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
            assert_eq!(answer(legacy(&body)), echoed(400, -32602), "{body}");
        }
    }
}

#[test]
fn params_that_are_no_object() {
    for params in ["[]", "null", "1", r#""x""#, "true"] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{params}}}"#);
        assert_eq!(answer(legacy(body)), echoed(400, -32600), "{params}");
    }
    refuses_params(&[
        &call(r#"{"name":"a","_meta":null}"#),
        &call(r#"{"name":"a","_meta":[]}"#),
    ]);
}

#[test]
fn another_json_rpc() {
    refuses(&[
        r#"{"id":1,"method":"ping"}"#,
        r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
        r#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#,
        r#"{"jsonrpc":null,"id":1,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":null}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":["ping"]}"#,
    ]);
}

#[test]
fn responses_are_legacy() {
    let body = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
    assert!(!legacy(body).unwrap().expects_response());
    assert_eq!(answer(modern("ping", None, body)), nameless(400, -32600));
}

#[test]
fn modern_refusals_use_the_same_codes() {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"a","Name":"b",{META}}}}}"#
    );
    assert_eq!(
        answer(modern("tools/call", Some("a"), body)),
        echoed(400, -32600)
    );
    assert_eq!(
        answer(modern("tools/call", Some("a"), "[")),
        nameless(400, -32700)
    );
}

#[test]
fn many_keys_take_linear_time() {
    let object = |count: usize| {
        let members: Vec<_> = (0..count)
            .map(|index| format!(r#""key{index}":0"#))
            .collect();
        call(&format!(
            r#"{{"name":"a","arguments":{{{}}}}}"#,
            members.join(",")
        ))
    };
    let body = object(100_000);
    let start = std::time::Instant::now();
    assert!(legacy(&body).is_ok());
    // A comparison of all with all would be 5 thousand million comparisons, which is minutes in a debug build.
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    let doubled = body.replace(r#""key99999":0"#, r#""key99999":0,"key\u0035":0"#);
    assert_eq!(answer(legacy(doubled)), echoed(400, -32600));
    for count in [23, 24, 25, 26] {
        assert!(legacy(object(count)).is_ok(), "{count}");
        let last = count - 1;
        let doubled = object(count).replace(r#""key0":0"#, &format!(r#""key{last}":0,"key0":0"#));
        assert_eq!(answer(legacy(doubled)), echoed(400, -32600), "{count}");
    }
}

#[test]
fn long_keys_with_escapes_take_linear_time() {
    /// The least time out of five for an object of `count` keys with `length` escapes in all.
    fn least(count: usize, length: usize) -> std::time::Duration {
        let key = |index| format!(r#""{}{index}":0"#, r"\u0061".repeat(length / count));
        let keys: Vec<_> = (0..count).map(key).collect();
        let body = call(&format!(
            r#"{{"name":"a","arguments":{{{}}}}}"#,
            keys.join(",")
        ));
        let times = (0..5).map(|_| {
            let start = std::time::Instant::now();
            assert!(legacy(&body).is_ok());
            start.elapsed()
        });
        times.min().unwrap()
    }
    let (one, many) = (least(1, 22_000), least(22, 22_000));
    // To decode both keys for each comparison takes more than 20 times as long as to decode each key once.
    assert!(many < one * 6, "{many:?} against {one:?}");
}

#[test]
fn nesting_up_to_the_limit() {
    // Envelope, params and arguments are three levels.
    let body = |levels: usize| {
        let (open, close) = ("[".repeat(levels - 2), "]".repeat(levels - 2));
        call(&format!(r#"{{"name":"a","arguments":{open}{close}}}"#))
    };
    assert!(legacy(body(127)).is_ok());
    assert!(serde_json::from_str::<serde_json::Value>(&body(127)).is_ok());
    assert_eq!(answer(legacy(body(128))), nameless(400, -32700));
    assert!(serde_json::from_str::<serde_json::Value>(&body(128)).is_err());
    assert_eq!(Limits::new().depth(1000).max_depth(), 127);
}
