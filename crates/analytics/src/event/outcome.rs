//! How an exchange came out.

use http::StatusCode;

use super::{Ended, Event};

/// How an exchange came out, in one word: the same in metrics, in a store, and wherever exchanges are counted.
///
/// Where several are true, the first one here counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The gateway has refused it.
    Refused,
    /// The answer broke off behind the gateway.
    UpstreamBroke,
    /// The answer was an error, of HTTP or of JSON-RPC, also one inside of a 200.
    Error,
    /// A tool said that it has failed (`isError`).
    ToolError,
    /// The client went before the answer was whole.
    ClientLeft,
    /// A stream was ended because the server stops.
    ShutDown,
    /// The answer was cut short because the right to it had ended.
    Revoked,
    /// It was answered.
    Ok,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Refused,
        Self::UpstreamBroke,
        Self::Error,
        Self::ToolError,
        Self::ClientLeft,
        Self::ShutDown,
        Self::Revoked,
        Self::Ok,
    ];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::UpstreamBroke => Ended::UpstreamBroke.as_str(),
            Self::Error => "error",
            Self::ToolError => "tool_error",
            Self::ClientLeft => Ended::ClientLeft.as_str(),
            Self::ShutDown => Ended::ShutDown.as_str(),
            Self::Revoked => Ended::Revoked.as_str(),
            Self::Ok => "ok",
        }
    }

    /// Finds the outcome with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// Whether something went wrong, or was refused. A client that leaves, a server that stops and a right that ends are
    /// no errors.
    #[must_use]
    pub const fn is_error(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::UpstreamBroke | Self::Error | Self::ToolError
        )
    }
}

impl Event {
    /// How it came out.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let is_failure = |status: StatusCode| status.is_client_error() || status.is_server_error();
        if self.refusal.is_some() {
            return Outcome::Refused;
        }
        if self.ended == Ended::UpstreamBroke {
            return Outcome::UpstreamBroke;
        }
        if self.code().is_some() || self.status.is_some_and(is_failure) {
            return Outcome::Error;
        }
        if self.upstream.is_some_and(|answer| answer.is_tool_error) {
            return Outcome::ToolError;
        }
        match self.ended {
            Ended::Complete | Ended::UpstreamBroke => Outcome::Ok,
            Ended::ClientLeft => Outcome::ClientLeft,
            Ended::ShutDown => Outcome::ShutDown,
            Ended::Revoked => Outcome::Revoked,
        }
    }

    /// Whether it was refused, was answered with an error (of HTTP, of JSON-RPC, or of a tool), or broke off behind the
    /// gateway. A client that leaves is none.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.outcome().is_error()
    }

    /// Whether the MCP server has done as it was asked, so that what it was asked for is there: a server answers what
    /// it does not know with an error, many with one of a tool. Where nobody has looked into the answer, nobody knows.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        let is_done = self.upstream.is_some_and(|answer| {
            let is_good = answer.status.is_success() && answer.code.is_none();
            is_good && answer.is_replied && !answer.is_tool_error
        });
        is_done && self.refusal.is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::{Arc, Mutex},
    };

    use http::{Request, Response, StatusCode};
    use tollbar_core::{Body, Kind};
    use tower::{Layer as _, ServiceExt as _, service_fn};

    use super::Outcome;
    use crate::{AnalyticsLayer, Answer, Ended, Event, event::Refused};

    /// Some event that is `ok`.
    async fn event() -> Event {
        let last = Arc::new(Mutex::new(None));
        let seen = Arc::clone(&last);
        let sink = move |event: Arc<Event>| *seen.lock().unwrap() = Some(event);
        let service = AnalyticsLayer::new(sink).layer(service_fn(|_: Request<Body>| async {
            Ok::<_, Infallible>(Response::new(Body::empty()))
        }));
        service.oneshot(Request::new(Body::empty())).await.unwrap();
        let event = last.lock().unwrap().take().unwrap();
        Arc::unwrap_or_clone(event)
    }

    fn answer(event: &mut Event) -> &mut Answer {
        event.upstream.get_or_insert(Answer {
            status: StatusCode::OK,
            is_replied: true,
            code: None,
            is_tool_error: false,
        })
    }

    /// What makes an exchange come out like this, if nothing else does.
    fn make(event: &mut Event, outcome: Outcome) {
        match outcome {
            Outcome::Refused => {
                event.refusal = Some(Refused {
                    kind: Kind::Forbidden,
                    reason: "tool_denied",
                    message: "no".into(),
                    code: -32_600,
                });
            }
            Outcome::UpstreamBroke => event.ended = Ended::UpstreamBroke,
            Outcome::Error => answer(event).code = Some(-32_603),
            Outcome::ToolError => answer(event).is_tool_error = true,
            Outcome::ClientLeft => event.ended = Ended::ClientLeft,
            Outcome::ShutDown => event.ended = Ended::ShutDown,
            Outcome::Revoked => event.ended = Ended::Revoked,
            Outcome::Ok => {}
        }
    }

    #[tokio::test]
    async fn of_two_that_are_true_the_first_counts() {
        let usual = event().await;
        for (place, first) in Outcome::ALL.into_iter().enumerate() {
            for second in Outcome::ALL.into_iter().skip(place) {
                let mut event = usual.clone();
                make(&mut event, second);
                make(&mut event, first);
                // It ends in one way only, which was set last.
                assert_eq!(event.outcome(), first, "{first:?} and {second:?}");
                assert_eq!(event.is_error(), place < 4, "{first:?} and {second:?}");
            }
        }
    }

    #[tokio::test]
    async fn a_status_can_be_an_error() {
        let usual = event().await;
        for (status, outcome) in [
            (Some(202), Outcome::Ok),
            (Some(304), Outcome::Ok),
            (Some(401), Outcome::Error),
            (Some(502), Outcome::Error),
            (None, Outcome::Ok),
        ] {
            let mut event = usual.clone();
            event.status = status.map(|status| StatusCode::from_u16(status).unwrap());
            assert_eq!(event.outcome(), outcome, "{status:?}");
        }
    }

    #[tokio::test]
    async fn only_a_good_reply_confirms() {
        let mut good = event().await;
        assert!(!good.is_confirmed());
        answer(&mut good);
        assert!(good.is_confirmed());
        let spoil: [fn(&mut Event); 5] = [
            |it| answer(it).is_replied = false,
            |it| answer(it).code = Some(-32_602),
            |it| answer(it).is_tool_error = true,
            |it| answer(it).status = StatusCode::NOT_FOUND,
            |it| make(it, Outcome::Refused),
        ];
        for (place, spoil) in spoil.into_iter().enumerate() {
            let mut event = good.clone();
            spoil(&mut event);
            assert!(!event.is_confirmed(), "{place}");
        }
    }

    #[test]
    fn each_outcome_has_a_word_of_its_own() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
        }
        assert_eq!(Outcome::parse("left"), None);
    }
}
