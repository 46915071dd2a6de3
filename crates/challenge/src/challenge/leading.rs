//! One line that begins with the challenge for a bearer token.

use std::borrow::Cow;

use http::HeaderValue;

use super::{BEARER, Challenge, Content, POINTER};
use crate::fold::folded;

impl Challenge {
    /// The first of these that asks for a bearer token.
    pub(crate) fn bearer_of(challenges: &[Self]) -> Option<&Self> {
        challenges.iter().find(|it| it.is_for_bearer())
    }

    /// One line: this challenge with what the first for a bearer token among those says besides, and then
    /// all others in their order. None of them points elsewhere than this one does: some clients take
    /// the first pointer that they find in the line.
    ///
    /// What this challenge says stands in front: some clients search the line for `scope=`, and would
    /// find it in a description.
    pub(crate) fn lead(mut self, challenges: &[Self]) -> HeaderValue {
        let place = challenges.iter().position(Self::is_for_bearer);
        if let Some(refused) = place.and_then(|place| challenges.get(place)) {
            for (name, value) in refused.parameters() {
                if self.get(name).is_none() {
                    self.put(name, value);
                }
            }
        }
        let others = challenges.iter().enumerate();
        let others = others.filter(|(index, _)| Some(*index) != place);
        let others: Vec<_> = others.map(|(_, other)| self.aligned(other)).collect();
        let others = others.iter().map(Cow::as_ref);
        Self::line([&self].into_iter().chain(others))
    }

    /// Another challenge, which points where this one does if it points anywhere.
    fn aligned<'a>(&self, other: &'a Self) -> Cow<'a, Self> {
        match (self.get(POINTER), other.get(POINTER)) {
            (Some(own), Some(theirs)) if own != theirs => {
                let mut other = other.clone();
                other.put(POINTER, own);
                Cow::Owned(other)
            }
            _ => Cow::Borrowed(other),
        }
    }

    /// The same without what would lead a client away. A pointer of its own stays only where it `points`. A
    /// parameter never stays in which somebody would find a pointer who searches the line for one: clients
    /// do, with an expression that knows no quotes. Nor does a token that looks like one.
    pub(crate) fn guarded(&self, points: bool) -> Self {
        let mut guarded = self.clone();
        match &mut guarded.content {
            Content::Token(token) if has_pointer(token) => return Self::empty(&self.scheme),
            Content::Token(_) => {}
            Content::Parameters(parameters) => {
                parameters.retain(|it| match it.name.eq_ignore_ascii_case(POINTER) {
                    true => points && !has_pointer(&it.value),
                    false => !ends_like_pointer(&it.name) && !has_pointer(&it.value),
                });
            }
        }
        guarded
    }

    fn is_for_bearer(&self) -> bool {
        self.is(BEARER) && self.token().is_none()
    }
}

/// Whether the name of another parameter looks like the pointer's from behind, also in the form that says how its
/// value is encoded (RFC 8187).
fn ends_like_pointer(name: &str) -> bool {
    let name = name.strip_suffix('*').unwrap_or(name);
    name.to_ascii_lowercase().ends_with(POINTER)
}

/// Whether there is a pointer in the text of a value, or of a token.
fn has_pointer(value: &str) -> bool {
    let value: String = folded(value).collect();
    let mut behind = value.split(POINTER).skip(1);
    behind.any(|rest| rest.trim_start_matches('*').trim_start().starts_with('='))
}
