//! Requests: the guard, and what it asks the policy.

mod guard;
mod inquiry;
mod judgement;
mod reply;
mod shared;
mod terms;
mod trim;

pub use self::guard::Access;
pub(crate) use self::{
    inquiry::Inquiry,
    judgement::{Cause, Judgement, is_about_tasks},
    shared::Shared,
    terms::Terms,
    trim::TASKS_EXTENSION,
};
