//! TLS of the server: handshakes, client certificates, replacement, bounds.

mod authority;
mod bounds;
mod client;
mod clients;
mod gateway;
mod handshakes;
mod logs;
mod replacement;
mod served;
mod settings;
mod terminator;
