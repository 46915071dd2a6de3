//! What a server sends unasked: notifications and requests.

use tollbar_core::{Message, Refusal};
use tollbar_mcp::{MessageKind, json::Slice};

use super::{asking, changes::Changes, filter_result};
use crate::{
    Family, Feature, Target,
    access::{Inquiry, is_about_tasks},
};

/// Withholds what the consumer may not see, or may not be asked.
pub(super) fn filter(
    inquiry: &Inquiry<'_>,
    message: &Message<'_>,
    changes: &mut Changes,
) -> Result<(), Refusal> {
    let method = message.parsed().method().unwrap_or_default();
    if !passes(inquiry, message, method) {
        changes.withhold();
        return Ok(());
    }
    let Some(params) = message.params() else {
        return Ok(());
    };
    if method == "notifications/subscriptions/acknowledged" {
        acknowledged(inquiry, message, &params, changes);
    }
    if method == "notifications/tasks" {
        // It may bring the result of the call along, or what the server wants to know first.
        filter_result(inquiry, message.limits(), &params, changes)?;
    }
    Ok(())
}

fn passes(inquiry: &Inquiry<'_>, message: &Message<'_>, method: &str) -> bool {
    if let Some(feature) = asking::feature(method) {
        return inquiry.grants(feature);
    }
    if is_about_tasks(method) {
        return inquiry.grants(Feature::Tasks);
    }
    if message.parsed().kind() == MessageKind::Request {
        return method == "ping" || inquiry.may_use(Target::Method(method));
    }
    match method {
        "notifications/resources/updated" => {
            let params = message.params().unwrap_or_default();
            !params.has_look_alike("uri") && may_read(inquiry, message, params.get("uri"))
        }
        "notifications/message" => inquiry.grants(Feature::Logging),
        "notifications/tools/list_changed" => inquiry.shows(Family::Tools),
        "notifications/prompts/list_changed" => inquiry.shows(Family::Prompts),
        "notifications/resources/list_changed" => inquiry.shows(Family::Resources),
        "notifications/elicitation/complete" => inquiry.grants(Feature::Elicitation),
        _ => true,
    }
}

/// The server repeats what it will tell of: what was left of the subscription, when it is honest.
fn acknowledged(
    inquiry: &Inquiry<'_>,
    message: &Message<'_>,
    params: &Slice<'_>,
    changes: &mut Changes,
) {
    let honoured = params.get("notifications");
    let uris = honoured.and_then(|honoured| honoured.get("resourceSubscriptions"));
    if let Some(uris) = uris {
        changes.retain(&uris, |_, uri| may_read(inquiry, message, Some(*uri)));
    }
}

fn may_read(inquiry: &Inquiry<'_>, message: &Message<'_>, uri: Option<Slice<'_>>) -> bool {
    let uri = uri.and_then(|uri| uri.as_str());
    uri.is_some_and(|uri| {
        message.limits().admits_uri(&uri) && inquiry.may_use(Target::Resource(&uri))
    })
}
