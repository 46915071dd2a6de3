//! What is there, and that it answers the same in both eras.

use std::collections::BTreeSet;

use serde_json::json;

use super::client::{Client, server, text};
use crate::demo::TOOLS;

#[tokio::test]
async fn every_tool_has_a_title_a_description_and_all_four_hints() {
    let server = server();
    for mut client in Client::both(&server).await {
        let listed = client.ask("tools/list", json!({})).await;
        let tools = listed["result"]["tools"].as_array().unwrap();
        assert_eq!(tools.len(), TOOLS);
        for tool in tools {
            let description = tool["description"].as_str().unwrap();
            assert!(
                description.ends_with('.') && !description.contains('\n'),
                "{tool}"
            );
            assert!(tool["title"].is_string(), "{tool}");
            assert_eq!(tool["inputSchema"]["type"], "object", "{tool}");
            let hints = tool["annotations"].as_object().unwrap();
            assert_eq!(hints.len(), 4, "{tool}");
            let writes = tool["name"] == "write_note";
            assert_eq!(hints["readOnlyHint"], !writes, "{tool}");
            assert_eq!(hints["destructiveHint"], writes, "{tool}");
        }
    }
}

#[tokio::test]
async fn plain_tools_answer_the_same_in_both_eras() {
    let calls = [
        ("echo", json!({ "text": "Grüße" }), "Grüße"),
        ("add", json!({ "a": 1, "b": 2.5 }), r#"{"sum":3.5}"#),
        ("fail", json!({}), "the cart has lost a wheel"),
        ("picture", json!({}), "A toll bar by the roadside:"),
        ("sound", json!({}), ""),
        ("link_document", json!({ "number": 3 }), "Here it is:"),
        ("embed_document", json!({ "number": 12 }), ""),
    ];
    let server = server();
    let [mut legacy, mut modern] = Client::both(&server).await;
    for (tool, arguments, expected) in calls {
        let mut answers = [
            legacy.call(tool, arguments.clone()).await,
            modern.call(tool, arguments).await,
        ];
        assert_eq!(answers[1]["resultType"].take(), "complete");
        answers[1].as_object_mut().unwrap().remove("resultType");
        assert_eq!(answers[0], answers[1]);
        assert_eq!(text(&answers[0]), expected, "{tool}");
        assert_eq!(answers[0]["isError"], tool == "fail", "{tool}");
    }
}

#[tokio::test]
async fn media_are_what_they_say_they_are() {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let mut client = Client::modern(&server(), json!({}));
    let picture = client.call("picture", json!({})).await;
    let picture = BASE64_STANDARD.decode(picture["content"][1]["data"].as_str().unwrap());
    assert!(picture.unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
    let sound = client.call("sound", json!({})).await;
    let sound = BASE64_STANDARD
        .decode(sound["content"][0]["data"].as_str().unwrap())
        .unwrap();
    assert!(sound.starts_with(b"RIFF"));
    assert_eq!(
        sound[4..8],
        u32::try_from(sound.len() - 8).unwrap().to_le_bytes()
    );
}

#[tokio::test]
async fn output_is_as_big_as_asked_for() {
    let mut client = Client::modern(&server(), json!({}));
    for bytes in [0, 1, 64, 100_000] {
        let result = client.call("big_output", json!({ "bytes": bytes })).await;
        assert_eq!(text(&result).len(), bytes);
    }
    let result = client
        .call("big_output", json!({ "bytes": 8 * 1024 * 1024 + 1 }))
        .await;
    assert_eq!(result["isError"], true);
}

#[tokio::test]
async fn units_have_to_be_repeated_in_their_header() {
    let mut client = Client::modern(&server(), json!({}));
    let call = json!({
        "name": "weather",
        "arguments": { "city": "berlin", "units": "fahrenheit" },
    });
    let mut refused = client.send("tools/call", call.clone(), &[]).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.last().await["error"]["code"], -32020);
    let header = [("mcp-param-units", "fahrenheit")];
    let answer = client.send("tools/call", call, &header).await.last().await;
    let expected = json!({
        "city": "Berlin",
        "sky": "overcast",
        "temperature": 51.8,
        "units": "fahrenheit",
        "humidity": 70,
    });
    assert_eq!(answer["result"]["structuredContent"], expected);
}

#[tokio::test]
async fn unknown_names_are_refused() {
    let server = server();
    for mut client in Client::both(&server).await {
        let not_found = if client.version() == "2026-07-28" {
            -32602
        } else {
            -32002
        };
        for (method, params, code) in [
            ("tools/call", json!({ "name": "nope" }), -32602),
            ("prompts/get", json!({ "name": "nope" }), -32602),
            ("prompts/get", json!({ "name": "write_letter" }), -32602),
            (
                "resources/read",
                json!({ "uri": "demo://documents/01" }),
                not_found,
            ),
            (
                "resources/read",
                json!({ "uri": "demo://documents/13" }),
                not_found,
            ),
            ("resources/list", json!({ "cursor": "3" }), -32602),
            ("resources/list", json!({ "cursor": "" }), -32602),
        ] {
            let answer = client.ask(method, params.clone()).await;
            assert_eq!(answer["error"]["code"], code, "{method} {params}: {answer}");
        }
    }
}

#[tokio::test]
async fn the_list_of_resources_has_pages_and_all_of_it_can_be_read() {
    let server = server();
    for mut client in Client::both(&server).await {
        let mut seen = BTreeSet::new();
        let mut pages = 0;
        let mut params = json!({});
        loop {
            let page = client.ask("resources/list", params).await["result"].clone();
            pages += 1;
            for resource in page["resources"].as_array().unwrap() {
                assert!(seen.insert(resource["uri"].as_str().unwrap().to_owned()));
            }
            let Some(cursor) = page["nextCursor"].as_str() else {
                break;
            };
            params = json!({ "cursor": cursor });
        }
        assert_eq!((pages, seen.len()), (3, 14));
        seen.insert("demo://weather/osaka".to_owned());
        for uri in seen {
            let read = client.ask("resources/read", json!({ "uri": uri })).await;
            assert_eq!(read["result"]["contents"][0]["uri"], uri.as_str(), "{read}");
        }
        let templates = client.ask("resources/templates/list", json!({})).await;
        let templates = templates["result"]["resourceTemplates"]
            .as_array()
            .unwrap()
            .len();
        assert_eq!(templates, 3);
    }
}

#[tokio::test]
async fn prompts_are_filled_in_and_completed() {
    let mut client = Client::modern(&server(), json!({}));
    let prompts = client.ask("prompts/list", json!({})).await;
    assert_eq!(prompts["result"]["prompts"].as_array().unwrap().len(), 4);
    for (name, arguments, kinds) in [
        ("greet", json!({}), vec!["text"]),
        (
            "write_letter",
            json!({ "name": "Ada", "tone": "brief" }),
            vec!["text"],
        ),
        (
            "explain_chapter",
            json!({ "number": "2" }),
            vec!["text", "resource"],
        ),
        ("describe_picture", json!({}), vec!["text", "image"]),
    ] {
        let params = json!({ "name": name, "arguments": arguments });
        let prompt = client.ask("prompts/get", params).await;
        let messages = prompt["result"]["messages"].as_array().unwrap();
        let found: Vec<_> = messages
            .iter()
            .map(|message| message["content"]["type"].as_str().unwrap())
            .collect();
        assert_eq!(found, kinds, "{name}");
    }
    let prompt = |name| json!({ "type": "ref/prompt", "name": name });
    let template = |uri| json!({ "type": "ref/resource", "uri": uri });
    for (reference, argument, typed, values) in [
        (
            prompt("write_letter"),
            "tone",
            "F",
            vec!["formal", "friendly"],
        ),
        (prompt("write_letter"), "name", "a", vec!["Ada", "Alan"]),
        (
            template("demo://documents/{number}"),
            "number",
            "1",
            vec!["1", "10", "11", "12"],
        ),
        (
            template("demo://weather/{city}"),
            "city",
            "",
            vec!["Berlin", "Lisbon", "Nairobi", "Osaka", "Reykjavik"],
        ),
        (template("demo://notes/{name}"), "name", "x", vec![]),
    ] {
        let argument = json!({ "name": argument, "value": typed });
        let params = json!({ "ref": reference, "argument": argument });
        let completion = client.ask("completion/complete", params).await;
        assert_eq!(completion["result"]["completion"]["values"], json!(values));
    }
    let unknown = json!({ "ref": prompt("greet"), "argument": { "name": "x", "value": "" } });
    let answer = client.ask("completion/complete", unknown).await;
    assert_eq!(answer["error"]["code"], -32602);
}

#[tokio::test]
async fn revisions_are_the_four_that_were_promised() {
    let server = server();
    let mut client = Client::modern(&server, json!({}));
    let found = client.ask("server/discover", json!({})).await;
    let versions = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];
    assert_eq!(found["result"]["supportedVersions"], json!(versions));
    for version in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut client = Client::legacy(&server, version, json!({})).await;
        let said = client.call("echo", json!({ "text": version })).await;
        assert_eq!(text(&said), version);
    }
}
