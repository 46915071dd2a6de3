//! What each layer costs: instructions (Callgrind) and allocations (DHAT) of one exchange, in
//! process, around a server in memory.
//!
//! Needs valgrind, and `cargo install gungraun-runner --version 0.20.0`. Each stack is one layer more
//! than the one before, so that the difference is the price of a layer.

#![expect(
    missing_docs,
    clippy::exit,
    reason = "the macros make public items and a main function"
)]

mod answer;
mod keyed;
mod layers;
mod prepared;
mod question;
mod ruled;

use gungraun::{Callgrind, Dhat, prelude::*};
use tokio::runtime::EnterGuard;

use self::{
    answer::{Answer, Hook},
    keyed::{Keyed, Sealed, Whole},
    layers::{Bare, Checked, Framed, Recorded},
    prepared::Prepared,
    question::Question,
    ruled::{Ruled, Thinned},
};

type Done<S> = (S, EnterGuard<'static>);

#[library_benchmark(setup = Prepared::new)]
#[bench::json(Question::Small, Answer::Json, Hook::Nobody)]
#[bench::events(Question::Small, Answer::Events, Hook::Nobody)]
fn bare(prepared: Prepared<Bare>) -> Done<Bare> {
    prepared.run()
}

#[library_benchmark(setup = Prepared::new)]
#[bench::json(Question::Small, Answer::Json, Hook::Nobody)]
#[bench::json_watched(Question::Small, Answer::Json, Hook::Watch)]
#[bench::json_filtered(Question::Small, Answer::Json, Hook::Filter)]
#[bench::modern(Question::Modern, Answer::Json, Hook::Nobody)]
#[bench::text_100k(Question::Text, Answer::Json, Hook::Nobody)]
#[bench::objects_100k(Question::Objects, Answer::Json, Hook::Nobody)]
#[bench::events(Question::Small, Answer::Events, Hook::Nobody)]
#[bench::events_watched(Question::Small, Answer::Events, Hook::Watch)]
#[bench::events_filtered(Question::Small, Answer::Events, Hook::Filter)]
fn frame(prepared: Prepared<Framed>) -> Done<Framed> {
    prepared.run()
}

#[library_benchmark(setup = Prepared::new)]
#[bench::json(Question::Small, Answer::Json, Hook::Nobody)]
#[bench::events(Question::Small, Answer::Events, Hook::Nobody)]
fn origin_frame(prepared: Prepared<Checked>) -> Done<Checked> {
    prepared.run()
}

#[library_benchmark(setup = Prepared::new)]
#[bench::json(Question::Small, Answer::Json, Hook::Nobody)]
#[bench::events(Question::Small, Answer::Events, Hook::Nobody)]
fn analytics_origin_frame(prepared: Prepared<Recorded>) -> Done<Recorded> {
    prepared.run()
}

#[library_benchmark(setup = Prepared::new)]
#[bench::json(Question::Small, Answer::Json, Hook::Nobody)]
#[bench::modern(Question::Modern, Answer::Json, Hook::Nobody)]
#[bench::events(Question::Small, Answer::Events, Hook::Nobody)]
#[bench::tools(Question::Small, Answer::Tools, Hook::Nobody)]
fn key_frame(prepared: Prepared<Keyed>) -> Done<Keyed> {
    prepared.run()
}

#[library_benchmark(setup = Prepared::new)]
#[bench::json(Question::Small, Answer::Json, Hook::Nobody)]
fn key_frame_session(prepared: Prepared<Sealed>) -> Done<Sealed> {
    prepared.run()
}

#[library_benchmark(setup = Prepared::new)]
#[bench::json(Question::Small, Answer::Json, Hook::Nobody)]
#[bench::modern(Question::Modern, Answer::Json, Hook::Nobody)]
#[bench::events(Question::Small, Answer::Events, Hook::Nobody)]
#[bench::tools(Question::Small, Answer::Tools, Hook::Nobody)]
fn key_frame_acl(prepared: Prepared<Ruled>) -> Done<Ruled> {
    prepared.run()
}

#[library_benchmark(setup = Prepared::new)]
#[bench::tools(Question::Small, Answer::Tools, Hook::Nobody)]
fn key_frame_acl_thinned(prepared: Prepared<Thinned>) -> Done<Thinned> {
    prepared.run()
}

#[library_benchmark(setup = Prepared::new)]
#[bench::json(Question::Small, Answer::Json, Hook::Nobody)]
#[bench::modern(Question::Modern, Answer::Json, Hook::Nobody)]
#[bench::text_100k(Question::Text, Answer::Json, Hook::Nobody)]
#[bench::events(Question::Small, Answer::Events, Hook::Nobody)]
fn gateway(prepared: Prepared<Whole>) -> Done<Whole> {
    prepared.run()
}

library_benchmark_group!(
    name = stack,
    benchmarks = [
        bare,
        frame,
        origin_frame,
        analytics_origin_frame,
        key_frame,
        key_frame_session,
        key_frame_acl,
        key_frame_acl_thinned,
        gateway
    ]
);

main!(
    config = LibraryBenchmarkConfig::default()
        .tool(Callgrind::with_args(["--cache-sim=no"]))
        .tool(Dhat::with_args(["--num-callers=100"])),
    library_benchmark_groups = stack
);
