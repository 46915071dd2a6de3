//! The HTTP below the client: every request is recorded, and a response can be cut off.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use http::{HeaderName, HeaderValue};
use rmcp::{
    model::ClientJsonRpcMessage,
    transport::streamable_http_client::{
        SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
    },
};
use rmcp_sse_stream::Sse;
use serde_json::{Value, json};
use tokio::time::sleep;

/// How long to wait for the answers that are still missing at the end of a step.
const PATIENCE: Duration = Duration::from_secs(2);

type Failure = StreamableHttpError<reqwest::Error>;

/// The SDK's own HTTP client, with a record of what goes over it.
#[derive(Clone, Debug)]
pub(super) struct Exchanges {
    client: reqwest::Client,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    records: Vec<Arc<Mutex<Record>>>,
    /// Whether there has been a GET stream before.
    streaming: bool,
    /// After how many signs of progress the next call is cut off.
    cut_after: Option<usize>,
    /// How many streams were resumed.
    resumed: usize,
    session: Option<String>,
}

#[derive(Debug)]
struct Record {
    method: &'static str,
    rpc: Value,
    background: bool,
    answer: Option<Value>,
}

impl Exchanges {
    pub(super) fn new() -> Self {
        // As the SDK does: idle connections are not used again.
        let client = reqwest::Client::builder().pool_max_idle_per_host(0);
        Self {
            client: client.build().unwrap(),
            state: Arc::default(),
        }
    }

    /// Starts a new list.
    pub(super) fn begin(&self) {
        self.lock().records.clear();
    }

    /// The requests since `begin`, in the order of their departure.
    ///
    /// When the SDK opens a GET stream again is a matter of its timers, so that only its first GET
    /// belongs to a step.
    pub(super) async fn end(&self) -> Value {
        let records = self.lock().records.clone();
        let shown = || {
            let records = records.iter().map(|record| unpoisoned(record));
            let records = records.filter(|record| !record.background);
            let shown = records.map(|record| {
                json!({"method": record.method, "rpc": record.rpc, "answer": record.answer})
            });
            shown.collect::<Vec<_>>()
        };
        let started = Instant::now();
        while shown().iter().any(|record| record["answer"].is_null()) {
            if started.elapsed() > PATIENCE {
                break;
            }
            sleep(Duration::from_millis(5)).await;
        }
        shown().into()
    }

    /// Waits until a GET request has been answered, for a while.
    pub(super) async fn streaming(&self) {
        let started = Instant::now();
        let answered = || {
            let records = self.lock().records.clone();
            let mut records = records.iter().map(|record| unpoisoned(record));
            records.any(|record| record.method == "GET" && record.answer.is_some())
        };
        while !answered() && started.elapsed() < PATIENCE {
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Breaks the connection of the next call after so many signs of progress.
    pub(super) fn cut_after(&self, count: usize) {
        self.lock().cut_after = Some(count);
    }

    /// How many streams were resumed so far, with `Last-Event-ID`.
    pub(super) fn resumed(&self) -> usize {
        self.lock().resumed
    }

    /// The id of the session that was begun last.
    pub(super) fn session(&self) -> Option<String> {
        self.lock().session.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(&self.state)
    }

    /// Sends a request, and records how it was answered.
    async fn recorded<T>(
        &self,
        method: &'static str,
        rpc: Value,
        sent: impl Future<Output = Result<T, Failure>>,
        shown: impl FnOnce(&T) -> Value,
    ) -> Result<T, Failure> {
        let record = {
            let mut state = self.lock();
            let background = method == "GET" && state.streaming;
            state.streaming |= method == "GET";
            let record = Arc::new(Mutex::new(Record {
                method,
                rpc,
                background,
                answer: None,
            }));
            state.records.push(Arc::clone(&record));
            record
        };
        let result = sent.await;
        unpoisoned(&record).answer = Some(match &result {
            Ok(answer) => shown(answer),
            Err(error) => json!({"error": error.to_string()}),
        });
        result
    }
}

impl StreamableHttpClient for Exchanges {
    type Error = reqwest::Error;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        token: Option<String>,
        headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let rpc = serde_json::to_value(&message).unwrap()["method"].take();
        let cut = match rpc.as_str() {
            Some("tools/call") => self.lock().cut_after.take(),
            _ => None,
        };
        let sent = self
            .client
            .post_message(uri, message, session, token, headers);
        let answer = self.recorded("POST", rpc, sent, answered).await?;
        if let StreamableHttpPostResponse::Json(_, Some(session))
        | StreamableHttpPostResponse::Sse(_, Some(session)) = &answer
        {
            self.lock().session = Some(session.clone());
        }
        Ok(match (answer, cut) {
            (StreamableHttpPostResponse::Sse(events, session), Some(count)) => {
                StreamableHttpPostResponse::Sse(cut_off(events, count), session)
            }
            (answer, _) => answer,
        })
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session: Arc<str>,
        token: Option<String>,
        headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<(), Failure> {
        let sent = self.client.delete_session(uri, session, token, headers);
        self.recorded("DELETE", Value::Null, sent, |()| "deleted".into())
            .await
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last_event_id: Option<String>,
        token: Option<String>,
        headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<BoxStream<'static, Result<Sse, SseError>>, Failure> {
        let resuming = last_event_id.is_some();
        let sent = self
            .client
            .get_stream(uri, session, last_event_id, token, headers);
        let opened = self.recorded("GET", Value::Null, sent, |_| "event stream".into());
        let events = opened.await?;
        self.lock().resumed += usize::from(resuming);
        Ok(events)
    }
}

/// What there is to compare of the answer to a POST.
fn answered(answer: &StreamableHttpPostResponse) -> Value {
    let (kind, session) = match answer {
        StreamableHttpPostResponse::Accepted => ("accepted", false),
        StreamableHttpPostResponse::Json(_, session) => ("json", session.is_some()),
        StreamableHttpPostResponse::Sse(_, session) => ("event stream", session.is_some()),
        _ => ("unknown", false),
    };
    json!({"kind": kind, "session": session})
}

/// A stream that ends, together with its connection, after so many signs of progress.
fn cut_off(
    events: BoxStream<'static, Result<Sse, SseError>>,
    count: usize,
) -> BoxStream<'static, Result<Sse, SseError>> {
    stream::unfold((events, count), |(mut events, left)| async move {
        if left == 0 {
            return None;
        }
        let event = events.next().await?;
        let data = event.as_ref().ok().and_then(|event| event.data.as_deref());
        let progress = data.is_some_and(|data| data.contains("notifications/progress"));
        Some((event, (events, left - usize::from(progress))))
    })
    .boxed()
}

fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
