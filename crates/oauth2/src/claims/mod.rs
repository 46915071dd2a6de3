//! What is known of a token, and whether that lets it in.

mod audience;
mod fault;
mod known;
mod members;
mod mismatch;
mod rejected;
mod rules;
mod scopes;
#[cfg(test)]
mod tests;
mod usage;
mod weight;

pub(crate) use self::{
    audience::Audiences, fault::TokenFault, known::Known, members::Unreadable, mismatch::Mismatch,
    rejected::Rejected, rules::TokenRules, scopes::ScopeRules,
};
