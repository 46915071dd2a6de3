//! Each refusal of `docs/refusals.md`, provoked and found in the exchange log.
//!
//! A room for each concern: requests to the gateway's own program, with a real configuration, and what
//! has to come of them. A row that nothing provokes is an error, and so is a refusal without a row. Every
//! request belongs to a trace of its own, by which its line in the log is found.

mod answers;
mod book;
mod broken_store;
mod certificates;
mod connections;
mod credentials;
mod held;
mod keys;
mod layers;
mod metadata;
mod page;
mod request;
mod requests;
mod rules;
mod scene;
mod sessions;
mod tokens;

use std::{future::Future, pin::Pin, sync::Arc, time::Instant};

use serde_json::{Value, json};
use tollbar_tests::programs::built;

use self::{
    book::{Book, Case},
    page::Page,
    request::Told,
};

type Room = Pin<Box<dyn Future<Output = ()> + Send>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_is_provoked_and_stands_in_the_log_with_its_reason() {
    tokio::task::block_in_place(|| built("tollbar-gateway"));
    let book = Arc::new(Book::new(Page::read()));
    let of = || Arc::clone(&book);
    let rooms: [Room; 12] = [
        Box::pin(credentials::provoke(of())),
        Box::pin(credentials::guess(of())),
        Box::pin(keys::provoke(of())),
        Box::pin(tokens::provoke(of())),
        Box::pin(certificates::provoke(of())),
        Box::pin(sessions::provoke(of())),
        Box::pin(requests::provoke(of())),
        Box::pin(rules::provoke(of())),
        Box::pin(connections::provoke(of())),
        Box::pin(answers::provoke(of())),
        Box::pin(metadata::provoke(of())),
        Box::pin(layers::provoke(of())),
    ];
    let begun = Instant::now();
    let rooms = rooms.map(tokio::spawn);
    for room in rooms {
        if let Err(panic) = room.await {
            book.complain(panic.to_string());
        }
    }
    println!("{} refusals in {:?}", book.count(), begun.elapsed());
    let problems = book.problems();
    let count = problems.len();
    assert_eq!(count, 0, "{count} problems:\n{}", problems.join("\n"));
}

/// What the story goes by sees what is wrong.
#[test]
fn a_row_without_a_case_and_a_case_without_its_row_are_errors() {
    let page = "| `forbidden` | 403 | 403 | no |\n## Who asks\n| `a` | 403 | 403 | | |\n\
                | `b` | breaks | - | | |\n## Before the layers\n";
    let told = |status: u16, text: &str| Told {
        status,
        head: "HTTP/1.1 403 Forbidden".to_owned(),
        text: text.to_owned(),
        is_whole: true,
    };
    let error = told(403, r#"{"error":{"code":403}}"#);
    let line = json!({
        "reason": "a", "refusal": "forbidden", "status": 403, "code": 403, "message": "no",
        "rule": "some", "decision": "deny",
    });
    let case = |reason| Case::new(reason, "forbidden").rule("some");
    let problems = |case: &Case, told: &Told, line: &Value| {
        let book = Book::new(Page::of(page));
        book.note(case, told, line);
        book.problems()
    };
    let untold = "b: nothing provokes it as its row says";
    assert_eq!(problems(&case("a"), &error, &line), [untold]);
    assert!(problems(&case("c"), &error, &line)[0].starts_with("c: there is no such row"));
    let other = told(200, r#"{"error":{"code":-32602}}"#);
    assert!(problems(&case("a"), &other, &line).len() > 1);
    for (member, value) in [
        ("reason", json!("b")),
        ("refusal", json!("concealed")),
        ("status", json!(200)),
        ("code", json!(-32602)),
        ("message", json!("")),
        ("rule", json!("another")),
        ("decision", json!("allow")),
    ] {
        let mut line = line.clone();
        line[member] = value;
        let problems = problems(&case("a"), &error, &line);
        assert!(problems[0].contains(member), "{problems:?}");
    }
    assert!(problems(&case("a"), &error, &Value::Null).len() > 1);
}
