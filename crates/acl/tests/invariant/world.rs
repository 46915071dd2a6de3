//! Everything that a case is made of.

use proptest::{prelude::*, sample::select};
use tollbar_acl::Rules;
use tollbar_core::Consumer;

use crate::{
    catalogue::{self, Entry, List, pages},
    rules,
};

/// Rules, who asks, what there is, and how it is sent.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) rules: Rules,
    pub(crate) consumer: usize,
    pub(crate) tenants: Vec<&'static str>,
    lists: [Vec<Entry>; 4],
    page: usize,
    /// The server's bytes come in pieces of this length.
    pub(crate) chunk: usize,
    pub(crate) line_end: &'static str,
}

impl World {
    pub(crate) fn entries(&self, list: List) -> &[Entry] {
        &self.lists[list as usize]
    }

    pub(crate) fn pages(&self, list: List) -> Vec<&[Entry]> {
        pages(self.entries(list), self.page)
    }
}

pub(crate) fn any() -> impl Strategy<Value = World> {
    let lists = (
        catalogue::entries(List::Tools),
        catalogue::entries(List::Prompts),
        catalogue::entries(List::Resources),
        catalogue::entries(List::Templates),
    );
    let tenants = prop::collection::vec(select(vec!["one", "two"]), 0..3);
    let chunk = prop_oneof![1 => Just(1_usize), 3 => 2..40_usize, 4 => Just(1 << 20)];
    let line_end = select(vec!["\n", "\r\n", "\r"]);
    (
        rules::any(),
        0..CONSUMERS,
        tenants,
        lists,
        1..5_usize,
        chunk,
        line_end,
    )
        .prop_map(
            |(rules, consumer, tenants, lists, page, chunk, line_end)| World {
                rules,
                consumer,
                tenants,
                lists: [lists.0, lists.1, lists.2, lists.3],
                page,
                chunk,
                line_end,
            },
        )
}

const CONSUMERS: usize = 4;

/// Who asks, by what stands in a header.
pub(crate) fn consumer(index: usize) -> Consumer {
    match index {
        0 => Consumer::new("keyless"),
        1 => Consumer::new("key").with_key_id("k_1").with_scopes(["a"]),
        2 => Consumer::new("key").with_scopes(["a", "b", "c"]),
        _ => Consumer::new("token")
            .with_subject("someone")
            .with_scopes(["b"]),
    }
}
