//! The demo server as its clients see it, in both eras.

mod catalogue;
mod changes;
mod client;
mod events;
mod questions;
mod resumption;
mod serving;
mod slow;
