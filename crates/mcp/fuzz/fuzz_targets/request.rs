//! Whatever is accepted, `serde_json` reads in the same way.

#![no_main]

#[path = "../../tests/oracle/request.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|body: &[u8]| oracle::check(body));
