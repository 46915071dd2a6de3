//! What is known and what is described are the same.

use std::collections::BTreeSet;

use serde_json::Value;
use tollbar_analytics::Outcome;

use super::{
    parameters::{FILTER, PERIOD},
    routes::OPENAPI,
};
use crate::Dimension;

fn names(description: &Value, path: &str) -> BTreeSet<String> {
    let parameters = description["paths"][path]["get"]["parameters"]
        .as_array()
        .unwrap();
    let name = |parameter: &Value| {
        let reference = parameter["$ref"].as_str().unwrap();
        let name = reference.rsplit('/').next().unwrap();
        assert_eq!(description["components"]["parameters"][name]["name"], name);
        name.to_owned()
    };
    parameters.iter().map(name).collect()
}

#[test]
fn the_description_names_each_parameter() {
    let description: Value = serde_json::from_str(OPENAPI).unwrap();
    let known = |more: &[&str]| {
        PERIOD
            .iter()
            .chain(&FILTER)
            .chain(more)
            .map(|name| (*name).to_owned())
            .collect()
    };
    let of = |path| names(&description, path);
    assert_eq!(of("/totals"), known(&[]));
    assert_eq!(of("/percentiles"), known(&[]));
    assert_eq!(of("/series"), known(&["step"]));
    assert_eq!(of("/top"), known(&["by", "order", "limit"]));
    assert_eq!(of("/exchanges"), known(&["cursor", "limit"]));
    assert_eq!(
        of("/tail"),
        FILTER.iter().map(|name| (*name).to_owned()).collect()
    );
    let by = &description["components"]["parameters"]["by"]["schema"]["enum"];
    assert_eq!(
        *by,
        serde_json::json!(Dimension::ALL.map(Dimension::as_str))
    );
    let outcome = &description["components"]["parameters"]["outcome"]["schema"]["enum"];
    assert_eq!(
        *outcome,
        serde_json::json!(Outcome::ALL.map(Outcome::as_str))
    );
}
