//! Lists.

use std::{
    borrow::Cow,
    collections::{HashMap, hash_map},
};

use tollbar_core::Refusal;
use tollbar_mcp::{
    Limits,
    json::{Kind, Slice},
};

use super::{changes::Changes, entry::Entry, list::List};
use crate::{Annotations, access::Inquiry, denial};

/// Takes out what the consumer may not see. Order, and all bytes of the rest, stay.
pub(super) fn filter(
    inquiry: &Inquiry<'_>,
    limits: &Limits,
    list: List,
    entries: &Slice<'_>,
    changes: &mut Changes,
) -> Result<(), Refusal> {
    if entries.kind() != Some(Kind::Array) {
        return Err(denial::unreadable());
    }
    if list == List::Tools {
        tools(inquiry, limits, entries, changes);
        return Ok(());
    }
    changes.retain(entries, |_, entry| {
        let Some(entry) = Entry::of(entry, list.name()) else {
            return false;
        };
        let target = list.target(&entry.name, limits);
        target.is_some_and(|target| inquiry.may_see(target, None))
    });
    Ok(())
}

/// The same for tools, whose annotations are learnt on the way: what decides about a call later has to
/// decide about the list, too.
fn tools(inquiry: &Inquiry<'_>, limits: &Limits, entries: &Slice<'_>, changes: &mut Changes) {
    let mut told = Told::default();
    let mut judged = Changes::default();
    judged.retain(entries, |_, tool| {
        let Some(tool) = Entry::of(tool, List::Tools.name()) else {
            return false;
        };
        let target = List::Tools.target(&tool.name, limits);
        let stays = target.is_some_and(|target| inquiry.may_see(target, tool.annotations));
        if target.is_some() {
            told.note(tool);
        }
        stays
    });
    if inquiry.learns {
        inquiry.learnt.learn(told.tools());
    }
    if told.is_contradictory {
        // Seldom: so lists are walked once only, and those again.
        judged = Changes::default();
        judged.retain(entries, |_, tool| {
            let tool = Entry::of(tool, List::Tools.name());
            tool.is_some_and(|tool| {
                let target = List::Tools.target(&tool.name, limits);
                let annotations = told.of(&tool.name);
                target.is_some_and(|target| inquiry.may_see(target, annotations))
            })
        });
    }
    changes.add(judged);
}

/// What one list says about its tools.
#[derive(Default)]
struct Told<'a> {
    tools: HashMap<Cow<'a, str>, Option<Annotations>>,
    is_contradictory: bool,
}

impl<'a> Told<'a> {
    /// Which of two tools of one name is called, nobody knows: what they do not agree on is not known.
    fn note(&mut self, tool: Entry<'a>) {
        match self.tools.entry(tool.name) {
            hash_map::Entry::Vacant(place) => {
                place.insert(tool.annotations);
            }
            hash_map::Entry::Occupied(place) if *place.get() == tool.annotations => {}
            hash_map::Entry::Occupied(mut place) => {
                place.insert(None);
                self.is_contradictory = true;
            }
        }
    }

    fn of(&self, tool: &str) -> Option<Annotations> {
        self.tools.get(tool).copied().flatten()
    }

    fn tools(&self) -> impl Iterator<Item = (&str, Option<Annotations>)> + Clone {
        self.tools.iter().map(|(name, told)| (&**name, *told))
    }
}
