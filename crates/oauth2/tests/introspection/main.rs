//! Introspection plans in front of authorization servers on loopback.

mod answers;
mod audiences;
mod flights;
mod flood;
mod forms;
mod kept;
mod layer;
mod login;
mod logs;
mod open;
mod scopes;
mod settings;
mod strangers;
