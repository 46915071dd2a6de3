//! What comes of trying.

use proptest::{prop_assert, prop_assert_eq, test_runner::TestCaseError};
use serde_json::{Value, json};

use crate::client::Client;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server has run it.
    Ran,
    /// The consumer was told which scopes it needs.
    NeedsScopes,
    /// As if it did not exist.
    Denied,
}

impl Outcome {
    /// Whether the consumer may know of it.
    pub(crate) fn is_visible(self) -> bool {
        self != Self::Denied
    }

    /// Tries a request.
    pub(crate) async fn of(
        client: &Client<'_>,
        method: &str,
        params: Value,
    ) -> Result<Self, TestCaseError> {
        let message = client.message(1, method, params);
        Self::of_message(client, message).await
    }

    /// Tries any message.
    pub(crate) async fn of_message(
        client: &Client<'_>,
        message: Value,
    ) -> Result<Self, TestCaseError> {
        client.server.take_received();
        let told = client.post(&message).await;
        let received = client.server.take_received();
        if let [ran] = &*received {
            prop_assert_eq!(ran, &message, "the server has run something else");
            prop_assert!([200, 202].contains(&told.status));
            return Ok(Self::Ran);
        }
        prop_assert!(received.is_empty(), "run more than once: {:?}", received);
        let error = &told.json()["error"];
        prop_assert!(error.is_object(), "{}: {}", told.status, told.body);
        if error["data"]["reason"] == json!("insufficient_scope") {
            prop_assert_eq!(told.status, 403);
            return Ok(Self::NeedsScopes);
        }
        Ok(Self::Denied)
    }
}
