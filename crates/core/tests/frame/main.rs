//! The frame layer from outside: what goes in, what comes out, what does not pass.

mod answers;
mod edits;
mod grants;
mod heads;
mod requests;
mod streams;
mod support;
mod versions;
