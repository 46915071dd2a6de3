//! Calls that do not come to their end: cancelled by the client, or cut off by the network.

use rmcp::{
    model::{CallToolRequest, ClientRequest},
    service::PeerRequestOptions,
};
use serde_json::{Map, json};

use super::{
    observations::Observations,
    session::{Session, params},
    story::Story,
    transcript::{Ended, Expectation},
};

/// Cancels a call, asks the server whether it noticed, and resumes another one.
pub(super) async fn steps(story: &mut Story) {
    let Story {
        url,
        mode,
        transcript,
        session,
        table,
        exchanges,
    } = story;
    let about = table.cancellation.as_ref();
    let cancelling = async {
        let why = "the table of calls has nothing to cancel";
        let about = about.ok_or(Ended::NotApplicable(why))?;
        session.observations.begin(&Map::new());
        let call = ClientRequest::CallToolRequest(CallToolRequest::new(params(&about.call, None)));
        let options = PeerRequestOptions::no_options();
        let peer = session.client.peer();
        let handle = peer.send_cancellable_request(call, options).await?;
        session.observations.progress().await?;
        handle.cancel(Some("enough".to_owned())).await?;
        Ok(json!({"result": "cancelled"}))
    };
    transcript
        .step("cancellation", Expectation::Result, cancelling)
        .await;
    let asking = async {
        let ask = about.and_then(|about| about.ask.as_ref());
        let ask = ask.ok_or(Ended::NotApplicable("this server cannot be asked"))?;
        let params = params(&ask.call, None);
        let result = json!(session.client.call_tool(params).await?);
        if result["content"] != ask.answer {
            return Err(Ended::wrong(format!("the server says {result}")));
        }
        Ok(json!({ "result": result }))
    };
    transcript
        .step(
            "the server noticed the cancellation",
            Expectation::Result,
            asking,
        )
        .await;
    let resuming = async {
        session.legacy("2026-07-28 has no resumption: a cut request is lost")?;
        let why = "the table of calls has nothing to resume";
        let about = table.resumption.as_ref().ok_or(Ended::NotApplicable(why))?;
        // A session of its own, in which nothing else is ever resumed.
        let observations = Observations::new(&table.answers);
        let mut other = Session::open(url, *mode, exchanges, observations).await?;
        let before = exchanges.resumed();
        exchanges.cut_after(about.cut_after);
        let outcome = other.call(&about.call).await?;
        if exchanges.resumed() == before {
            return Err(Ended::wrong("the result came without a resumption"));
        }
        let closed = other.client.close().await;
        closed.map_err(|error| Ended::wrong(error.to_string()))?;
        Ok(outcome)
    };
    transcript
        .step("a cut stream is resumed", Expectation::Result, resuming)
        .await;
}
