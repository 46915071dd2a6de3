//! JSON objects that can be read in one way only.

use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{fault::RelayFault, shown::shown};
use crate::fold::folded;

/// The members of a JSON object, in their order, each value as it was written.
///
/// What two parsers could read in two ways is refused: a name that stands twice in one object, at any
/// depth, text that is none, and more than 128 objects and arrays within one another.
#[derive(Clone, Debug)]
pub(super) struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    /// Reads exactly one object. These names may not stand there in another spelling: some parsers do not
    /// tell cases apart, not even those of letters that only Unicode takes for ASCII (`ſ` is a small `S`).
    pub(super) fn parse(bytes: &[u8], names: &[&str]) -> Result<Self, RelayFault> {
        let fault = |error: serde_json::Error| RelayFault::NotJson(shown(&error.to_string()));
        let Self(members) = serde_json::from_slice(bytes).map_err(fault)?;
        let mut seen = HashSet::new();
        for (name, value) in &members {
            let is_alike = |it: &&str| **it != **name && folded(name).eq(folded(it));
            if !seen.insert(name) || names.iter().any(is_alike) {
                return Err(RelayFault::Repeated(shown(name)));
            }
            serde_json::from_str::<Unambiguous>(value.get()).map_err(fault)?;
        }
        Ok(Self(members))
    }

    /// A member, if it is there and of this kind.
    pub(super) fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let (_, value) = self.0.iter().find(|(own, _)| own == name)?;
        serde_json::from_str(value.get()).ok()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    /// The object with another text as the value of one member, and without one. All other values stay byte
    /// for byte.
    pub(super) fn rewritten(&self, name: &str, text: &str, without: &str) -> String {
        let mut object = String::from("{");
        for (own, value) in &self.0 {
            if own == without {
                continue;
            }
            if object.len() > 1 {
                object.push(',');
            }
            object.push_str(&quoted(own));
            object.push(':');
            match own == name {
                true => object.push_str(&quoted(text)),
                false => object.push_str(value.get()),
            }
        }
        object.push('}');
        object
    }
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Any value in which no object has a name twice. Nothing of it is kept.
struct Unambiguous;

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unambiguous {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self, A::Error> {
        while values.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, Self)) = members.next_entry::<String, Self>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("an object has a member twice"));
            }
        }
        Ok(self)
    }
}
