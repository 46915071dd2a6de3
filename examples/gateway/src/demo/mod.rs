//! A small MCP server to try the gateway with.
//!
//! It offers something of everything that MCP has, so that each layer of a gateway can be seen at
//! work without writing a server first: fifteen [tools](TOOLS), a list of resources that needs
//! several pages, templates, prompts, completion, logging, subscriptions, and tools that ask the
//! client something while they run. It is dual-era: clients that say `initialize` (2025-03-26 to
//! 2025-11-25) get a session, clients that send their metadata with every request (2026-07-28) get
//! none.
//!
//! Answers are deterministic. Nothing depends on the clock or on chance, apart from session and
//! event ids and from what clients wrote into notes before, so transcripts can be compared.
//!
//! # Beware
//!
//! Nobody is asked for a key here, which is the point: the gateway in front does that. A request
//! is refused when its `Host` or its `Origin` is not a loopback name, so bind the listener to a
//! loopback address. Arrays of messages (JSON-RPC batches, 2025-03-26 only) are refused with 415,
//! because the SDK underneath does not read them.

mod audience;
mod completion;
mod document;
mod era;
mod events;
mod note;
mod prompts;
mod question;
mod resources;
mod serve;
mod server;
mod sessions;
mod tools;
mod weather;
mod world;

#[cfg(test)]
mod tests;

pub(crate) use serve::serve;

/// How many tools the demo server offers.
pub(crate) const TOOLS: usize = 15;

/// The path of the MCP endpoint; every other path is answered with 404.
const PATH: &str = "/mcp";
