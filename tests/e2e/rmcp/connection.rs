//! The beginning and the end of a connection.

use rmcp::model::{ClientRequest, PingRequest, RequestMetaObject};
use serde_json::{Map, json};

use super::{
    exchanges::Exchanges,
    observations::Observations,
    session::{Mode, Session, ping_after_the_end},
    story::Story,
    table::{Era, Table},
    transcript::{Ended, Expectation, Transcript},
};

/// Connects; nothing when that failed, as nothing can follow then.
pub(super) async fn connect(
    url: &str,
    mode: Mode,
    table: &Table,
    exchanges: &Exchanges,
    observations: Observations,
    transcript: &mut Transcript,
) -> Option<Session> {
    let mut opened = None;
    let connecting = async {
        observations.begin(&Map::new());
        let session = Session::open(url, mode, exchanges, observations.clone()).await?;
        // A legacy client opens its GET stream on the side: the step is over when that is answered too.
        if session.era == Era::Legacy {
            exchanges.streaming().await;
        }
        let session = opened.insert(session);
        Ok(json!({"result": session.describe()}))
    };
    transcript
        .step("connect", Expectation::Result, connecting)
        .await;
    let session = opened?;
    let after = async {
        let awaited = table.after_connect.get(&session.era);
        let awaited = awaited.ok_or(Ended::NotApplicable(
            "this server sends nothing of its own after the start",
        ))?;
        observations.arrived(awaited).await?;
        observations.with(())
    };
    transcript
        .step("after connect", Expectation::Result, after)
        .await;
    let ping = async {
        session.legacy("2026-07-28 has no ping")?;
        let ping = ClientRequest::PingRequest(PingRequest::default());
        let result = session.client.peer().send_request(ping).await?;
        Ok(json!({ "result": result }))
    };
    transcript.step("ping", Expectation::Result, ping).await;
    let discover = async {
        if session.era == Era::Legacy {
            return Err(Ended::NotApplicable("only 2026-07-28 has server/discover"));
        }
        let result = session
            .client
            .peer()
            .discover(RequestMetaObject::default())
            .await?;
        Ok(json!({ "result": result }))
    };
    transcript
        .step("server/discover", Expectation::Result, discover)
        .await;
    let unknown = session.request("tests/unknown", json!({}));
    transcript
        .step("unknown method", Expectation::Error, unknown)
        .await;
    Some(session)
}

/// Ends the session, and sees that it is gone; gives the whole transcript.
pub(super) async fn departure(story: Story) -> Transcript {
    let Story {
        url,
        table,
        exchanges,
        mut transcript,
        mut session,
        ..
    } = story;
    let changed = async {
        session.legacy("2026-07-28 has no notifications of the client")?;
        session.observations.begin(&Map::new());
        session.client.peer().notify_roots_list_changed().await?;
        let awaited = &table.after_roots_changed;
        session.observations.arrived(awaited).await?;
        session.observations.with(())
    };
    transcript
        .step(
            "notifications/roots/list_changed",
            Expectation::Result,
            changed,
        )
        .await;
    let ended = async {
        let reason = session.client.close().await;
        let reason = reason.map_err(|error| Ended::wrong(error.to_string()))?;
        Ok(json!({"result": format!("{reason:?}")}))
    };
    transcript
        .step("end of the session", Expectation::Result, ended)
        .await;
    let after = async {
        session.legacy("2026-07-28 has no sessions")?;
        ping_after_the_end(&url, &exchanges).await
    };
    transcript
        .step("after the end of the session", Expectation::Error, after)
        .await;
    transcript
}
