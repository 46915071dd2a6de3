//! The plan for tokens that can be read and verified here.

mod algorithm;
mod builder;
mod fault;
mod header;
mod key;
mod key_set;
mod key_source;
mod keys;
mod object;
mod plan;
mod signed;

pub use self::{algorithm::Algorithm, builder::JwtBuilder, plan::Jwt};
pub(crate) use self::{
    key_set::{KeySet, KeySetSettings},
    key_source::KeySource,
    keys::Keys,
};
