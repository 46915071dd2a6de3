//! A server that notes what it has run.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use http::{Request, Response, StatusCode};
use serde_json::{Value, json};
use tollbar_core::Body;

/// A server that runs whatever reaches it.
#[derive(Clone, Default)]
pub(crate) struct Server(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    received: Vec<Value>,
    /// Results as raw JSON, by method and cursor.
    results: HashMap<(String, String), String>,
    next: Option<Response<Body>>,
}

impl Server {
    /// From now on a method is answered with this result.
    pub(crate) fn set_result(&self, method: &str, cursor: &str, result: String) {
        let key = (method.to_owned(), cursor.to_owned());
        self.0.lock().unwrap().results.insert(key, result);
    }

    /// The next request is answered with this, whatever it is.
    pub(crate) fn set_next(&self, response: Response<Body>) {
        self.0.lock().unwrap().next = Some(response);
    }

    /// The messages that it has run since the last time.
    pub(crate) fn take_received(&self) -> Vec<Value> {
        std::mem::take(&mut self.0.lock().unwrap().received)
    }

    pub(crate) fn run(&self, request: Request<Body>) -> Response<Body> {
        let mut state = self.0.lock().unwrap();
        let body = request.into_body();
        let bytes = body.as_bytes().cloned().unwrap_or_default();
        let messages = match bytes.is_empty() {
            true => Vec::new(),
            false => match serde_json::from_slice(&bytes).unwrap() {
                Value::Array(messages) => messages,
                message => vec![message],
            },
        };
        let is_array = bytes.first() == Some(&b'[');
        state.received.extend(messages.iter().cloned());
        if let Some(response) = state.next.take() {
            return response;
        }
        let answers: Vec<_> = messages
            .iter()
            .filter_map(|asked| state.answer(asked))
            .collect();
        let mut response = Response::new(Body::from(match (is_array, &*answers) {
            (_, []) => String::new(),
            (true, all) => format!("[{}]", all.join(",")),
            (false, all) => all.concat(),
        }));
        if answers.is_empty() {
            *response.status_mut() = StatusCode::ACCEPTED;
        } else {
            let json = "application/json".parse().unwrap();
            response.headers_mut().insert("content-type", json);
        }
        response
    }
}

impl State {
    fn answer(&self, asked: &Value) -> Option<String> {
        let id = asked.get("id")?;
        let method = asked.get("method")?.as_str()?;
        let cursor = asked["params"]["cursor"].as_str().unwrap_or_default();
        let result = self.results.get(&(method.to_owned(), cursor.to_owned()));
        Some(answer(id, result.map_or("{}", |result| result)))
    }
}

pub(crate) fn answer(id: &Value, result: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#)
}

/// What every server of these tests says it can do.
pub(crate) fn capabilities() -> Value {
    json!({"tools": {}, "prompts": {}, "resources": {}, "completions": {}, "logging": {}, "tasks": {}, "experimental": {}})
}
