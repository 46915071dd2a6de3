//! A new configuration for a gateway that runs.
//!
//! A file that has changed, or SIGHUP, brings it. It is judged as a whole and composed beside the one
//! that runs; only when all of that has worked does it take its place, at once. A configuration with
//! errors changes nothing, and is not tried again until it changes.

mod change;
mod hangup;
mod origin;
mod reloader;
mod stamps;
mod words;

pub(crate) use self::{
    hangup::Hangup,
    origin::Origin,
    reloader::{Reloader, Running},
    stamps::Stamps,
};
