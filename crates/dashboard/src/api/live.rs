//! Events as they happen, as a stream of server-sent events (WHATWG HTML section 9.2).

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::stream;
use http::Response;
use http_body_util::StreamBody;
use tokio::sync::OwnedSemaphorePermit;
use tollbar_core::{Body, BoxError};

use super::answer;
use crate::{
    Filter, Period,
    tail::{News, Reader},
};

/// A sign of life is given so often, so that both ends find out that the other one is gone.
const SILENCE: Duration = Duration::from_secs(15);

/// What is read of, and for whom.
struct Live {
    reader: Reader,
    filter: Filter,
    is_begun: bool,
    /// Goes back with the stream.
    _permit: OwnedSemaphorePermit,
}

/// The stream of all events that fit, whenever they came in.
pub(super) fn stream(
    reader: Reader,
    mut filter: Filter,
    permit: OwnedSemaphorePermit,
) -> Response<Body> {
    let far = SystemTime::UNIX_EPOCH + Duration::from_secs(u32::MAX.into());
    filter.period = Period::new(SystemTime::UNIX_EPOCH, far);
    let live = Live {
        reader,
        filter,
        is_begun: false,
        _permit: permit,
    };
    let frames = stream::unfold(live, async |mut live| {
        let text = live.next().await?;
        Some((
            Ok::<_, BoxError>(http_body::Frame::data(Bytes::from(text))),
            live,
        ))
    });
    answer::of(
        "text/event-stream",
        Body::new(StreamBody::new(Box::pin(frames))),
    )
}

impl Live {
    async fn next(&mut self) -> Option<String> {
        if !self.is_begun {
            self.is_begun = true;
            // The head goes out with it, and the client knows that it is heard.
            return Some(": here\n\n".into());
        }
        loop {
            match tokio::time::timeout(SILENCE, self.reader.next()).await {
                Ok(Some(News::Event(event))) => {
                    if self.filter.fits(&event) {
                        // A line has no line end in it.
                        let (id, line) = (event.id, event.to_json());
                        return Some(format!("event: exchange\nid: {id}\ndata: {line}\n\n"));
                    }
                }
                Ok(Some(News::Skipped(count))) => {
                    return Some(format!("event: skipped\ndata: {{\"skipped\":{count}}}\n\n"));
                }
                Ok(None) => return None,
                Err(_) => return Some(": still here\n\n".into()),
            }
        }
    }
}
