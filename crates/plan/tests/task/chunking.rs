//! However the answer is cut into pieces, each id is sealed, and nothing else changes.

use bytes::Bytes;
use proptest::{collection::vec, prelude::*, sample::Index};
use tollbar_mcp::Version;

use crate::support::{Answer, Sender, ann, legacy, modern, sealed, send, stream, tasks};

/// A message in which the id stands at each `@`, a JSON string with its quotes.
const MESSAGES: &[&str] = &[
    r#"{"jsonrpc":"2.0","id":1,"result":{"task":{"taskId":@,"status":"working"}}}"#,
    r#"{"jsonrpc":"2.0","id":1,"result":{"resultType":"task","taskId":@, "ttlMs":null}}"#,
    r#"{"jsonrpc":"2.0","method":"notifications/tasks/status","params":{"status":"working","taskId": @}}"#,
    r#"{"jsonrpc":"2.0","method":"notifications/tasks","params":{"taskId":@,"result":{"content":[],"_meta":{"io.modelcontextprotocol/related-task":{"taskId":@}}}}}"#,
    r#"{"jsonrpc":"2.0","id":"s","method":"elicitation/create","params":{"_meta":{"io.modelcontextprotocol/related-task":{"taskId":@}}}}"#,
    r#"{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"no task"}}"#,
    r#"{"jsonrpc":"2.0","id":"s","method":"tasks/get","params":{"taskId":"own"}}"#,
];

fn cut(text: &str, places: &[Index]) -> Vec<Bytes> {
    let mut places: Vec<_> = places
        .iter()
        .map(|place| place.index(text.len() + 1))
        .collect();
    places.sort_unstable();
    let ends = places.iter().copied().chain([text.len()]);
    let starts = [0].into_iter().chain(places.iter().copied());
    let pieces = starts
        .zip(ends)
        .map(|(start, end)| &text.as_bytes()[start..end]);
    pieces.map(Bytes::copy_from_slice).collect()
}

proptest! {
    #[test]
    fn in_any_pieces(
        id in "\\PC{0,24}",
        chosen in vec(0..MESSAGES.len(), 1..5),
        end in prop::sample::select(&["\n", "\r", "\r\n"][..]),
        places in vec(any::<Index>(), 0..12),
        is_json: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let layer = tasks("mock");
            let sealed = sealed(&layer, ann(), &id).await;
            let fill = |message: &str, id: &str| message.replace('@', &serde_json::to_string(id).unwrap());
            let document = |id: &str| match is_json {
                true => fill(MESSAGES[chosen[0] % 2], id),
                false => chosen
                    .iter()
                    .map(|&index| format!("id: 7{end}data: {}{end}{end}", fill(MESSAGES[index], id)))
                    .collect(),
            };
            let answer = Answer {
                content_type: if is_json { "application/json" } else { "text/event-stream" },
                chunks: cut(&document(&id), &places),
            };
            let session = Sender::within(ann(), Version::V2025_11_25);
            let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","task":{}}}"#;
            let request = if is_json { legacy(call) } else { stream() };
            let outcome = send(&layer, session, request, answer).await;
            // The frame may end the lines of an event in another way.
            let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(lines(&outcome.body), lines(&document(&sealed)));

            // And back again.
            let params = format!(r#""taskId":"{sealed}""#);
            let empty = Answer::json(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
            let outcome = send(&layer, ann(), modern("tasks/get", Some(&sealed), &params), empty).await;
            let (headers, body) = outcome.seen.unwrap();
            prop_assert_eq!(tollbar_mcp::header::decode(&headers["mcp-name"]).unwrap(), id.as_str());
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            prop_assert_eq!(body["params"]["taskId"].as_str(), Some(id.as_str()));
            Ok(())
        })?;
    }
}
