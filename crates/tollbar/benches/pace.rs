//! Wall time of the same exchanges as in `stack`: for information, since machines differ.
//!
//! Prints the fastest of many rounds, which is the one that was disturbed least.

#[path = "stack/answer.rs"]
mod answer;
#[path = "stack/keyed.rs"]
mod keyed;
#[path = "stack/layers.rs"]
mod layers;
#[path = "stack/prepared.rs"]
mod prepared;
#[path = "stack/question.rs"]
mod question;
#[path = "stack/ruled.rs"]
mod ruled;

use std::time::{Duration, Instant};

use self::{
    answer::{Answer, Hook},
    keyed::{Keyed, Sealed, Whole},
    layers::{Bare, Checked, Framed, Recorded, Stack},
    prepared::Prepared,
    question::Question,
    ruled::{Ruled, Thinned},
};

const ROUNDS: u32 = 200;
const EXCHANGES: u32 = 100;

fn main() {
    for (name, question, answer) in [
        ("json", Question::Small, Answer::Json),
        ("modern", Question::Modern, Answer::Json),
        ("events", Question::Small, Answer::Events),
    ] {
        measure::<Bare>(&format!("bare {name}"), question, answer, Hook::Nobody);
        measure::<Framed>(&format!("frame {name}"), question, answer, Hook::Nobody);
        measure::<Checked>(
            &format!("origin_frame {name}"),
            question,
            answer,
            Hook::Nobody,
        );
        measure::<Recorded>(
            &format!("analytics_origin_frame {name}"),
            question,
            answer,
            Hook::Nobody,
        );
        measure::<Keyed>(&format!("key_frame {name}"), question, answer, Hook::Nobody);
        measure::<Sealed>(
            &format!("key_frame_session {name}"),
            question,
            answer,
            Hook::Nobody,
        );
        measure::<Ruled>(
            &format!("key_frame_acl {name}"),
            question,
            answer,
            Hook::Nobody,
        );
        measure::<Whole>(&format!("gateway {name}"), question, answer, Hook::Nobody);
    }
    let tools = (Question::Small, Answer::Tools, Hook::Nobody);
    measure::<Keyed>("key_frame tools", tools.0, tools.1, tools.2);
    measure::<Ruled>("key_frame_acl tools", tools.0, tools.1, tools.2);
    measure::<Thinned>("key_frame_acl_thinned tools", tools.0, tools.1, tools.2);
    for (name, question, answer, hook) in [
        (
            "frame json_watched",
            Question::Small,
            Answer::Json,
            Hook::Watch,
        ),
        (
            "frame json_filtered",
            Question::Small,
            Answer::Json,
            Hook::Filter,
        ),
        (
            "frame events_watched",
            Question::Small,
            Answer::Events,
            Hook::Watch,
        ),
        (
            "frame events_filtered",
            Question::Small,
            Answer::Events,
            Hook::Filter,
        ),
        (
            "frame text_100k",
            Question::Text,
            Answer::Json,
            Hook::Nobody,
        ),
        (
            "frame objects_100k",
            Question::Objects,
            Answer::Json,
            Hook::Nobody,
        ),
    ] {
        measure::<Framed>(name, question, answer, hook);
    }
}

/// Prints the time of one exchange without the making of its request.
fn measure<S: Stack>(name: &str, question: Question, answer: Answer, hook: Hook) {
    let (stack, _runtime) = Prepared::<S>::new(question, answer, hook).run();
    let fastest = (0..ROUNDS).map(|_| {
        let requests: Vec<_> = (0..EXCHANGES)
            .map(|_| prepared::request::<S>(question))
            .collect();
        let started = Instant::now();
        for request in requests {
            std::hint::black_box(prepared::exchange(stack.clone(), request));
        }
        started.elapsed() / EXCHANGES
    });
    println!(
        "{name:<32} {:>7} ns",
        fastest.min().unwrap_or(Duration::ZERO).as_nanos()
    );
}
