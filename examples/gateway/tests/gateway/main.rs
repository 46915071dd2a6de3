//! The binary, started and talked to as operators and clients do.

mod acl;
mod admin;
mod check;
mod demo;
mod end;
mod keys;
mod proxies;
mod refusals;
mod relay;
mod secrets;
mod support;
mod tokens;
