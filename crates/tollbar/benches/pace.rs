//! Wall time of the same exchanges as in `stack`: for information, since machines differ.
//!
//! Prints the fastest of many rounds, which is the one that was disturbed least.

#[path = "stack/answer.rs"]
mod answer;
#[path = "stack/layers.rs"]
mod layers;
#[path = "stack/prepared.rs"]
mod prepared;
#[path = "stack/question.rs"]
mod question;

use std::time::{Duration, Instant};

use self::{
    answer::{Answer, Hook},
    layers::{Bare, Checked, Framed, Recorded, Stack, Whole},
    prepared::Prepared,
    question::Question,
};

const ROUNDS: u32 = 200;
const EXCHANGES: u32 = 500;

fn main() {
    for (name, question, answer) in [
        ("json", Question::Small, Answer::Json),
        ("modern", Question::Modern, Answer::Json),
        ("events", Question::Small, Answer::Events),
    ] {
        measure::<Bare>(&format!("bare/{name}"), question, answer);
        measure::<Framed>(&format!("frame/{name}"), question, answer);
        measure::<Checked>(&format!("origin_frame/{name}"), question, answer);
        measure::<Recorded>(&format!("analytics_origin_frame/{name}"), question, answer);
        measure::<Whole>(&format!("gateway/{name}"), question, answer);
    }
}

/// Prints the time of one exchange without the making of its request.
fn measure<S: Stack>(name: &str, question: Question, answer: Answer) {
    let (stack, _runtime) = Prepared::<S>::new(question, answer, Hook::Nobody).run();
    let fastest = (0..ROUNDS).map(|_| {
        let requests: Vec<_> = (0..EXCHANGES).map(|_| question.request()).collect();
        let started = Instant::now();
        for request in requests {
            std::hint::black_box(prepared::exchange(stack.clone(), request));
        }
        started.elapsed() / EXCHANGES
    });
    println!("{name:<32} {:>7} ns", fastest.min().unwrap_or(Duration::ZERO).as_nanos());
}
