//! Header and `_meta`, in all combinations.

use http::Request;
use tollbar_core::Body;
use tollbar_mcp::TraceParent;
use tollbar_otel::Sampling;

use crate::stack::{CLIENT, Got, OTHER, legacy, modern, pass};

fn parse(text: &str) -> TraceParent {
    TraceParent::parse(text).unwrap()
}

async fn sent(request: Request<Body>) -> Got {
    pass(Sampling::default(), request).await
}

/// Header and `_meta` name the gateway's own span, in this trace.
fn assert_joined(got: &Got, parent: Option<&str>, link: Option<&str>) {
    let told = got.header("traceparent").unwrap();
    assert_eq!(got.meta()["traceparent"], told);
    let span = got.event.span.unwrap();
    assert_eq!(span.onward(), parse(told));
    assert_eq!(span.own().trace_id(), span.onward().trace_id());
    assert_ne!(span.own().span_id(), span.onward().span_id());
    assert_eq!(span.link(), link.map(parse));
    assert_eq!(span.parent(), parent.map(|parent| parse(parent).span_id()));
    if let Some(parent) = parent {
        assert_eq!(span.own().trace_id(), parse(parent).trace_id());
    }
    assert_eq!(got.event.trace_id(), Some(span.own().trace_id()));
    // What else was in the message is still there, and its length is right.
    let version = &got.meta()["io.modelcontextprotocol/protocolVersion"];
    assert_eq!(version, "2026-07-28");
    let length = got.body.len().to_string();
    assert_eq!(got.header("content-length"), Some(&*length));
}

#[tokio::test]
async fn neither_header_nor_meta_is_a_new_trace() {
    let got = sent(modern("", &[])).await;
    assert_joined(&got, None, None);
    let other = sent(modern("", &[])).await;
    assert_ne!(got.event.trace_id(), other.event.trace_id());
}

#[tokio::test]
async fn the_header_alone_is_the_parent() {
    let got = sent(modern(
        "",
        &[("traceparent", CLIENT), ("tracestate", "a=1")],
    ))
    .await;
    assert_joined(&got, Some(CLIENT), None);
    assert_eq!(got.header("tracestate"), Some("a=1"));
    assert_eq!(got.meta()["tracestate"], "a=1");
}

