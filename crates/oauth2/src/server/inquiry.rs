//! Asking about a token, so that no token can make the server look as if it failed.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use tollbar_fetch::Flight;

use super::{Inner, Introspected, Unanswered, failure::ServerFailure, question::Client};
use crate::endpoint::Endpoint;

/// So long it is believed that the server answers, once it has.
const FRESH: Duration = Duration::from_secs(1);

/// What is known of a server by a token of the gateway's own, which nobody has issued. Whoever shows a
/// token has chosen it, and perhaps one on which the server fails; this one nobody has chosen.
#[derive(Debug)]
pub(super) struct Proof {
    flight: Flight<Result<(), Arc<ServerFailure>>>,
    answered: Mutex<Option<Instant>>,
}

impl Proof {
    pub(super) const fn new() -> Self {
        Self {
            flight: Flight::new(),
            answered: Mutex::new(None),
        }
    }

    fn is_fresh(&self) -> bool {
        let answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.is_some_and(|answered| answered.elapsed() < FRESH)
    }

    fn note(&self) {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        *answered = Some(Instant::now());
    }
}

/// Asks about a token. When that fails, and the server would be left alone for it or the failure is one
/// of the token by its kind, a token of the gateway's own tells whose failure it is. The same decides, after
/// a wait, whether the server is back.
pub(super) async fn inquire(
    server: &Arc<Inner>,
    client: &Client,
    endpoint: &Endpoint,
    token: &str,
) -> Result<Introspected, Unanswered> {
    let health = &server.introspection;
    let mut permit = health.enter()?;
    if permit.is_trial() {
        match prove(server, client, endpoint).await {
            // It may fail on whatever it has not issued: then it is there all the same.
            Err(failure) if failure.is_of_the_server() => {
                return Err(health.failed(permit, &failure).into());
            }
            _ => health.answered(permit),
        }
        permit = health.enter()?;
    }
    let failure = match client.introspect(endpoint, &server.fetcher, token).await {
        Ok(answer) => {
            health.answered(permit);
            return Ok(answer);
        }
        Err(failure) => failure,
    };
    let is_doubtful =
        !failure.is_of_the_server() || failure.asked_wait().is_some() || permit.is_last();
    if !is_doubtful {
        return Err(health.failed(permit, &failure).into());
    }
    // It was too busy, or on the way down: that is not the token's, whatever was known before.
    let is_passing = failure.asked_wait().is_some() || failure.is_unreachable();
    if !is_passing && server.proof.is_fresh() {
        health.answered(permit);
        return Err(Unanswered::Token(failure.brief()));
    }
    match prove(server, client, endpoint).await {
        Ok(()) if !is_passing => {
            health.answered(permit);
            Err(Unanswered::Token(failure.brief()))
        }
        Err(failure) if failure.is_of_the_server() => Err(health.failed(permit, &failure).into()),
        // It can be asked, and perhaps says something of tokens that it has issued itself.
        _ => {
            health.answered(permit);
            Err(health.reject(&failure).into())
        }
    }
}

/// Whether the server answers about a token that nobody has chosen. Once for all who want to know.
async fn prove(
    server: &Arc<Inner>,
    client: &Client,
    endpoint: &Endpoint,
) -> Result<(), Arc<ServerFailure>> {
    let (by_task, client, endpoint) = (Arc::clone(server), client.clone(), endpoint.clone());
    let proving = server.proof.flight.join(move || async move {
        let answer = client.probe(&endpoint, &by_task.fetcher).await;
        answer.map_err(Arc::new)?;
        by_task.proof.note();
        Ok(())
    });
    // Without an answer the runtime stops.
    proving.await.unwrap_or(Ok(()))
}
