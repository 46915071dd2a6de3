//! Hearing of changes: subscriptions in the legacy era, `subscriptions/listen` in the modern one.
#![expect(
    deprecated,
    reason = "the SDK marks what 2026-07-28 deprecates, and servers use it"
)]

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use rmcp::{
    model::{SubscribeRequestParams, UnsubscribeRequestParams},
    service::Subscription,
};
use serde_json::{Map, Value, json};
use tokio::time::{sleep, timeout};

use super::{
    session::Session,
    story::Story,
    table::{Announcing, Call, Counts, Era, Subscribed},
    transcript::{Ended, Expectation},
};

/// How long nothing has to arrive before it is believed.
const SILENCE: Duration = Duration::from_millis(300);

/// How long to wait for what was announced.
const PATIENCE: Duration = Duration::from_secs(5);

/// Has the server announce changes, in the way of the era.
pub(super) async fn steps(story: &mut Story) {
    legacy(story).await;
    modern(story).await;
}

/// Subscribes, has the server announce a change, and unsubscribes.
async fn legacy(story: &mut Story) {
    let Story {
        transcript,
        session,
        table,
        ..
    } = story;
    let needed = || {
        session.legacy("2026-07-28 has subscriptions/listen instead")?;
        if session.capabilities["resources"]["subscribe"] != true {
            return Err(Ended::NotApplicable("the server has no subscriptions"));
        }
        table.subscription.as_ref().ok_or(Ended::NotApplicable(
            "the table of calls has no subscription",
        ))
    };
    let subscribing = async {
        let about = needed()?;
        session.observations.begin(&Map::new());
        let params = SubscribeRequestParams::new(about.uri.clone());
        session.client.peer().subscribe(params).await?;
        session.observations.arrived(&about.after_subscribe).await?;
        session.observations.with(())
    };
    transcript
        .step("resources/subscribe", Expectation::Result, subscribing)
        .await;
    let updated = async {
        let Subscribed { call, .. } = needed()?;
        session.call(&awaiting_update(call)).await
    };
    transcript
        .step(
            "a subscribed resource is updated",
            Expectation::Result,
            updated,
        )
        .await;
    let unsubscribing = async {
        let about = needed()?;
        session.observations.begin(&Map::new());
        let params = UnsubscribeRequestParams::new(about.uri.clone());
        session.client.peer().unsubscribe(params).await?;
        let awaited = &about.after_unsubscribe;
        session.observations.arrived(awaited).await?;
        session.observations.with(())
    };
    transcript
        .step("resources/unsubscribe", Expectation::Result, unsubscribing)
        .await;
    let not_updated = async {
        let about = needed()?;
        let call = about.call_after.as_ref().unwrap_or(&about.call);
        let outcome = session.call(call).await?;
        sleep(SILENCE).await;
        session.observations.with(outcome)
    };
    transcript
        .step(
            "an unsubscribed resource is updated",
            Expectation::Result,
            not_updated,
        )
        .await;
}

/// One stream for all changes; the filter asks for everything that the table announces.
async fn modern(story: &mut Story) {
    let Story {
        transcript,
        session,
        table,
        ..
    } = story;
    let needed = || {
        if session.era == Era::Legacy {
            let why = "only 2026-07-28 has subscriptions/listen";
            return Err(Ended::NotApplicable(why));
        }
        let why = "the table of calls has nothing to listen for";
        table.listen.as_ref().ok_or(Ended::NotApplicable(why))
    };
    let mut subscription = None;
    let opening = async {
        let filter = serde_json::from_value(needed()?.filter.clone()).unwrap();
        let opened = session.client.peer().listen(filter).await?;
        let opened = subscription.insert(opened);
        Ok(json!({"result": {"honoured": opened.acknowledged()}}))
    };
    transcript
        .step("subscriptions/listen", Expectation::Result, opening)
        .await;
    let announced = table.listen.iter().flat_map(|about| &about.calls);
    for announcing in announced {
        let arguments = announcing.arguments.values().filter_map(Value::as_str);
        let arguments = arguments.collect::<Vec<_>>().join(" ");
        let name = format!("heard while listening: {} {arguments}", announcing.tool);
        let hearing = async {
            needed()?;
            let open = subscription.as_mut();
            let open = open.ok_or_else(|| Ended::wrong("there is nothing to listen to"))?;
            heard(session, open, announcing).await
        };
        transcript.step(name, Expectation::Result, hearing).await;
    }
    let ending = async {
        needed()?;
        let open = subscription.as_mut();
        let open = open.ok_or_else(|| Ended::wrong("there is nothing to end"))?;
        open.cancel().await?;
        Ok(json!({"result": format!("{:?}", open.end())}))
    };
    transcript
        .step("end of subscriptions/listen", Expectation::Result, ending)
        .await;
}

/// Makes a call, and tells what came on the listening stream after it, and elsewhere.
async fn heard(
    session: &Session,
    subscription: &mut Subscription,
    announcing: &Announcing,
) -> Result<Value, Ended> {
    let call = Call {
        tool: announcing.tool.clone(),
        arguments: Some(announcing.arguments.clone()),
        ..Call::default()
    };
    let mut outcome = session.call(&call).await?;
    let mut heard = Vec::new();
    let started = Instant::now();
    let awaited: usize = announcing.awaits.values().sum();
    loop {
        let patience = if heard.len() < awaited {
            PATIENCE.saturating_sub(started.elapsed())
        } else {
            SILENCE
        };
        match timeout(patience, subscription.next()).await {
            Ok(Ok(Some(notification))) => heard.push(json!(notification)),
            Ok(Ok(None)) => return Err(Ended::wrong("the listening stream has ended")),
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => break,
        }
    }
    let mut counts = Counts::new();
    for notification in &heard {
        let method = notification["method"].as_str().unwrap_or_default();
        *counts.entry(method.to_owned()).or_default() += 1;
    }
    if counts != announcing.awaits {
        let message = format!("{:?} expected, but heard {heard:?}", announcing.awaits);
        return Err(Ended::wrong(message));
    }
    outcome["heard"] = heard.into();
    Ok(outcome)
}

/// The same call, after which an update has to arrive.
fn awaiting_update(call: &Call) -> Call {
    let update = Counts::from([("notifications/resources/updated".to_owned(), 1)]);
    Call {
        tool: call.tool.clone(),
        arguments: call.arguments.clone(),
        awaits: BTreeMap::from([(Era::Legacy, update)]),
        ..Call::default()
    }
}
