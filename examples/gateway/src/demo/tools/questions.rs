//! Tools that ask the client something before they can answer.

#![expect(
    deprecated,
    reason = "sampling is deprecated but still spoken (SEP-2577)"
)]

use rmcp::{
    ErrorData, RoleServer,
    handler::server::{
        tool::{InputResponses, RequestState},
        wrapper::Parameters,
    },
    model::{
        CallToolResponse, CreateMessageRequest, CreateMessageRequestParams, CreateMessageResult,
        ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationSchema,
        InputRequest, SamplingMessage, SamplingMessageContentBlock, SealOptions,
    },
    service::RequestContext,
    tool, tool_router,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{failure, text};
use crate::demo::{
    question::{Outcome, Question, ask},
    server::Demo,
};

#[derive(Debug, Deserialize, JsonSchema)]
struct SummarizeArguments {
    /// The text to summarize.
    text: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct OrderArguments {
    /// The road that the pass is for.
    road: String,
}

/// What the user fills in first.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    name: String,
    days: u16,
}

/// What the user fills in last.
#[derive(Debug, Deserialize)]
struct Confirmation {
    sure: bool,
}

#[tool_router(router = question_tools, vis = "pub(in crate::demo)")]
impl Demo {
    /// Has a text summarized by the model of the client (sampling).
    #[tool(
        title = "Summarize",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = true
        )
    )]
    async fn summarize(
        &self,
        Parameters(arguments): Parameters<SummarizeArguments>,
        InputResponses(answers): InputResponses,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let prompt = format!("Summarize this in one sentence:\n\n{}", arguments.text);
        let messages = vec![SamplingMessage::user_text(prompt)];
        let question = Question {
            key: "summary",
            request: InputRequest::CreateMessage(CreateMessageRequest::new(
                CreateMessageRequestParams::new(messages, 200),
            )),
            state: None,
        };
        let answer: CreateMessageResult = match ask(&context, answers.as_ref(), question).await? {
            Outcome::Answer(answer) => parse(answer)?,
            Outcome::End(response) => return Ok(response),
        };
        let blocks = answer.message.content.into_vec();
        let summary = blocks.into_iter().find_map(|block| match block {
            SamplingMessageContentBlock::Text(content) => Some(content.text),
            _ => None,
        });
        Ok(match summary {
            Some(summary) => text(format!("{} says: {summary}", answer.model)).into(),
            None => failure("the model answered without a text").into(),
        })
    }

    #[tool(
        title = "Order a season pass",
        description = "Orders a season pass: asks the user for a name and a number of days, and \
                       then whether that is right (elicitation, in two rounds). Nothing is sold, \
                       and nothing is kept.",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn order_pass(
        &self,
        Parameters(arguments): Parameters<OrderArguments>,
        InputResponses(answers): InputResponses,
        RequestState(state): RequestState,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let road = arguments.road;
        let order = match state {
            Some(state) => self.reopen(&state, &road)?,
            None => {
                let question = Question {
                    key: "order",
                    request: order_form(&road)?,
                    state: None,
                };
                match ask(&context, answers.as_ref(), question).await? {
                    Outcome::Answer(answer) => match accepted::<Order>(answer)? {
                        Some(order) => order,
                        None => return Ok(text("no pass was ordered").into()),
                    },
                    Outcome::End(response) => return Ok(response),
                }
            }
        };
        let question = Question {
            key: "confirmation",
            request: confirmation_form(&order, &road)?,
            state: Some(self.seal(&order, &road)?),
        };
        let confirmation = match ask(&context, answers.as_ref(), question).await? {
            Outcome::Answer(answer) => accepted::<Confirmation>(answer)?,
            Outcome::End(response) => return Ok(response),
        };
        if !confirmation.is_some_and(|confirmation| confirmation.sure) {
            return Ok(text("no pass was ordered").into());
        }
        let Order { name, days } = order;
        Ok(text(format!("a pass of {days} days for {name} on the {road}")).into())
    }
}

impl Demo {
    /// The order as a string that only this server can make, and only for the same road.
    fn seal(&self, order: &Order, road: &str) -> Result<String, ErrorData> {
        let options = SealOptions::new().associated_data(road.as_bytes());
        let sealed = self.world.state.seal_json_with(order, &options);
        sealed.map_err(|error| ErrorData::internal_error(error.to_string(), None))
    }

    fn reopen(&self, state: &str, road: &str) -> Result<Order, ErrorData> {
        let opened = self.world.state.open_json_with(state, road.as_bytes());
        opened.map_err(|_| {
            let message = "the state does not belong to this call: call again without it";
            ErrorData::invalid_params(message, None)
        })
    }
}

fn order_form(road: &str) -> Result<InputRequest, ErrorData> {
    let schema = ElicitationSchema::builder()
        .required_string("name")
        .required_integer("days", 1, 365)
        .build();
    form(
        format!("Who is the pass for the {road} for, and how long?"),
        schema,
    )
}

fn confirmation_form(order: &Order, road: &str) -> Result<InputRequest, ErrorData> {
    let Order { name, days } = order;
    let schema = ElicitationSchema::builder().required_bool("sure").build();
    form(
        format!("{days} days for {name} on the {road}: is that right?"),
        schema,
    )
}

fn form(
    message: String,
    schema: Result<ElicitationSchema, &'static str>,
) -> Result<InputRequest, ErrorData> {
    let requested_schema = schema.map_err(|error| ErrorData::internal_error(error, None))?;
    Ok(InputRequest::Elicitation(ElicitRequest::new(
        ElicitRequestParams::FormElicitationParams {
            meta: None,
            message,
            requested_schema,
        },
    )))
}

/// What the user filled in, or nothing when the user declined or closed the form.
fn accepted<T: DeserializeOwned>(answer: Value) -> Result<Option<T>, ErrorData> {
    let result: ElicitResult = parse(answer)?;
    match (result.action, result.content) {
        (ElicitationAction::Accept, Some(content)) => parse(content).map(Some),
        (ElicitationAction::Accept, None) => {
            Err(ErrorData::invalid_params("the form is empty", None))
        }
        _ => Ok(None),
    }
}

fn parse<T: DeserializeOwned>(answer: Value) -> Result<T, ErrorData> {
    serde_json::from_value(answer).map_err(|error| {
        let message = format!("the answer has not the form that was asked for: {error}");
        ErrorData::invalid_params(message, None)
    })
}
