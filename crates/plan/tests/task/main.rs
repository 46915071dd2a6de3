//! The task layer from outside: whose tasks are whose, what the server sees, what the client gets.

mod arrays;
mod bound;
mod chunking;
mod clients_own;
mod forged;
mod related;
mod seal;
mod server;
mod sessions;
mod strangers;
mod subscriptions;
mod support;
mod untouched;
