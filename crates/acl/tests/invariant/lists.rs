//! Lists, page by page, against what comes of trying each of their entries.

use std::collections::HashMap;

use proptest::{
    prop_assert, prop_assert_eq,
    test_runner::{TestCaseError, TestCaseResult},
};
use serde_json::{Value, json};
use tollbar_mcp::{Era, Version};

use crate::{
    catalogue::{Entry, List},
    client::{Client, result},
    outcome::Outcome,
    server::answer,
    world::World,
};

/// The pages of each list as the client sees them.
pub(crate) type Pages = HashMap<List, Vec<String>>;

/// Reads all lists.
pub(crate) async fn read(client: &Client<'_>) -> Pages {
    let mut pages = Pages::new();
    for list in List::ALL {
        let mut cursor = None;
        loop {
            let params =
                cursor.map_or_else(|| json!({}), |cursor: Value| json!({ "cursor": cursor }));
            let page = client.ask(list.method(), params).await.body;
            let told: Value = serde_json::from_str(&page).unwrap();
            pages.entry(list).or_default().push(page);
            match told["result"].get("nextCursor") {
                Some(next) => cursor = Some(next.clone()),
                None => break,
            }
        }
    }
    pages
}

/// What comes of using the entries of the lists.
pub(crate) struct Found(HashMap<(List, &'static str), Outcome>);

impl Found {
    /// Tries everything that any list of this kind could name, whether it is listed or not.
    pub(crate) async fn by_trying(client: &Client<'_>) -> Result<Self, TestCaseError> {
        let mut found = HashMap::new();
        for list in List::ALL {
            let entries = client.world.entries(list).iter();
            for name in entries.filter_map(|entry| entry.name) {
                if found.contains_key(&(list, name)) {
                    continue;
                }
                let mut outcomes = Vec::new();
                for (method, params) in uses(client, list, name) {
                    outcomes.push((method, Outcome::of(client, method, params).await?));
                }
                let (_, first) = outcomes[0];
                let agree = outcomes.iter().all(|(_, outcome)| *outcome == first);
                prop_assert!(agree, "`{}`: {:?}", name, outcomes);
                found.insert((list, name), first);
            }
        }
        Ok(Self(found))
    }

    pub(crate) fn outcome(&self, list: List, entry: &Entry) -> Outcome {
        let outcome = entry.name.map(|name| self.0[&(list, name)]);
        outcome.unwrap_or(Outcome::Denied)
    }

    /// All of one kind.
    pub(crate) fn all(&self, list: List) -> impl Iterator<Item = (&'static str, Outcome)> {
        let found = self.0.iter().filter(move |((of, _), _)| *of == list);
        found.map(|((_, name), outcome)| (*name, *outcome))
    }

    pub(crate) fn is_any_visible(&self, lists: &[List]) -> bool {
        let mut found = self.0.iter();
        found.any(|((list, _), outcome)| lists.contains(list) && outcome.is_visible())
    }
}

/// Each way to use an entry.
fn uses(client: &Client<'_>, list: List, name: &str) -> Vec<(&'static str, Value)> {
    let complete = |reference| {
        let argument = json!({"name": "x", "value": ""});
        (
            "completion/complete",
            json!({"ref": reference, "argument": argument}),
        )
    };
    let uri = json!({ "uri": name });
    let mut uses = match list {
        List::Tools => vec![
            ("tools/call", json!({ "name": name })),
            (
                "tools/call",
                json!({"name": name, "arguments": {"name": "add"}, "requestState": "s"}),
            ),
        ],
        List::Prompts => vec![
            ("prompts/get", json!({ "name": name })),
            complete(json!({"type": "ref/prompt", "name": name})),
        ],
        List::Resources => vec![("resources/read", uri.clone())],
        List::Templates => Vec::new(),
    };
    if list == List::Resources && client.era() == Era::Legacy {
        uses.push(("resources/subscribe", uri.clone()));
        uses.push(("resources/unsubscribe", uri));
    }
    if matches!(list, List::Resources | List::Templates) {
        uses.push(complete(json!({"type": "ref/resource", "uri": name})));
    }
    uses
}

/// The pages as they have to be.
fn expected(world: &World, list: List, found: &Found) -> Vec<String> {
    let pages = world.pages(list);
    let last = pages.len() - 1;
    let pages = pages.into_iter().enumerate().map(|(index, page)| {
        let kept: Vec<_> = page
            .iter()
            .filter(|entry| found.outcome(list, entry).is_visible())
            .collect();
        let next = (index < last).then_some(index + 1);
        answer(&json!(1), &result(list, &kept, next, "private"))
    });
    pages.collect()
}

/// An entry is listed exactly when it may be used, or would be with more scopes; and order, cursors and
/// all bytes of what is left stay.
pub(crate) fn check(world: &World, pages: &Pages, found: &Found) -> TestCaseResult {
    for list in List::ALL {
        prop_assert_eq!(&pages[&list], &expected(world, list, found));
    }
    Ok(())
}

/// An array runs when all of its messages may, and not at all otherwise.
pub(crate) async fn check_arrays(client: &Client<'_>, found: &Found) -> TestCaseResult {
    if client.version != Version::V2025_03_26 {
        return Ok(());
    }
    let tools: Vec<_> = found.all(List::Tools).collect();
    for pair in tools.windows(2) {
        let call = |id: usize| {
            let params = json!({"name": pair[id].0});
            client.message(id as u64, "tools/call", params)
        };
        let array = json!([call(0), call(1)]);
        client.server.take_received();
        let told = client.post(&array).await;
        let received = client.server.take_received();
        let all = pair.iter().all(|(_, outcome)| *outcome == Outcome::Ran);
        let expected = if all {
            vec![call(0), call(1)]
        } else {
            Vec::new()
        };
        prop_assert_eq!(received, expected, "{}", told.body);
        if !all && told.json().is_array() {
            let told = told.json();
            let ids: Vec<_> = told
                .as_array()
                .into_iter()
                .flatten()
                .map(|error| &error["id"])
                .collect();
            prop_assert_eq!(ids, [&json!(0), &json!(1)]);
        }
    }
    Ok(())
}
