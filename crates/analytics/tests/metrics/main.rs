//! What is counted, and that no label grows without bound.

mod bounded;
mod counted;
mod open;
mod server;
