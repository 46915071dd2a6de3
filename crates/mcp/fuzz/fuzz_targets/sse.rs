//! However a stream is cut, its events are those that `sse-stream` reads.

#![no_main]

#[path = "../../tests/oracle/sse.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    // The first four bytes say where to cut.
    if let Some((sizes, stream)) = input.split_first_chunk::<4>() {
        oracle::check(stream, &sizes.map(usize::from));
    }
});
