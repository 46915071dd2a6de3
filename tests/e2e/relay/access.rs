//! Rules and plans before a server that judges its tokens itself.

use serde_json::{Value, json};

use super::{Scene, Session};

/// Everybody may use everything but one tool.
const NEVER_ERASE: &str = "[proxy.relay]\n[proxy.acl]\n[[proxy.acl.rule]]\nname = \"all\"\n\
    [[proxy.acl.rule]]\nname = \"never\"\neffect = \"deny\"\ntools = [\"erase\"]";

/// The gateway knows who asks, too.
const VERIFIED: &str = "[proxy.relay]\n[[proxy.plan]]\ntype = \"relay\"\nverify = \"oauth2\"\n\
    authorization_server = \"login\"\n[proxy.acl]\n[[proxy.acl.rule]]\nname = \"ada\"\n\
    subjects = [\"ada\"]\n[[proxy.acl.rule]]\nname = \"others\"\ntools = [\"add\"]";

/// Whoever shows a key may use more.
const KEYED: &str = "[proxy.relay]\n[[proxy.plan]]\ntype = \"key\"\nheader = \"x-api-key\"\n\
    [[proxy.plan]]\ntype = \"relay\"\n[proxy.acl]\n[[proxy.acl.rule]]\nname = \"press\"\n\
    keys = [\"press\"]\n[[proxy.acl.rule]]\nname = \"others\"\ntools = [\"add\"]";

/// What everybody has who may use all.
const ALL: [&str; 4] = ["add", "erase", "report", "whoami"];

/// Who the server believes to be asked by.
async fn subject(session: &Session) -> String {
    let told = session.call("whoami").await.unwrap();
    let told: Value = serde_json::from_str(&told).unwrap();
    told["subject"].as_str().unwrap().to_owned()
}

async fn assert_denied(session: &Session, tool: &str) {
    let refused = session.call(tool).await.unwrap_err();
    assert_eq!(refused["code"], -32602, "{tool}: {refused}");
    let said = refused["message"].as_str().unwrap();
    assert!(said.contains(tool), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_denied_tool_stays_denied_with_a_renewed_token() {
    let scene = Scene::start(&[], NEVER_ERASE).await;
    let [first, second] = [scene.token(json!({})).await, scene.token(json!({})).await];
    assert_ne!(first, second);
    // It is there, without the gateway.
    let own = json!({"resource": scene.server.url(), "scope": "mcp"});
    let direct = Session::of(scene.server.url(), &scene.login.token(&own).await).await;
    assert_eq!(direct.tools().await, ALL);

    let mut session = Session::of(scene.url(), &first).await;
    for token in [&first, &second] {
        session.renew(token);
        assert_eq!(session.tools().await, ["add", "report", "whoami"]);
        assert_denied(&session, "erase").await;
        assert!(session.call("add").await.unwrap().contains("42"));
        assert_eq!(subject(&session).await, "ada");
    }
    scene.login.revoke(&second).await;
    assert_eq!(session.status().await, 401, "the server judges");

    // Of each token there is a name in the log, and nothing else.
    scene.gateway.hear("\"status\":401");
    let said = scene.gateway.running.said();
    let mut pseudonyms: Vec<_> = said
        .split("\"pseudonym\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(pseudonyms.len() > 8, "{said}");
    pseudonyms.sort_unstable();
    pseudonyms.dedup();
    assert_eq!(pseudonyms.len(), 2, "{pseudonyms:?}");
    for secret in [first.as_str(), &second, "Bearer "] {
        assert!(!said.contains(secret), "{said}");
    }
    assert!(!said.contains("\"consumer\":"), "nobody has proved it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_by_subject_hold_where_tokens_are_verified_here_too() {
    let scene = Scene::start(&[], VERIFIED).await;
    let token = async |subject| scene.token(json!({ "subject": subject })).await;
    let [first, second, foreign] = [token("ada").await, token("ada").await, token("grace").await];
    let mut ada = Session::of(scene.url(), &first).await;
    let mut grace = Session::of(scene.url(), &foreign).await;
    assert_eq!(grace.tools().await, ["add"]);
    assert_denied(&grace, "whoami").await;
    for token in [&first, &second] {
        ada.renew(token);
        assert_eq!(ada.tools().await, ALL);
        assert_eq!(subject(&ada).await, "ada");
    }
    // A session is its subject's, and so is what may be done in it.
    ada.renew(&foreign);
    assert_eq!(ada.status().await, 404);
    grace.renew(&first);
    assert_eq!(grace.status().await, 404);

    ada.renew("bad");
    assert_eq!(ada.status().await, 401);
    scene.gateway.hear("\"consumer\":\"ada\"");
    scene.gateway.hear("\"pseudonym\":\"");
    let said = scene.gateway.running.said();
    assert!(!said.contains(&first) && !said.contains(&foreign), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_beside_the_relay_has_a_header_of_its_own() {
    let scene = Scene::start(&[], KEYED).await;
    let key = scene.gateway.make_key("press", "mcp");
    let token = scene.token(json!({})).await;
    let plain = Session::of(scene.url(), &token).await;
    assert_eq!(plain.tools().await, ["add"]);

    let authorization = format!("Bearer {token}");
    let shown = [
        ("x-api-key", key.as_str()),
        ("authorization", &authorization),
    ];
    wait_until_taken(&scene, &key).await;
    let press = Session::begin(scene.url(), &shown).await;
    assert_eq!(press.tools().await, ALL);
    assert_eq!(subject(&press).await, "ada", "the token goes on");
    scene.gateway.hear("\"key\":\"press\"");

    // The key alone opens nothing: the server asks for its token.
    let asked = reqwest::Client::new().get(scene.url());
    let asked = asked.header("x-api-key", &key).send().await.unwrap();
    assert_eq!(asked.status(), 401);
    let challenge = asked.headers()["www-authenticate"].to_str().unwrap();
    let metadata = scene
        .url()
        .replace("/mcp", "/.well-known/oauth-protected-resource/mcp");
    let begin = format!("Bearer resource_metadata=\"{metadata}\", ");
    assert!(challenge.starts_with(&begin), "{challenge}");
    let said = scene.gateway.running.said();
    assert!(!said.contains(&key) && !said.contains(&token), "{said}");
}

/// A key that was made now is known within a second: until then the gateway refuses it by itself.
async fn wait_until_taken(scene: &Scene, key: &str) {
    for _ in 0..200 {
        let asked = reqwest::Client::new().get(scene.url());
        let asked = asked.header("x-api-key", key).send().await.unwrap();
        let challenge = asked.headers().get("www-authenticate");
        if challenge.is_some_and(|it| it.to_str().unwrap().contains("resource_metadata")) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the key is not taken: {}", scene.gateway.running.said());
}
