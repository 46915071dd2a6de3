//! Starting the binary, and talking to it.

mod client;
mod process;
mod upstream;

pub(crate) use self::{
    client::{call, delete, get, initialize, open, post, preflight, tools},
    process::{Gateway, run},
    upstream::{Upstream, nobody},
};
