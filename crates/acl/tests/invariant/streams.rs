//! Event streams: of a POST, of a GET, and of a GET that takes one up again.

use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};
use tollbar_acl::Feature;
use tollbar_mcp::Era;

use crate::{
    catalogue::List,
    client::{Client, result},
    events::{self, Event},
    features::Granted,
    lists::{Found, Pages},
    outcome::Outcome,
    server::answer,
};

pub(crate) async fn check(
    client: &Client<'_>,
    pages: &Pages,
    found: &Found,
    granted: &Granted,
) -> TestCaseResult {
    let mut events = vec![
        Event::raw(":\n\n"),
        Event::raw("id: 0\nretry: 9\ndata:\n\n"),
    ];
    for list in List::ALL {
        let sent = client.world.pages(list);
        let last = sent.len() - 1;
        for (index, (page, expected)) in sent.into_iter().zip(&pages[&list]).enumerate() {
            events.push(progress());
            let all: Vec<_> = page.iter().collect();
            let next = (index < last).then_some(index + 1);
            let data = answer(&json!(1), &result(list, &all, next, "public"));
            events.push(Event::becoming(&data, expected));
        }
    }
    events.extend(updates(found));
    events.extend(told(granted));
    events.push(progress());

    let asked = client.message(1, "tools/list", json!({}));
    events::check(client, client.request(&asked), &events).await?;
    if client.era() == Era::Legacy {
        for resumes in [false, true] {
            events::check(client, client.listen(resumes), &events).await?;
        }
    }
    Ok(())
}

fn progress() -> Event {
    let progress =
        json!({"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": 1}});
    Event::new(&progress.to_string(), true)
}

fn notification(method: &str, params: &Value) -> String {
    json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string()
}

/// A client hears of a resource exactly when it may read it.
fn updates(found: &Found) -> impl Iterator<Item = Event> {
    found.all(List::Resources).map(|(uri, outcome)| {
        let data = notification("notifications/resources/updated", &json!({"uri": uri}));
        Event::new(&data, outcome == Outcome::Ran)
    })
}

/// A client is asked, and told, exactly what it may answer and use.
fn told(granted: &Granted) -> Vec<Event> {
    let request = |method: &str| {
        json!({"jsonrpc": "2.0", "id": 3, "method": method, "params": {}}).to_string()
    };
    let input = |method: &str| {
        let asked = json!({"q": {"method": method, "params": {}}});
        let result = json!({"resultType": "input_required", "inputRequests": asked});
        answer(&json!(1), &result.to_string())
    };
    let refused = answer(&json!(1), "{}").replace(
        r#""result":{}"#,
        r#""error":{"code":-32603,"message":"the MCP server asks for something that the client has not offered"}"#,
    );
    let mut events = Vec::new();
    for (feature, outcome) in granted {
        let passes = *outcome == Outcome::Ran;
        let asks = match feature {
            Feature::Sampling => "sampling/createMessage",
            Feature::Elicitation => "elicitation/create",
            Feature::Roots => "roots/list",
            Feature::Logging => {
                let data = notification("notifications/message", &json!({"data": 1}));
                events.push(Event::new(&data, passes));
                continue;
            }
            _ => {
                for method in ["notifications/tasks", "notifications/tasks/status"] {
                    let data = notification(method, &json!({"taskId": "t"}));
                    events.push(Event::new(&data, passes));
                }
                events.push(Event::new(&request("tasks/get"), passes));
                continue;
            }
        };
        events.push(Event::new(&request(asks), passes));
        let data = input(asks);
        events.push(Event::becoming(
            &data,
            if passes { &data } else { &refused },
        ));
    }
    events
}
