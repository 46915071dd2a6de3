//! One rule.

use std::{collections::HashSet, fmt, sync::Arc};

use http::HeaderName;
use tollbar_core::Network;

use super::{ClaimValue, what::What, who::Who};
use crate::{Feature, Hint, Pattern, Purpose};

/// What a rule does where it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It lets through, unless another rule denies.
    Allow,
    /// It denies, whatever other rules say.
    Deny,
}

impl Effect {
    /// `allow` or `deny`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One rule: who may, or may not, do what.
///
/// All conditions that are given have to hold; in each list one entry has to. Calling a method again
/// adds to its list. A list that was given and is empty is refused by
/// [`Rules::new`](crate::Rules::new): it would fit nobody.
///
/// **Who** is a matter of [`plans`](Self::plans), [`subjects`](Self::subjects),
/// [`clients`](Self::clients), [`keys`](Self::keys), [`scopes_all`](Self::scopes_all),
/// [`scopes_any`](Self::scopes_any), [`claim`](Self::claim), [`addresses`](Self::addresses) and
/// [`header`](Self::header). **What** is one of [`tools`](Self::tools),
/// [`resources`](Self::resources), [`templates`](Self::templates), [`prompts`](Self::prompts),
/// [`methods`](Self::methods) and [`features`](Self::features): a rule that names none of them is
/// about everything, a rule that names some is about these only.
///
/// Of a consumer who is [not verified](tollbar_core::Consumer::is_verified) nobody knows subject, client,
/// key, scopes and claims: a rule that allows and asks for one of them does not apply, a rule that denies
/// does.
///
/// The gateway's configuration file has the same rules, with these names:
///
/// | in the file | here |
/// |---|---|
/// | `name`, `effect = "allow"` or none | [`allow`](Self::allow) |
/// | `name`, `effect = "deny"` | [`deny`](Self::deny) |
/// | `plans`, `subjects`, `clients`, `keys` | the same |
/// | `scopes_all`, `scopes_any`, `needs_scopes` | the same |
/// | `claims` | [`claim`](Self::claim), once for each |
/// | `addresses` | [`addresses`](Self::addresses) |
/// | `headers` | [`header`](Self::header), once for each |
/// | `tools`, `resources`, `templates`, `prompts`, `methods`, `features` | the same |
/// | `for = ["list"]`, `for = ["use"]` | [`only_for`](Self::only_for) |
/// | `annotations` | [`annotation`](Self::annotation), once for each |
/// | `{ regex = ".." }`, `{ literal = ".." }` | [`Pattern::regex`], [`Pattern::literal`] |
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) name: Arc<str>,
    pub(super) effect: Effect,
    pub(super) who: Who,
    pub(super) what: What,
    pub(super) purpose: Option<Purpose>,
    pub(super) annotations: Vec<(Hint, bool)>,
    pub(super) needs_scopes: Option<Vec<Box<str>>>,
}

impl Rule {
    /// A rule that lets through.
    #[must_use]
    pub fn allow(name: impl Into<Arc<str>>) -> Self {
        Self::new(name.into(), Effect::Allow)
    }

    /// A rule that denies.
    #[must_use]
    pub fn deny(name: impl Into<Arc<str>>) -> Self {
        Self::new(name.into(), Effect::Deny)
    }

    fn new(name: Arc<str>, effect: Effect) -> Self {
        Self {
            name,
            effect,
            who: Who::default(),
            what: What::default(),
            purpose: None,
            annotations: Vec::new(),
            needs_scopes: None,
        }
    }

    /// Only consumers of these plans.
    #[must_use]
    pub fn plans(mut self, plans: impl IntoIterator<Item: Into<Pattern>>) -> Self {
        extend(&mut self.who.plans, plans);
        self
    }

    /// Only these subjects: the people or services on whose behalf the client acts.
    #[must_use]
    pub fn subjects(mut self, subjects: impl IntoIterator<Item: Into<Pattern>>) -> Self {
        extend(&mut self.who.subjects, subjects);
        self
    }

    /// Only these OAuth clients, by `client_id`.
    #[must_use]
    pub fn clients(mut self, clients: impl IntoIterator<Item: Into<Pattern>>) -> Self {
        extend(&mut self.who.clients, clients);
        self
    }

    /// Only these keys, by id or by name.
    #[must_use]
    pub fn keys(mut self, keys: impl IntoIterator<Item: Into<Pattern>>) -> Self {
        extend(&mut self.who.keys, keys);
        self
    }

    /// Only consumers with all of these scopes. For others the rule is as if it did not stand there;
    /// see [`needs_scopes`](Self::needs_scopes).
    #[must_use]
    pub fn scopes_all(mut self, scopes: impl IntoIterator<Item: Into<Box<str>>>) -> Self {
        extend(&mut self.who.scopes_all, scopes);
        self
    }

