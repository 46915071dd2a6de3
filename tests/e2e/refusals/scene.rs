//! A gateway, and the lines of its exchange log.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    book::{Book, Case},
    request::{Request, Told},
};
use crate::reload::gateway::Gateway;

/// How long a line may take to be written.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tests come with many bad credentials from one address.
pub(super) const PATIENT: &str = "failed_attempts.burst = 100000\n";

/// A gateway in front of the demo server, and of others.
pub(super) struct Scene {
    book: Arc<Book>,
    pub(super) gateway: Gateway,
}

impl Scene {
    /// Starts one: what stands in `[listener]` and may go on with sections of its own, files beside the
    /// configuration, and proxies in front of the demo server, each a name with lines below.
    pub(super) async fn start(
        book: &Arc<Book>,
        listener: String,
        files: &[(&'static str, String)],
        proxies: &[&str],
    ) -> Self {
        let files = files.to_vec();
        let proxies: Vec<_> = proxies.iter().map(|&proxy| proxy.to_owned()).collect();
        let starting = tokio::task::spawn_blocking(move || {
            let files: Vec<_> = files
                .iter()
                .map(|(name, it)| (*name, it.as_str()))
                .collect();
            let proxies: Vec<_> = proxies.iter().map(String::as_str).collect();
            Gateway::start(&listener, &files, &proxies)
        });
        Self {
            book: Arc::clone(book),
            gateway: starting.await.unwrap(),
        }
    }

    /// Host and port.
    pub(super) fn address(&self) -> &str {
        self.gateway.base.trim_start_matches("http://")
    }

    /// Sends a request that is to be refused, and looks for it in the log.
    pub(super) async fn refuses(&self, case: Case, request: Request) {
        let told = request.send(self.address()).await;
        self.refused(case, &request, &told).await;
    }

    /// The same of a request that was sent in another way.
    pub(super) async fn refused(&self, case: Case, request: &Request, told: &Told) {
        let lines = self.lines(request, 1).await;
        self.book.note(&case, told, &lines[0]);
    }

    /// Sends an array, of which each message is to be told something of its own.
    pub(super) async fn refuses_each(&self, cases: &[Case], request: Request) {
        let told = request.send(self.address()).await.each();
        assert_eq!(told.len(), cases.len(), "{told:?}");
        let lines = self.lines(&request, cases.len()).await;
        for ((case, told), line) in cases.iter().zip(&told).zip(&lines) {
            self.book.note(case, told, line);
        }
    }

    async fn lines(&self, request: &Request, number: usize) -> Vec<Value> {
        let said = || self.gateway.running.said();
        lines_of(request.trace(), number, said).await
    }
}

/// The lines of an exchange log about a request, by its trace, once there are as many as there have to be.
/// When there are more, or not so many in time, they are `Null`.
pub(super) async fn lines_of(trace: &str, number: usize, said: impl Fn() -> String) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let said = said();
        let lines = said.lines().filter(|line| line.contains(trace));
        let lines = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let lines: Vec<_> = lines.filter(|line| line["trace"] == trace).collect();
        if lines.len() == number {
            return lines;
        }
        if lines.len() > number || begun.elapsed() > PATIENCE {
            return vec![Value::Null; number];
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
