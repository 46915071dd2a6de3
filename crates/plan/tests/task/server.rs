//! A server with tasks, which keeps them apart by their ids only, and these are easy to guess.

use std::sync::{Arc, Mutex};

use http::Request;
use serde_json::{Value, json};
use tollbar_core::{Body, Consumer};
use tollbar_plan::TaskLayer;

use crate::support::{Answer, Outcome, ann, bob, legacy, modern, send_to, tasks};

/// What the server does with a message.
fn answer(made: &mut Vec<String>, message: &Value) -> Value {
    let id = message["id"].clone();
    let task = message["params"]["taskId"].as_str();
    let known = task.is_some_and(|task| made.iter().any(|made| made == task));
    match message["method"].as_str().unwrap() {
        "tools/call" => {
            let task = format!("task-{}", made.len() + 1);
            made.push(task.clone());
            let result = match message["params"]["task"].is_object() {
                true => json!({ "task": { "taskId": task, "status": "working" } }),
                false => json!({ "resultType": "task", "taskId": task, "status": "working" }),
            };
            json!({ "jsonrpc": "2.0", "id": id, "result": result })
        }
        "tasks/result" if known => {
            let meta = json!({ "io.modelcontextprotocol/related-task": { "taskId": task } });
            let result = json!({ "content": [], "_meta": meta });
            json!({ "jsonrpc": "2.0", "id": id, "result": result })
        }
        "tasks/get" | "tasks/cancel" if known => {
            let result = json!({ "taskId": task, "status": "completed" });
            json!({ "jsonrpc": "2.0", "id": id, "result": result })
        }
        "tasks/update" if known => json!({ "jsonrpc": "2.0", "id": id, "result": {} }),
        _ => panic!("the server was asked for a task that it does not have: {message}"),
    }
}

struct World {
    layer: TaskLayer,
    made: Arc<Mutex<Vec<String>>>,
}

impl World {
    async fn ask(&self, consumer: Consumer, request: Request<Body>) -> Outcome {
        let made = Arc::clone(&self.made);
        let serve = move |message: &str| {
            let message = serde_json::from_str(message).unwrap();
            Answer::json(answer(&mut made.lock().unwrap(), &message).to_string())
        };
        send_to(&self.layer, consumer, request, serve).await
    }
}

fn call(modern_era: bool) -> Request<Body> {
    match modern_era {
        true => modern("tools/call", Some("report"), r#""name":"report""#),
        false => legacy(
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"report","task":{"ttl":60000}}}"#,
        ),
    }
}

fn about(modern_era: bool, method: &str, task: &str) -> Request<Body> {
    let params = format!(r#""taskId":"{task}""#);
    match modern_era {
        true => modern(method, Some(task), &params),
        false => legacy(format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}}}}}"#
        )),
    }
}

#[tokio::test]
async fn each_consumer_has_its_own_tasks_by_every_method_in_both_eras() {
    for modern_era in [false, true] {
        let methods: &[&str] = match modern_era {
            true => &["tasks/get", "tasks/update", "tasks/cancel"],
            false => &["tasks/get", "tasks/result", "tasks/cancel"],
        };
        let world = World {
            layer: tasks("mock"),
            made: Arc::default(),
        };
        let mut owned = Vec::new();
        for consumer in [ann(), bob()] {
            let made = world.ask(consumer.clone(), call(modern_era)).await.json();
            let task = match modern_era {
                true => &made["result"]["taskId"],
                false => &made["result"]["task"]["taskId"],
            };
            owned.push((consumer, task.as_str().unwrap().to_owned()));
        }
        assert_eq!(*world.made.lock().unwrap(), ["task-1", "task-2"]);
        for (consumer, _) in owned.clone() {
            for (index, (owner, task)) in owned.clone().into_iter().enumerate() {
                for method in methods {
                    let asked = about(modern_era, method, &task);
                    let outcome = world.ask(consumer.clone(), asked).await;
                    let why = format!("{method} of {owner:?} by {consumer:?}");
                    if owner.key_id() != consumer.key_id() {
                        outcome.assert_unknown(&why);
                        continue;
                    }
                    assert_eq!((outcome.status, outcome.reason), (200, None), "{why}");
                    let raw = format!("task-{}", index + 1);
                    let (headers, seen) = outcome.seen.as_ref().unwrap();
                    let seen: Value = serde_json::from_str(seen).unwrap();
                    assert_eq!(seen["params"]["taskId"], raw, "{why}");
                    if modern_era {
                        assert_eq!(headers["mcp-name"], raw, "{why}");
                    }
                    assert!(!outcome.body.contains(&raw), "{why}: {}", outcome.body);
                    let result = &outcome.json()["result"];
                    let told = [&result["taskId"], related(result)];
                    assert!(told.into_iter().all(|told| told.is_null() || *told == task));
                }
            }
            for raw in ["task-1", "task-2"] {
                for method in methods {
                    let outcome = world
                        .ask(consumer.clone(), about(modern_era, method, raw))
                        .await;
                    outcome.assert_unknown(&format!("{method} {raw}"));
                }
            }
        }
    }
}

fn related(result: &Value) -> &Value {
    &result["_meta"]["io.modelcontextprotocol/related-task"]["taskId"]
}
