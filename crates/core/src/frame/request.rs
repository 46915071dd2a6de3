//! Reading a request body.

use std::{pin::pin, time::Duration};

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt as _;

use super::{budget::Spent, settings::Settings};
use crate::{AnyBody, Kind, Refusal};

/// Reads a request body to the limit and within the time. A body that arrives in one piece is not
/// copied.
pub(super) async fn read<R: AnyBody>(body: R, settings: &Settings) -> Result<Bytes, Refusal> {
    let limit = settings.body_limit;
    let declared = body.size_hint().lower();
    if declared > limit as u64 {
        return Err(too_large(limit));
    }
    match tokio::time::timeout(settings.body_timeout, collect(body, settings)).await {
        Ok(read) => read,
        Err(_) => Err(Refusal::new(
            Kind::Malformed,
            "body_too_slow",
            format!("the body did not arrive within {:?}", settings.body_timeout),
        )
        .with_status(StatusCode::REQUEST_TIMEOUT)),
    }
}

async fn collect<R: AnyBody>(body: R, settings: &Settings) -> Result<Bytes, Refusal> {
    let limit = settings.body_limit;
    let mut account = settings.budget.open();
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(0);
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| {
            Refusal::new(
                Kind::Malformed,
                "body_broken",
                "the body could not be read to its end",
            )
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let length = first.len() + rest.len() + data.len();
        if length > limit {
            return Err(too_large(limit));
        }
        account.raise(length).map_err(|Spent| no_room())?;
        if first.is_empty() && rest.is_empty() {
            first = data;
            continue;
        }
        if rest.is_empty() {
            // What was declared was checked against the limit, so this cannot be made to grow.
            account.raise(expected).map_err(|Spent| no_room())?;
            rest.reserve(expected.max(first.len() + data.len()));
            rest.extend_from_slice(&std::mem::take(&mut first));
        }
        rest.extend_from_slice(&data);
    }
    let bytes = match rest.is_empty() {
        true => first,
        false => rest.freeze(),
    };
    Ok(account.settle(bytes))
}

fn no_room() -> Refusal {
    Refusal::new(
        Kind::Unavailable,
        "bodies_too_many",
        "the gateway holds as many long bodies as it may: try again later",
    )
    .with_retry_after(Duration::from_secs(1))
}

fn too_large(limit: usize) -> Refusal {
    Refusal::new(
        Kind::TooLarge,
        "body_too_large",
        format!("the body is longer than {limit} bytes"),
    )
}
