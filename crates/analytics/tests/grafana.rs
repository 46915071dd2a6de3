//! The dashboard for Grafana asks for nothing that the gateway does not tell.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    fs,
    path::Path,
};

use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use regex::Regex;
use serde_json::Value;
use tollbar_analytics::{AnalyticsLayer, Metrics};
use tollbar_core::{Body, Exchange, Kind, Refusal, frame::FrameLayer};
use tower::{Layer as _, ServiceExt as _, service_fn};

/// What stands in a query besides metrics, labels and numbers.
const WORDS: [&str; 9] = [
    "sum",
    "rate",
    "increase",
    "histogram_quantile",
    "topk",
    "vector",
    "by",
    "or",
    "label_values",
];

/// Fails by itself, or is refused, as the name of the tool says.
async fn server(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let exchange = request.extensions().get::<Exchange>().unwrap().clone();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let asked: Value = serde_json::from_slice(&body).unwrap();
    let answer = match asked["params"]["name"].as_str() {
        Some("refused") => {
            let refusal = Refusal::new(Kind::Forbidden, "acl_denied", "not you");
            return Ok(refusal.into_response(&exchange));
        }
        Some("fails") => r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}"#,
        _ => r#"{"jsonrpc":"2.0","id":1,"result":{"content":[]}}"#,
    };
    exchange.note_asked();
    exchange.set_answered(StatusCode::OK).unwrap();
    let response = Response::builder().header("content-type", "application/json");
    Ok(response.body(Body::from(answer)).unwrap())
}

/// Numbers in which each metric has a sample.
async fn metrics() -> Metrics {
    let metrics = Metrics::new();
    metrics.losses_of("log", || 7);
    let layer = AnalyticsLayer::new(metrics.clone()).proxy("weather");
    let stack = layer.layer(FrameLayer::new().layer(service_fn(server)));
    for tool in ["good", "fails", "refused"] {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}"}}}}"#
        );
        let request = Request::post("/mcp").header("content-type", "application/json");
        let request = request.body(Body::from(body)).unwrap();
        let response = stack.clone().oneshot(request).await.unwrap();
        response.into_body().collect().await.unwrap();
    }
    metrics
}

/// The labels of each sample's name.
fn told(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let sample = Regex::new(r"^(\w+)(?:\{(.*)\})? \S+$").unwrap();
    let label = Regex::new(r#"(\w+)="(?:[^"\\]|\\.)*""#).unwrap();
    let mut told = BTreeMap::<String, BTreeSet<String>>::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let parts = sample.captures(line).unwrap_or_else(|| panic!("{line}"));
        let labels = parts.get(2).map_or("", |labels| labels.as_str());
        let names = label.captures_iter(labels).map(|label| label[1].to_owned());
        told.entry(parts[1].to_owned()).or_default().extend(names);
    }
    told
}

/// All queries of the dashboard, with where they stand.
fn queries(dashboard: &Value) -> Vec<(String, String)> {
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| {
        let title = panel["title"].as_str().unwrap();
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{title}");
        targets.iter().map(move |target| (title, &target["expr"]))
    });
    let variables = dashboard["templating"]["list"].as_array().unwrap();
    let variables = variables.iter().filter(|it| it["type"] == "query");
    let variables = variables.map(|it| (it["name"].as_str().unwrap(), &it["query"]["query"]));
    let all = targets.chain(variables);
    all.map(|(place, query)| (place.to_owned(), query.as_str().unwrap().to_owned()))
        .collect()
}

