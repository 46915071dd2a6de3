//! One line that begins with the challenge for a bearer token.

use std::borrow::Cow;

use http::HeaderValue;

use super::{BEARER, Challenge, POINTER};

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

    fn is_for_bearer(&self) -> bool {
        self.is(BEARER) && self.token().is_none()
    }
}
