//! Trace context on its way through, and what arrives at a receiver that decodes the protocol.

mod context;
mod export;
mod failure;
mod metrics;
mod receiver;
mod sizes;
mod stack;
