//! What the tests with real parts share: processes that start and end with a test.

pub mod process;
pub mod programs;
