//! Starting the binary, and talking to it.

mod authorization_server;
mod client;
mod process;
mod secured;
mod upstream;

pub(crate) use self::{
    authorization_server::{AuthorizationServer, CLIENT, SECRET},
    client::{call, delete, get, initialize, open, post, preflight, tools},
    process::{Gateway, run, run_with},
    secured::Secured,
    upstream::{Upstream, nobody},
};
