//! Prompts, and the completion of arguments.

use serde_json::{Value, json};

use super::{
    story::Story,
    transcript::{Ended, Expectation},
};

/// Gets every prompt in the table, and completes every argument.
pub(super) async fn steps(story: &mut Story) {
    let Story {
        transcript,
        session,
        table,
        ..
    } = story;
    let known = table.prompts.iter().map(|prompt| {
        let variant = prompt.variant.as_ref().map(|variant| format!(" {variant}"));
        let name = format!("prompts/get {}{}", prompt.name, variant.unwrap_or_default());
        let mut params = json!({"name": prompt.name});
        if let Some(arguments) = &prompt.arguments {
            params["arguments"] = arguments.clone().into();
        }
        (name, params, prompt.expect)
    });
    let unknown = (
        "prompts/get of an unknown prompt".to_owned(),
        json!({"name": "no-such-prompt"}),
        Expectation::Error,
    );
    for (name, params, expected) in known.chain([unknown]) {
        let getting = async {
            if session.capabilities.get("prompts").is_none() {
                return Err(Ended::NotApplicable("the server has no prompts"));
            }
            let params = serde_json::from_value(params).unwrap();
            Ok(json!({"result": session.client.get_prompt(params).await?}))
        };
        transcript.step(name, expected, getting).await;
    }
    for completion in &table.completions {
        let of = [&completion.reference["name"], &completion.reference["uri"]];
        let of = of.into_iter().find_map(Value::as_str).unwrap();
        let argument = &completion.argument;
        let name = format!(
            "completion/complete {of} {}={}",
            argument["name"].as_str().unwrap(),
            argument["value"].as_str().unwrap(),
        );
        let completing = async {
            if session.capabilities.get("completions").is_none() {
                return Err(Ended::NotApplicable("the server has no completions"));
            }
            let mut params = json!({"ref": completion.reference, "argument": argument});
            if let Some(context) = &completion.context {
                params["context"] = context.clone();
            }
            let params = serde_json::from_value(params).unwrap();
            Ok(json!({"result": session.client.peer().complete(params).await?}))
        };
        transcript.step(name, completion.expect, completing).await;
    }
}
