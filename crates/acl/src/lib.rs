//! May they: what a consumer may list and use on an MCP server.

mod annotations;
mod decision;
mod feature;
mod policy;
mod question;

pub use self::{
    annotations::{Annotations, Hint},
    decision::{Decision, Outcome},
    feature::{Family, Feature},
    policy::{Headers, Policy},
    question::{Asker, Purpose, Question, Target},
};
