//! What the log says, and what nothing shows.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing_subscriber::fmt::MakeWriter;

use crate::login::{INACTIVE, Login, TOKEN, UNAVAILABLE, good, pass, reason, show, with};

/// Keeps what is written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Keeps what is logged from here on. The runtime of the tests has one thread.
fn listen() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_told_once_in_a_while_and_without_content() {
    let login = Login::of(&with("aud", serde_json::json!({ "word": "of the server" }))).await;
    let plan = login.plan();
    let (log, _guard) = listen();
    for _ in 0..10 {
        assert_eq!(reason(show(&plan).await), UNAVAILABLE);
    }
    pass(61).await;
    assert_eq!(reason(show(&plan).await), UNAVAILABLE);
    let lines = log.lines();
    let warnings: Vec<_> = lines
        .lines()
        .filter(|line| line.contains(" WARN "))
        .collect();
    assert_eq!(warnings.len(), 2, "{lines}");
    assert!(warnings[0].contains("member=\"aud\""), "{lines}");
    assert!(warnings[0].contains(&login.issuer), "{lines}");
    assert!(warnings[1].contains("like_lines_withheld=9"), "{lines}");
    for secret in [TOKEN, "s3cret", "of the server", "ann"] {
        assert!(!lines.contains(secret), "{lines}");
    }
}

#[tokio::test]
async fn no_log_and_no_debug_shows_a_token() {
    let login = Login::of(&good()).await;
    let builder = login.builder();
    let plan = builder.clone().build().unwrap();
    let (log, _guard) = listen();
    let admission = show(&plan).await.unwrap();
    login.revoke(TOKEN);
    pass(61).await;
    let refusal = show(&plan).await.unwrap_err();
    let shown = format!(
        "{builder:?} {plan:?} {admission:?} {refusal:?} {}",
        log.lines()
    );
    assert!(shown.contains("https://gw.example/mcp"));
    for secret in [TOKEN, "s3cret", "t7"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(reason(Err(refusal)), INACTIVE);
}

#[tokio::test]
async fn streams_that_end_for_want_of_an_answer_are_told() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    let (log, _guard) = listen();
    let admission = show(&plan).await.unwrap();
    login.close();
    pass(121).await;
    assert!(admission.grant.has_ended());
    let lines = log.lines();
    let told = lines
        .lines()
        .filter(|line| line.contains("could not be asked about tokens in time"));
    assert_eq!(told.count(), 1, "{lines}");
    assert!(lines.contains("tokens=1"), "{lines}");
}
