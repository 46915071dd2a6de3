//! What is known of a token, and whether that lets it in.

mod audience;
mod fault;
mod known;
mod members;
mod rules;

pub(crate) use self::{
    audience::Audiences,
    fault::TokenFault,
    known::Known,
    members::Unreadable,
    rules::{ScopeRules, TokenRules},
};
