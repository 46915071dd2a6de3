//! Tool calls of every kind.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use serde_json::{Map, json};

use super::{
    session::params,
    story::Story,
    table::Call,
    transcript::{Ended, Expectation},
};

/// How many calls run at the same time.
const PARALLEL: usize = 16;

/// Calls every tool in the table, and accounts for each tool that the server lists.
pub(super) async fn steps(story: &mut Story) {
    let Story {
        transcript,
        session,
        table,
        ..
    } = story;
    let listed = session.client.peer().list_all_tools().await;
    let listed: BTreeSet<_> = listed.iter().flatten().map(|tool| &*tool.name).collect();
    for call in &table.calls {
        let variant = call.variant.as_ref().map(|variant| format!(" {variant}"));
        let name = format!("tools/call {}{}", call.tool, variant.unwrap_or_default());
        let calling = async {
            if !listed.contains(&*call.tool) {
                let message = format!("the server does not list `{}`", call.tool);
                return Err(Ended::wrong(message));
            }
            session.call(call).await
        };
        transcript.step(name, call.expect, calling).await;
    }
    let called = table.calls.iter().map(|call| &*call.tool).collect();
    for name in listed.difference(&called) {
        let why = table.uncalled.get(*name);
        let why = why.map_or("the table of calls has no arguments for it", |why| why);
        transcript.skip(format!("tools/call {name}"), why);
    }
    let refused = [
        ("of an unknown tool", "no-such-tool", Some(Map::new())),
        (
            "with bad arguments",
            &*table.bad_arguments.tool,
            table.bad_arguments.arguments.clone(),
        ),
        ("without arguments", &*table.bad_arguments.tool, None),
    ];
    for (name, tool, arguments) in refused {
        let call = Call {
            tool: tool.to_owned(),
            arguments,
            ..Call::default()
        };
        let name = format!("tools/call {name}");
        transcript
            .step(name, Expectation::Refused, session.call(&call))
            .await;
    }
    // Every answer has to find its way back to its question.
    let parallel = async {
        session.observations.begin(&Map::new());
        let calls = (0..PARALLEL).map(|index| {
            let text = format!("call {index}");
            let call = Call {
                tool: table.parallel.tool.clone(),
                arguments: Some(Map::from_iter([(
                    table.parallel.argument.clone(),
                    text.into(),
                )])),
                ..Call::default()
            };
            session.client.call_tool(params(&call, None))
        });
        Ok(json!({"result": try_join_all(calls).await?}))
    };
    transcript
        .step(
            format!("tools/call {PARALLEL} times at once"),
            Expectation::Result,
            parallel,
        )
        .await;
}
