//! Whom a rule is about.

use http::{HeaderMap, HeaderName};
use tollbar_core::Network;

use super::{ClaimValue, Effect, RuleLimits, matcher::Names};
use crate::{Asker, InvalidPattern, Pattern};

/// The conditions on who asks, as they were written. `None` and an empty list of pairs: no condition.
#[derive(Clone, Debug, Default)]
pub(super) struct Who {
    pub(super) plans: Option<Vec<Pattern>>,
    pub(super) subjects: Option<Vec<Pattern>>,
    pub(super) clients: Option<Vec<Pattern>>,
    pub(super) keys: Option<Vec<Pattern>>,
    pub(super) scopes_all: Option<Vec<Box<str>>>,
    pub(super) scopes_any: Option<Vec<Box<str>>>,
    pub(super) claims: Vec<(Box<str>, Vec<ClaimValue>)>,
    pub(super) addresses: Option<Vec<Network>>,
    pub(super) headers: Vec<(HeaderName, Vec<Box<str>>)>,
}

/// One condition on who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition<'a> {
    Plans,
    Subjects,
    Clients,
    Keys,
    ScopesAll,
    ScopesAny,
    Claim(&'a str, &'a [ClaimValue]),
    Addresses,
    Header(&'a HeaderName),
}

impl Condition<'_> {
    /// Whether it asks for what a plan finds out of a consumer.
    pub(super) const fn is_of_the_consumer(&self) -> bool {
        match self {
            Self::Subjects
            | Self::Clients
            | Self::Keys
            | Self::ScopesAll
            | Self::ScopesAny
            | Self::Claim(..) => true,
            Self::Plans | Self::Addresses | Self::Header(_) => false,
        }
    }
}

/// The lists of patterns, compiled.
#[derive(Debug)]
pub(super) struct Compiled {
    plans: Option<Names>,
    subjects: Option<Names>,
    clients: Option<Names>,
    keys: Option<Names>,
}

impl Compiled {
    pub(super) fn new(who: &Who, limits: &RuleLimits) -> Result<Self, InvalidPattern> {
        let names = |list: &Option<Vec<Pattern>>| {
            let names = list.as_ref().map(|list| Names::new(list, limits.compiled));
            names.transpose()
        };
        Ok(Self {
            plans: names(&who.plans)?,
            subjects: names(&who.subjects)?,
            clients: names(&who.clients)?,
            keys: names(&who.keys)?,
        })
    }
}

impl Who {
    /// The conditions that there are, cheap ones first.
    pub(super) fn conditions(&self) -> impl Iterator<Item = Condition<'_>> {
        let lists = [
            self.plans.as_ref().map(|_| Condition::Plans),
            self.keys.as_ref().map(|_| Condition::Keys),
            self.subjects.as_ref().map(|_| Condition::Subjects),
            self.clients.as_ref().map(|_| Condition::Clients),
            self.scopes_all.as_ref().map(|_| Condition::ScopesAll),
            self.scopes_any.as_ref().map(|_| Condition::ScopesAny),
            self.addresses.as_ref().map(|_| Condition::Addresses),
        ];
        let claims = self.claims.iter();
        let claims = claims.map(|(path, accepted)| Condition::Claim(path, accepted));
        let headers = self.headers.iter().map(|(name, _)| Condition::Header(name));
        lists.into_iter().flatten().chain(claims).chain(headers)
    }

    /// Whether this condition holds. Of what the plan has verified, and of the headers that came, absent
    /// means "is not". An address that is not known holds for a rule that denies and not for one that
    /// allows, and so does whatever is asked of a consumer whom nobody here has verified.
    pub(super) fn holds(
        &self,
        condition: Condition<'_>,
        compiled: &Compiled,
        asker: &Asker<'_>,
        effect: Effect,
    ) -> bool {
        let consumer = asker.consumer;
        if !consumer.is_verified() && condition.is_of_the_consumer() {
            return effect == Effect::Deny;
        }
        let fits = |names: &Option<Names>, name: Option<&str>| {
            let names = names.as_ref();
            name.is_some_and(|name| names.is_none_or(|names| names.fit(name)))
        };
        let mut all = self.scopes_all.iter().flatten();
        let mut any = self.scopes_any.iter().flatten();
        match condition {
            Condition::Plans => fits(&compiled.plans, Some(consumer.plan())),
            Condition::Subjects => fits(&compiled.subjects, consumer.subject()),
            Condition::Clients => fits(&compiled.clients, consumer.client_id()),
            Condition::Keys => {
                fits(&compiled.keys, consumer.key_id()) || fits(&compiled.keys, consumer.key_name())
            }
            Condition::ScopesAll => all.all(|scope| consumer.has_scope(scope)),
            Condition::ScopesAny => any.any(|scope| consumer.has_scope(scope)),
            Condition::Claim(path, accepted) => {
                let claim = consumer.claims().get(path);
                claim.is_some_and(|claim| accepted.iter().any(|value| value.accepts(claim)))
            }
            Condition::Addresses => match asker.address {
                Some(address) => {
                    let mut networks = self.addresses.iter().flatten();
                    networks.any(|network| network.contains(address))
                }
                None => effect == Effect::Deny,
            },
            Condition::Header(name) => {
                let accepted = self.headers.iter().find(|(other, _)| other == name);
                accepted
                    .is_some_and(|(name, accepted)| header(name, accepted, asker.headers, effect))
            }
        }
    }
}

/// To allow: one line, and it is one of these. To deny: any value of any line.
fn header(name: &HeaderName, accepted: &[Box<str>], headers: &HeaderMap, effect: Effect) -> bool {
    let is = |value: &[u8]| accepted.iter().any(|other| other.as_bytes() == value);
    let mut lines = headers.get_all(name).iter();
    match effect {
        Effect::Allow => match (lines.next(), lines.next()) {
            (Some(line), None) => is(line.as_bytes()),
            _ => false,
        },
        Effect::Deny => lines.any(|line| {
            let mut parts = line.as_bytes().split(|byte| *byte == b',');
            is(line.as_bytes()) || parts.any(|part| is(part.trim_ascii()))
        }),
    }
}
