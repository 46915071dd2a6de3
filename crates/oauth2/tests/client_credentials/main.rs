//! Client credentials in front of token endpoints on loopback.

mod answers;
mod endpoint;
mod faults;
mod logs;
mod requests;
mod settings;
mod tls;
