//! Reading resources.

use rmcp::model::ReadResourceRequestParams;
use serde_json::json;

use super::{
    story::Story,
    transcript::{Ended, Expectation},
};

/// Reads every resource in the table, and one that does not exist.
pub(super) async fn steps(story: &mut Story) {
    let Story {
        transcript,
        session,
        table,
        ..
    } = story;
    let known = table.resources.iter();
    let known = known.map(|uri| (format!("resources/read {uri}"), uri, Expectation::Result));
    let unknown = (
        "resources/read of an unknown resource".to_owned(),
        &table.unknown_resource,
        Expectation::Error,
    );
    for (name, uri, expected) in known.chain([unknown]) {
        let reading = async {
            if session.capabilities.get("resources").is_none() {
                return Err(Ended::NotApplicable("the server has no resources"));
            }
            let params = ReadResourceRequestParams::new(uri.clone());
            Ok(json!({"result": session.client.read_resource(params).await?}))
        };
        transcript.step(name, expected, reading).await;
    }
}
