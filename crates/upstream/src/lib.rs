//! The end of a Tollbar stack: a reverse proxy service for one MCP server.

mod builder;
mod client;
mod connect;
mod error;
mod failure;
mod hop;
mod network;
mod request;
mod response;
mod service;
mod version;

pub use self::{
    builder::Builder,
    error::UpstreamError,
    network::{InvalidNetwork, Network},
    service::Upstream,
    version::HttpVersion,
};
