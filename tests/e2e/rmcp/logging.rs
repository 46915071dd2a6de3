//! Log messages, as many as were asked for.
#![expect(
    deprecated,
    reason = "the SDK marks what 2026-07-28 deprecates, and servers use it"
)]

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    story::Story,
    table::{Call, Counts, Era},
    transcript::Expectation,
};

/// The key with which a modern request asks for log messages.
const LEVEL: &str = "io.modelcontextprotocol/logLevel";

/// Asks for each level in the table, and has the server log something.
pub(super) async fn steps(story: &mut Story) {
    let Story {
        transcript,
        session,
        table,
        ..
    } = story;
    let Some(about) = &table.logging else {
        return transcript.skip("logging", "the table of calls has nothing that logs");
    };
    if session.capabilities.get("logging").is_none() {
        return transcript.skip("logging", "the server does not log");
    }
    let bad = async {
        session.legacy("2026-07-28 has no logging/setLevel")?;
        let params = json!({"level": "loud"});
        session.request("logging/setLevel", params).await
    };
    transcript
        .step("logging/setLevel with a bad level", Expectation::Error, bad)
        .await;
    for (level, count) in &about.levels {
        let setting = async {
            session.legacy("2026-07-28 has no logging/setLevel")?;
            let params = serde_json::from_value(json!({"level": level})).unwrap();
            session.client.peer().set_level(params).await?;
            Ok(json!({"result": {}}))
        };
        transcript
            .step(
                format!("logging/setLevel {level}"),
                Expectation::Result,
                setting,
            )
            .await;
        let awaited = Counts::from([("notifications/message".to_owned(), *count)]);
        let call = Call {
            tool: about.call.tool.clone(),
            arguments: about.call.arguments.clone(),
            awaits: BTreeMap::from([(session.era, awaited)]),
            ..Call::default()
        };
        let meta = (session.era == Era::Modern).then(|| json!({LEVEL: level}));
        transcript
            .step(
                format!("log messages from {level}"),
                Expectation::Result,
                session.call_with(&call, meta),
            )
            .await;
        for after in &about.after {
            let name = format!("after log messages from {level}: {}", after.tool);
            transcript
                .step(name, Expectation::Result, session.call(after))
                .await;
        }
    }
}
