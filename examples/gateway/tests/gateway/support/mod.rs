//! Starting the binary, and talking to it.

mod authorization_server;
mod client;
mod process;
mod upstream;

pub(crate) use self::{
    authorization_server::{AuthorizationServer, CLIENT, SECRET},
    client::{call, delete, get, initialize, open, post, preflight, tools},
    process::{Gateway, run},
    upstream::{Upstream, nobody},
};