    /// Only consumers with one of these scopes.
    #[must_use]
    pub fn scopes_any(mut self, scopes: impl IntoIterator<Item: Into<Box<str>>>) -> Self {
        extend(&mut self.who.scopes_any, scopes);
        self
    }

    /// Asks for all of these scopes: who lacks one sees what the rule is about, and is told which
    /// scopes to get (RFC 6750 section 3.1) when it is used. For rules that allow.
    #[must_use]
    pub fn needs_scopes(mut self, scopes: impl IntoIterator<Item: Into<Box<str>>>) -> Self {
        extend(&mut self.needs_scopes, scopes);
        // One that is asked for twice is missing once.
        let mut asked = HashSet::new();
        let needed = self.needs_scopes.iter_mut();
        needed.for_each(|scopes| scopes.retain(|scope| asked.insert(scope.clone())));
        self
    }

    /// Only consumers with one of these values as their claim, or as an element of it where it is an
    /// array. The path is that of [`Claims::get`](tollbar_core::Claims::get).
    #[must_use]
    pub fn claim(
        mut self,
        path: impl Into<Box<str>>,
        accepted: impl IntoIterator<Item: Into<ClaimValue>>,
    ) -> Self {
        let accepted = accepted.into_iter().map(Into::into);
        put(&mut self.who.claims, path.into(), accepted);
        self
    }

    /// Only clients in these networks. Where the address is not known, no rule that allows holds, and
    /// every rule that denies does.
    #[must_use]
    pub fn addresses(mut self, addresses: impl IntoIterator<Item = Network>) -> Self {
        extend(&mut self.who.addresses, addresses);
        self
    }

    /// Only requests with one of these values in a header, byte for byte. Clients write what they
    /// like there: good for narrowing, no proof of anything.
    ///
    /// A rule that allows wants exactly one line. A rule that denies takes any line, also one value
    /// of several with commas between (RFC 9110 section 5.3).
    #[must_use]
    pub fn header(
        mut self,
        name: HeaderName,
        accepted: impl IntoIterator<Item: Into<Box<str>>>,
    ) -> Self {
        let accepted = accepted.into_iter().map(Into::into);
        put(&mut self.who.headers, name, accepted);
        self
    }

    /// These tools.
    #[must_use]
    pub fn tools(mut self, tools: impl IntoIterator<Item: Into<Pattern>>) -> Self {
        extend(&mut self.what.tools, tools);
        self
    }

    /// These resources, by URI.
    #[must_use]
    pub fn resources(mut self, resources: impl IntoIterator<Item: Into<Pattern>>) -> Self {
        extend(&mut self.what.resources, resources);
        self
    }

    /// These resource templates, by their text.
    #[must_use]
    pub fn templates(mut self, templates: impl IntoIterator<Item: Into<Pattern>>) -> Self {
        extend(&mut self.what.templates, templates);
        self
    }

    /// These prompts.
    #[must_use]
    pub fn prompts(mut self, prompts: impl IntoIterator<Item: Into<Pattern>>) -> Self {
        extend(&mut self.what.prompts, prompts);
        self
    }

    /// These methods: extensions that the gateway does not know. Those it does know are a matter of
    /// what they are about, or always open.
    #[must_use]
    pub fn methods(mut self, methods: impl IntoIterator<Item: Into<Pattern>>) -> Self {
        extend(&mut self.what.methods, methods);
        self
    }

    /// These features.
    #[must_use]
    pub fn features(mut self, features: impl IntoIterator<Item = Feature>) -> Self {
        extend(&mut self.what.features, features);
        self
    }

    /// Only to list it, or only to use it. The last call holds. Default: both.
    #[must_use]
    pub const fn only_for(mut self, purpose: Purpose) -> Self {
        self.purpose = Some(purpose);
        self
    }

    /// Only tools of which the server says this. A rule with annotations is about tools alone. Where
    /// it is not known what the server says, no rule that allows holds, and every rule that denies
    /// does.
    #[must_use]
    pub fn annotation(mut self, hint: Hint, value: bool) -> Self {
        self.annotations.push((hint, value));
        self
    }

    /// The name, for logs and for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it does where it applies.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }
}

/// Adds to a list, which is there from now on, even if empty.
fn extend<T>(list: &mut Option<Vec<T>>, more: impl IntoIterator<Item: Into<T>>) {
    let list = list.get_or_insert_default();
    list.extend(more.into_iter().map(Into::into));
}

/// Adds to the values of a name.
fn put<N: PartialEq, V>(lists: &mut Vec<(N, Vec<V>)>, name: N, more: impl Iterator<Item = V>) {
    match lists.iter_mut().find(|(known, _)| *known == name) {
        Some((_, values)) => values.extend(more),
        None => lists.push((name, more.collect())),
    }
}