/// What is wrong with a query.
fn fault(query: &str, told: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    let selector = Regex::new(r"\b(tollbar_\w+)(?:\{([^}]*)\})?(\[[^\]]*\])?").unwrap();
    let matcher = Regex::new(r#"^\s*(\w+)(?:=|!=|=~|!~)"[^"]*"\s*$"#).unwrap();
    let grouping = Regex::new(r"\bby\s*\(([^)]*)\)").unwrap();
    let mut labels: Option<BTreeSet<String>> = None;
    for found in selector.captures_iter(query) {
        let (name, conditions) = (&found[1], found.get(2).map_or("", |it| it.as_str()));
        let Some(own) = told.get(name) else {
            return Some(format!("there is no `{name}`"));
        };
        for condition in conditions.split(',').filter(|it| !it.trim().is_empty()) {
            match matcher.captures(condition) {
                Some(parts) if own.contains(&parts[1]) => {}
                Some(parts) => return Some(format!("`{name}` has no `{}`", &parts[1])),
                None => return Some(format!("`{condition}` is no condition")),
            }
        }
        let counts = ["_total", "_bucket", "_sum", "_count"];
        let is_count = counts.iter().any(|end| name.ends_with(end));
        let is_variable = query.starts_with("label_values(");
        if is_count != found.get(3).is_some() && !is_variable {
            return Some(format!(
                "`{name}` is counted up, or not, and the query does not see it"
            ));
        }
        labels = Some(match labels {
            Some(before) => before.intersection(own).cloned().collect(),
            None => own.clone(),
        });
    }
    let labels = labels?;
    let groups = grouping.captures_iter(query);
    let groups: Vec<String> = groups
        .flat_map(|found| {
            found[1]
                .split(',')
                .map(|it| it.trim().to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    if let Some(group) = groups.iter().find(|group| !labels.contains(*group)) {
        return Some(format!("no label is called `{group}`"));
    }
    if query.contains("histogram_quantile") && !groups.iter().any(|group| group == "le") {
        return Some("a quantile needs `le`".to_owned());
    }
    let rest = selector.replace_all(query, "");
    let rest = grouping.replace_all(&rest, "by");
    let rest = rest.replace(", proxy)", ")");
    let unknown = Regex::new(r"[A-Za-z_$]\w*").unwrap();
    let mut unknown = unknown.find_iter(&rest).map(|word| word.as_str());
    if let Some(word) = unknown.find(|word| !WORDS.contains(word)) {
        return Some(format!("`{word}` is not known"));
    }
    let mut open = 0_i32;
    for letter in rest.chars() {
        open += i32::from(letter == '(') - i32::from(letter == ')');
        if open < 0 {
            break;
        }
    }
    (open != 0).then(|| "brackets do not match".to_owned())
}

fn dashboard() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/grafana/dashboard.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[tokio::test]
async fn all_queries_are_about_what_is_told() {
    let told = told(&metrics().await.encode());
    let dashboard = dashboard();
    let queries = queries(&dashboard);
    for (place, query) in &queries {
        assert_eq!(fault(query, &told), None, "{place}: {query}");
    }
    // And nothing that is told goes unseen.
    for name in told.keys() {
        let is_part = ["_sum", "_count"].iter().any(|end| name.ends_with(end));
        let is_asked = queries
            .iter()
            .any(|(_, query)| query.contains(name.as_str()));
        assert!(is_part || is_asked, "{name} is on no panel");
    }
}

#[tokio::test]
async fn queries_that_cannot_work_are_found() {
    let told = told(&metrics().await.encode());
    for query in [
        "sum(rate(tollbar_exchange_total[5m]))",
        "sum by (tool) (rate(tollbar_exchanges_total[5m]))",
        r#"sum(rate(tollbar_exchanges_total{tool="a"}[5m]))"#,
        r#"sum(rate(tollbar_exchanges_total{proxy}[5m]))"#,
        "sum(tollbar_exchanges_total)",
        "sum(rate(tollbar_open_exchanges[5m]))",
        "histogram_quantile(0.5, sum(rate(tollbar_own_seconds_bucket[5m])))",
        "sum((rate(tollbar_exchanges_total[5m]))",
        "summ(rate(tollbar_exchanges_total[5m]))",
    ] {
        assert!(fault(query, &told).is_some(), "{query}");
    }
}

#[test]
fn panels_have_room_and_names_of_their_own() {
    let dashboard = dashboard();
    assert!(dashboard["schemaVersion"].as_u64().unwrap() >= 39);
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    let mut cells = BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{panel}");
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{panel}");
        let at = |side: &str| panel["gridPos"][side].as_u64().unwrap();
        assert!(at("x") + at("w") <= 24, "{panel}");
        for y in at("y")..at("y") + at("h") {
            for x in at("x")..at("x") + at("w") {
                assert!(cells.insert((x, y)), "something else is there: {panel}");
            }
        }
    }
    let text = dashboard.to_string();
    assert!(text.contains(r#"proxy=~\"$proxy\""#));
}