#[tokio::test]
async fn meta_alone_is_the_parent() {
    let members = format!(r#""traceparent":"{CLIENT}","tracestate":"b=2","baggage":"user=1","#);
    let got = sent(modern(&members, &[])).await;
    assert_joined(&got, Some(CLIENT), None);
    assert_eq!(got.header("tracestate"), Some("b=2"));
    assert_eq!(got.meta()["tracestate"], "b=2");
    assert_eq!(got.meta()["baggage"], "user=1");
}

#[tokio::test]
async fn meta_wins_over_the_header_which_is_linked() {
    let members = format!(r#""traceparent":"{CLIENT}","#);
    let headers = [
        ("traceparent", OTHER),
        ("tracestate", "foreign=1"),
        ("baggage", "user=1"),
    ];
    let got = sent(modern(&members, &headers)).await;
    assert_joined(&got, Some(CLIENT), Some(OTHER));
    // It belongs to the other trace.
    assert_eq!(got.header("tracestate"), None);
    assert_eq!(got.meta().get("tracestate"), None);
    assert_eq!(got.header("baggage"), Some("user=1"));
}

#[tokio::test]
async fn the_state_of_a_trace_that_is_joined_stays() {
    let members = format!(r#""traceparent":"{CLIENT}","#);
    let headers = [("traceparent", CLIENT), ("tracestate", "a=1")];
    let got = sent(modern(&members, &headers)).await;
    assert_joined(&got, Some(CLIENT), None);
    assert_eq!(got.header("tracestate"), Some("a=1"));
}

#[tokio::test]
async fn what_cannot_be_read_is_no_trace() {
    for wrong in [r#""x""#, "7", "null", r#"{"a":1}"#, r#""\u0000""#] {
        let members = format!(r#""traceparent":{wrong},"tracestate":"old=1","#);
        let got = sent(modern(
            &members,
            &[("traceparent", "hello"), ("tracestate", "old=2")],
        ))
        .await;
        assert_joined(&got, None, None);
        assert_eq!(got.header("tracestate"), None, "{wrong}");
        assert_eq!(got.meta()["tracestate"], "", "{wrong}");
    }
}

#[tokio::test]
async fn a_hostile_state_gets_into_no_header() {
    let long = "x".repeat(5000);
    for state in [r"a=1\r\nx: y", r"a=\u00fc", &long, ""] {
        let members = format!(r#""traceparent":"{CLIENT}","tracestate":"{state}","#);
        let got = sent(modern(&members, &[])).await;
        assert_joined(&got, Some(CLIENT), None);
        assert_eq!(got.header("tracestate"), None);
        assert!(got.body.contains(&format!(r#""tracestate":"{state}""#)));
    }
    let quoted = r#"a="1\",\"x":"#;
    let got = sent(modern(
        "",
        &[("traceparent", CLIENT), ("tracestate", quoted)],
    ))
    .await;
    assert_eq!(got.meta()["tracestate"], quoted);
}

/// So many members, of so many bytes together.
fn state(members: usize, length: usize) -> String {
    let mut list: Vec<String> = (0..members).map(|it| format!("k{it}=1")).collect();
    let missing = length.saturating_sub(list.join(",").len());
    list[0].push_str(&"x".repeat(missing));
    list.join(",")
}

#[tokio::test]
async fn a_state_that_is_too_long_is_dropped_from_wherever_it_comes() {
    for (state, is_passed) in [
        (state(32, 0), true),
        (state(33, 0), false),
        (state(1, 4096), true),
        (state(1, 4097), false),
        (format!("a=1,,,\t{}", ",".repeat(40)), true),
    ] {
        let expected = is_passed.then_some(&*state);
        let headers = [("traceparent", CLIENT), ("tracestate", &state)];
        let got = sent(modern("", &headers)).await;
        assert_joined(&got, Some(CLIENT), None);
        assert_eq!(got.header("tracestate"), expected);
        assert_eq!(got.meta()["tracestate"].as_str(), expected);
        // In several headers, which are one list.
        if let Some((first, second)) = state.split_once(',') {
            let headers = [
                ("traceparent", CLIENT),
                ("tracestate", first),
                ("tracestate", second),
            ];
            let got = sent(modern("", &headers)).await;
            assert_eq!(got.header("tracestate"), expected);
        }
        if !state.contains('\t') {
            let members = format!(r#""traceparent":"{CLIENT}","tracestate":"{state}","#);
            let got = sent(modern(&members, &[])).await;
            assert_eq!(got.header("tracestate"), expected);
        }
    }
}

#[tokio::test]
async fn several_headers_name_no_parent() {
    let got = sent(modern(
        "",
        &[("traceparent", CLIENT), ("traceparent", OTHER)],
    ))
    .await;
    assert_joined(&got, None, None);
    assert_eq!(got.headers.get_all("traceparent").iter().count(), 1);
}

#[tokio::test]
async fn messages_of_the_legacy_era_stay_as_they_are() {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{{"_meta":{{"traceparent":"{CLIENT}"}}}}}}"#
    );
    let got = sent(legacy(&body, &[("traceparent", OTHER)])).await;
    assert_eq!(got.body, body);
    let span = got.event.span.unwrap();
    assert_eq!(parse(got.header("traceparent").unwrap()), span.onward());
    assert_eq!(span.own().trace_id(), parse(CLIENT).trace_id());
    assert_eq!(span.link(), Some(parse(OTHER)));
}

#[tokio::test]
async fn whether_a_trace_is_kept_is_passed_on() {
    let none = Sampling {
        ratio: 0.0,
        ..Sampling::default()
    };
    let is_kept = async |sampling, request| {
        let got = pass(sampling, request).await;
        parse(got.header("traceparent").unwrap()).is_sampled()
    };
    assert!(!is_kept(none, modern("", &[])).await);
    assert!(is_kept(none, modern("", &[("traceparent", CLIENT)])).await);
    let unkept = CLIENT.replace("-01", "-00");
    let request = modern("", &[("traceparent", &unkept)]);
    assert!(!is_kept(Sampling::default(), request).await);
}
