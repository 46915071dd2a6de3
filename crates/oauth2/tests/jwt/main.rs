//! The plan for signed tokens, in front of an authorization server on loopback.

mod algorithms;
mod authority;
mod claims;
mod forms;
mod headers;
mod keys;
mod mutations;
mod rights;
mod settings;
mod signer;
