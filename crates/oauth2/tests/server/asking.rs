//! Asking about tokens, as a request to the gateway does.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tollbar_core::Exchange;
use tollbar_oauth2::{AuthorizationServer, Introspection};
use tollbar_plan::{Credential, Plan as _};

/// What has become of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Whose it is.
    In(String),
    /// Status and reason.
    Out(u16, &'static str),
}

/// 503, whatever the reason of the failure.
pub(crate) const UNAVAILABLE: Told = Told::Out(503, "authorization_server_unavailable");
/// 503 as well, for this token alone.
pub(crate) const UNSAID: Told = Told::Out(503, "token_not_introspected");
pub(crate) const INACTIVE: Told = Told::Out(401, "token_inactive");

pub(crate) fn ann() -> Told {
    Told::In("ann".to_owned())
}

/// A plan that takes any token that is active, and asks anew about each that it does not know.
pub(crate) struct Asking(Introspection);

impl Asking {
    pub(crate) fn new(server: AuthorizationServer) -> Self {
        Self(
            Introspection::builder(server)
                .any_audience()
                .build()
                .unwrap(),
        )
    }

    /// Asks about a token that nobody has asked about before.
    pub(crate) async fn ask(&self) -> Told {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        self.ask_about(&format!("opaque-t0ken-{next}")).await.0
    }

    /// Asks about this token: what has become of it, and after how many seconds to come again. Waits,
    /// but not for ever.
    pub(crate) async fn ask_about(&self, token: &str) -> (Told, Option<u64>) {
        let exchange = Exchange::new();
        let asking = self.0.identify(Credential::Token(token), &exchange);
        let Ok(judged) = tokio::time::timeout(Duration::from_secs(40), asking).await else {
            panic!("it takes too long");
        };
        match judged {
            Ok(admission) => {
                let subject = admission.consumer.subject().unwrap_or_default();
                (Told::In(subject.to_owned()), None)
            }
            Err(refusal) => {
                let reason = refusal.reason();
                assert!(!refusal.message().contains("127.0.0.1"));
                assert!(!refusal.message().contains(token));
                let response = refusal.into_response(&exchange);
                let status = response.status().as_u16();
                let after = response.headers().get("retry-after");
                assert_eq!(after.is_some(), status == 503);
                let after = after.map(|it| it.to_str().unwrap().parse().unwrap());
                (Told::Out(status, reason), after)
            }
        }
    }
}
