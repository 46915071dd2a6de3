//! Who decides.

use std::sync::Arc;

use http::HeaderName;

use crate::{Asker, Decision, Family, Question};

/// Decides what a consumer may see and use.
///
/// One question is asked of it everywhere: for a call, for each entry of a list, for a subscription
/// and for each notification of it, for a completion. So what is listed and what can be called cannot
/// drift apart. It is asked often, and in the middle of streams: it must not block.
///
/// [`Rules`](crate::Rules) are the policy for most. A closure is one, too:
///
/// ```
/// use tollbar_acl::{Decision, Policy, Question, Target};
///
/// let only_reading = |question: &Question<'_>| match question.target {
///     Target::Tool(name) if name.starts_with("get_") => Decision::allow(),
///     _ => Decision::deny(),
/// };
/// fn is_policy(_: impl Policy) {}
/// is_policy(only_reading);
/// ```
pub trait Policy: Send + Sync + 'static {
    /// Answers one question. The same question gets the same answer, as long as the policy is the
    /// same.
    fn decide(&self, question: &Question<'_>) -> Decision;

    /// Whether this consumer may see anything of a family at all. Where not, the family is not among
    /// the capabilities of the server either. Default: yes, since it is not known.
    fn shows(&self, asker: &Asker<'_>, family: Family) -> bool {
        let _ = (asker, family);
        true
    }

    /// Which headers of the request it looks at. They are kept for as long as the answer lasts.
    /// Default: all.
    fn headers(&self) -> Headers {
        Headers::All
    }
}

/// The headers that a policy looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Headers {
    /// All of them.
    All,
    /// These only; none is the cheapest.
    These(Arc<[HeaderName]>),
}

impl Headers {
    /// None.
    pub(crate) fn none() -> Self {
        Self::These(Arc::default())
    }

    /// Whether all of the others are among these.
    #[must_use]
    pub fn cover(&self, others: &Self) -> bool {
        match (self, others) {
            (Self::All, _) => true,
            (Self::These(_), Self::All) => false,
            (Self::These(kept), Self::These(asked)) => {
                Arc::ptr_eq(kept, asked) || asked.iter().all(|name| kept.contains(name))
            }
        }
    }
}

impl<F> Policy for F
where
    F: Fn(&Question<'_>) -> Decision + Send + Sync + 'static,
{
    fn decide(&self, question: &Question<'_>) -> Decision {
        self(question)
    }
}
