//! What a server sends on its own: requests to the client, and notifications.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rmcp::{ErrorData, model::ErrorCode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use super::{table::Counts, transcript::Ended};

/// How long to wait for what was announced.
const PATIENCE: Duration = Duration::from_secs(5);

/// Progress is told apart from other notifications, because most calls have some.
pub(super) const PROGRESS: &str = "notifications/progress";

/// Answers the server's requests from a table, and keeps everything that arrived.
#[derive(Clone, Debug)]
pub(super) struct Observations {
    answers: Arc<Map<String, Value>>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    overrides: Map<String, Value>,
    requests: Vec<(&'static str, Value)>,
    notifications: Vec<(String, Value)>,
}

impl Observations {
    /// `answers` are results by method, or `{error: {code, message}}`.
    pub(super) fn new(answers: &Map<String, Value>) -> Self {
        Self {
            answers: Arc::new(answers.clone()),
            seen: Arc::default(),
        }
    }

    /// Begins anew; `overrides` are answers for the time being.
    pub(super) fn begin(&self, overrides: &Map<String, Value>) {
        *self.lock() = Seen {
            overrides: overrides.clone(),
            ..Seen::default()
        };
    }

    /// Waits until as many requests or notifications of each method have arrived as announced.
    pub(super) async fn arrived(&self, announced: &Counts) -> Result<(), Ended> {
        let started = Instant::now();
        while let Some((method, count)) = self.missing(announced) {
            if started.elapsed() > PATIENCE {
                let message = format!("{count} times `{method}` did not arrive");
                return Err(Ended::wrong(message));
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Waits for the first sign of progress.
    pub(super) async fn progress(&self) -> Result<(), Ended> {
        self.arrived(&Counts::from([(PROGRESS.to_owned(), 1)]))
            .await
    }

    fn missing(&self, announced: &Counts) -> Option<(String, usize)> {
        let seen = self.lock();
        let arrived = |method: &str| {
            let requests = seen.requests.iter().filter(|(one, _)| *one == method);
            let notifications = seen.notifications.iter().filter(|(one, _)| one == method);
            requests.count() + notifications.count()
        };
        let mut announced = announced.iter();
        let (method, count) = announced.find(|(method, count)| arrived(method) < **count)?;
        Some((method.clone(), *count))
    }

    /// A result with everything that arrived besides: requests and notifications by method.
    ///
    /// They come on several streams, so that their order is only known within a method.
    pub(super) fn with(&self, result: impl Serialize) -> Result<Value, Ended> {
        let result = serde_json::to_value(result).map_err(|e| Ended::wrong(e.to_string()))?;
        let seen = self.lock();
        let mut outcome = json!({ "result": result });
        for (method, params) in &seen.requests {
            push(&mut outcome["requests"][method], params);
        }
        for (method, params) in &seen.notifications {
            if method == PROGRESS {
                push(&mut outcome["progress"], params);
            } else {
                push(&mut outcome["notifications"][method], params);
            }
        }
        Ok(outcome)
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request of the server.
    pub(super) fn answer<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: impl Serialize,
    ) -> Result<T, ErrorData> {
        let params = told(params);
        let mut seen = self.lock();
        seen.requests.push((method, params.clone()));
        let answer = seen
            .overrides
            .get(method)
            .or_else(|| self.answers.get(method));
        let Some(mut answer) = answer.cloned() else {
            let message = format!("no answer to {method}");
            return Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, message, None));
        };
        drop(seen);
        if let Some(error) = answer.get("error") {
            return Err(serde_json::from_value(error.clone()).unwrap());
        }
        // A visit to a page is accepted without content, only a form has some.
        if params["mode"] == "url"
            && let Some(members) = answer.as_object_mut()
        {
            members.remove("content");
        }
        Ok(serde_json::from_value(answer).unwrap())
    }

    /// Takes note of a notification.
    pub(super) fn note(&self, method: &str, params: impl Serialize) {
        let notification = (method.to_owned(), told(params));
        self.lock().notifications.push(notification);
    }
}

/// Parameters without their `_meta`, which other steps compare.
fn told(params: impl Serialize) -> Value {
    let mut params = serde_json::to_value(params).unwrap();
    if let Some(members) = params.as_object_mut() {
        members.remove("_meta");
    }
    params
}

fn push(list: &mut Value, item: &Value) {
    match list {
        Value::Array(items) => items.push(item.clone()),
        other => *other = json!([item]),
    }
}
