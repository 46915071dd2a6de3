//! What the crate promises, one module per topic.

mod batches;
mod content;
mod documents;
mod eras;
mod hazards;
mod headers;
mod limits;
mod order;
mod plain;
mod properties;
mod responses;
mod routing;
mod server;
mod sse;
mod subjects;
mod support;
