//! What is where.

use http::{HeaderValue, Method, Response, StatusCode, Uri, header, request::Parts};
use http_body::Body as _;
use serde::Serialize;
use serde_json::json;
use tollbar_analytics::ExchangeId;
use tollbar_core::Body;

use super::{
    ApiSettings, Token,
    access::Access,
    answer, live,
    parameters::{FILTER, PERIOD, Parameters},
    problem::Problem,
    questions::{Permits, Questions},
};
use crate::{
    Filter, Line, Query, Tail,
    query::{MOST_LISTED, MOST_TOP},
};

/// Where all of it is.
const ROOT: &str = "/api/v1/";

/// What is where, for programs.
pub(super) const OPENAPI: &str = include_str!("openapi.json");

/// What is where.
pub(super) struct Routes {
    access: Access,
    questions: Questions,
    tail: Option<Tail>,
    tails: Permits,
}

/// The lines of one exchange.
#[derive(Serialize)]
struct Detail {
    exchanges: Vec<Line>,
}

impl Routes {
    pub(super) fn new(
        query: Query,
        tail: Option<Tail>,
        token: Option<Token>,
        settings: ApiSettings,
    ) -> Self {
        Self {
            access: Access(token),
            questions: Questions {
                query,
                permits: Permits::new(settings.queries),
            },
            tail,
            tails: Permits::new(settings.tails),
        }
    }

    pub(super) const fn has_token(&self) -> bool {
        self.access.0.is_some()
    }

    pub(super) async fn answer(&self, head: &Parts) -> Response<Body> {
        let answer = match self.access.admit(head) {
            Ok(()) => self.route(&head.uri).await,
            Err(problem) => Err(problem),
        };
        let response = answer.unwrap_or_else(Problem::into_response);
        match head.method == Method::HEAD {
            true => bodiless(response),
            false => response,
        }
    }

    async fn route(&self, uri: &Uri) -> Result<Response<Body>, Problem> {
        let path = uri.path().strip_prefix(ROOT).unwrap_or_default();
        let parameters = |known: &[&[&'static str]]| Parameters::parse(uri.query(), known);
        match path {
            "openapi.json" => {
                parameters(&[])?;
                Ok(answer::of("application/json", OPENAPI.into()))
            }
            "totals" => {
                let filter = parameters(&[&PERIOD, &FILTER])?.filter()?;
                self.questions.ask(move |it| it.totals(&filter)).await
            }
            "series" => {
                let parameters = parameters(&[&PERIOD, &FILTER, &["step"]])?;
                let (filter, step) = (parameters.filter()?, parameters.step()?);
                self.questions.ask(move |it| it.series(&filter, step)).await
            }
            "top" => {
                self.top(&parameters(&[&PERIOD, &FILTER, &["by", "order", "limit"]])?)
                    .await
            }
            "percentiles" => {
                let filter = parameters(&[&PERIOD, &FILTER])?.filter()?;
                self.questions.ask(move |it| it.percentiles(&filter)).await
            }
            "exchanges" => {
                self.list(&parameters(&[&PERIOD, &FILTER, &["cursor", "limit"]])?)
                    .await
            }
            "tail" => self.live(parameters(&[&FILTER])?.filter()?),
            _ => match path.strip_prefix("exchanges/") {
                Some(id) => {
                    parameters(&[])?;
                    self.detail(id).await
                }
                None => Err(Problem::new(
                    StatusCode::NOT_FOUND,
                    "there is nothing here: ask for totals, series, top, percentiles, exchanges, exchanges/ID, tail, \
                     or openapi.json, which describes them",
                )),
            },
        }
    }

    async fn top(&self, parameters: &Parameters<'_>) -> Result<Response<Body>, Problem> {
        let (filter, by) = (parameters.filter()?, parameters.dimension()?);
        let (order, limit) = (parameters.order()?, parameters.limit(10, MOST_TOP)?);
        let name = by.as_str();
        let question = move |query: &Query| {
            let entries = query.top(&filter, by, order, limit)?;
            Ok(json!({ "by": name, "entries": entries }))
        };
        self.questions.ask(question).await
    }

    async fn list(&self, parameters: &Parameters<'_>) -> Result<Response<Body>, Problem> {
        let (filter, limit) = (parameters.filter()?, parameters.limit(50, MOST_LISTED)?);
        let cursor = parameters.get("cursor").map(str::to_owned);
        let question = move |query: &Query| query.exchanges(&filter, cursor.as_deref(), limit);
        self.questions.ask(question).await
    }

    async fn detail(&self, id: &str) -> Result<Response<Body>, Problem> {
        let Some(id) = ExchangeId::parse(id) else {
            return Err(Problem::wrong("the id is not a UUID"));
        };
        let exchanges = self.questions.run(move |it| it.exchange(id)).await?;
        if exchanges.is_empty() {
            let message = "no such exchange is kept: it may be older than the store keeps them";
            return Err(Problem::new(StatusCode::NOT_FOUND, message));
        }
        Ok(answer::json(&Detail { exchanges }))
    }

    fn live(&self, filter: Filter) -> Result<Response<Body>, Problem> {
        let Some(tail) = &self.tail else {
            return Err(Problem::new(StatusCode::NOT_FOUND, "there is no tail here"));
        };
        let message = "too many readers of the tail: end another one";
        let permit = self.tails.take(message)?;
        Ok(live::stream(tail.read(), filter, permit))
    }
}

/// What HEAD is answered with (RFC 9110 section 9.3.2).
fn bodiless(response: Response<Body>) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        let length = HeaderValue::from(length);
        head.headers.insert(header::CONTENT_LENGTH, length);
    }
    Response::from_parts(head, Body::empty())
}
