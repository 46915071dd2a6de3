//! An examination by what plans need, and what comes of a wrong issuer.

use serde_json::{Value, json};
use tollbar_oauth2::{AuthorizationServer, Examination, Needs, Outcome};

use crate::{
    examination::{Rig, all, step},
    scripted::{document, status},
};

/// The names of all steps that have ended so.
fn named(examination: &Examination, outcome: Outcome) -> Vec<&'static str> {
    let steps = examination.steps().iter();
    let steps = steps.filter(|step| step.outcome() == outcome);
    steps.map(|step| step.name()).collect()
}

#[tokio::test]
async fn only_what_plans_need_can_fail() {
    type Change = fn(&mut Value);
    let no_introspection: Change = |it| it["introspection_endpoint"] = Value::Null;
    let no_keys: Change = |it| it["jwks_uri"] = Value::Null;
    let introspection = || Needs::new().introspection();
    let keys = || Needs::new().keys();
    for (metadata, needs, outcome, name, words) in [
        (
            no_introspection,
            introspection(),
            Outcome::Failed,
            "introspection",
            "write `type = \"jwt\"`",
        ),
        (
            no_introspection,
            keys(),
            Outcome::Skipped,
            "introspection",
            "",
        ),
        (
            no_keys,
            keys(),
            Outcome::Failed,
            "keys",
            "configure `jwks_uri`",
        ),
        (no_keys, introspection(), Outcome::Skipped, "keys", ""),
    ] {
        let rig = Rig {
            metadata,
            needs,
            ..Rig::default()
        };
        let examination = rig.examine().await;
        let found = step(&examination, name);
        assert_eq!(found.0, outcome, "{found:?}");
        assert!(found.2.contains(words), "{found:?}");
        let is_failed = outcome == Outcome::Failed;
        assert_eq!(examination.outcome() == Outcome::Failed, is_failed);
    }
    // A client that no plan asks by, and keys that none looks at.
    let rig = Rig {
        introspect: status(401),
        keys: document(&json!({"keys": []})),
        needs: Needs::new(),
        ..Rig::default()
    };
    let examination = rig.examine().await;
    assert_eq!(named(&examination, Outcome::Warning), ["client"]);
    assert_eq!(named(&examination, Outcome::Skipped), ["keys"]);
    assert_eq!(
        step(&examination, "keys").1,
        "no key can be used, and no plan needs any"
    );
}

#[tokio::test]
async fn another_issuer_is_one_error_with_the_line_to_write() {
    async fn examine(metadata: fn(&mut Value)) -> Examination {
        let rig = Rig {
            metadata,
            needs: all().scopes(["mcp"]),
            ..Rig::default()
        };
        let examination = rig.examine().await;
        assert_eq!(named(&examination, Outcome::Failed), ["issuer"]);
        assert_eq!(named(&examination, Outcome::Passed), ["metadata"]);
        for step in &examination.steps()[2..] {
            assert_eq!(step.outcome(), Outcome::Skipped, "{step:?}");
            assert!(!step.found().contains("metadata has no"), "{step:?}");
        }
        examination
    }
    let other = examine(|it| it["issuer"] = json!("https://other.example")).await;
    let (_, found, fix) = step(&other, "issuer");
    assert!(found.contains("`https://other.example`"), "{found}");
    assert!(
        fix.starts_with("write `issuer = \"https://other.example\"`, if that is the server"),
        "{fix}"
    );
    let slash = examine(|it| {
        let issuer = format!("{}/", it["issuer"].as_str().unwrap());
        it["issuer"] = json!(issuer);
    })
    .await;
    let (_, _, fix) = step(&slash, "issuer");
    assert!(
        fix.ends_with("/tenant/\"`: the slash at the end makes it another one"),
        "{fix}"
    );
    // Neither of these is to be copied.
    for (metadata, words) in [
        (
            (|it| it["issuer"] = json!("https://a.example/{tenantid}")) as fn(&mut Value),
            "write the issuer of yours",
        ),
        (|it| it["issuer"] = json!("x\"#"), "check the issuer"),
    ] {
        let examination = examine(metadata).await;
        let (_, _, fix) = step(&examination, "issuer");
        assert!(fix.contains(words) && !fix.contains("issuer = "), "{fix}");
    }
}

#[tokio::test]
async fn scopes_that_are_not_listed_are_told() {
    for (listed, outcome, words) in [
        (json!(["mcp", "more"]), Outcome::Passed, "`mcp`, `more`"),
        (json!(["mcp"]), Outcome::Warning, "does not name `more`"),
        (Value::Null, Outcome::Skipped, "lists none"),
    ] {
        let server = crate::scripted::Scripted::start(|origin| {
            let mut metadata = crate::scripted::metadata(origin);
            metadata["scopes_supported"] = listed;
            move |_: &crate::scripted::Asked| document(&metadata)
        })
        .await;
        let needs = Needs::new().scopes(["mcp", "more", "mcp"]);
        let examination = server.builder().build().unwrap().examine(&needs).await;
        let found = step(&examination, "scopes");
        assert_eq!(found.0, outcome, "{found:?}");
        assert!(found.1.contains(words), "{found:?}");
    }
}

#[tokio::test]
async fn the_way_of_proving_itself_is_named_as_in_configurations() {
    let rig = Rig {
        metadata: |it| {
            it["introspection_endpoint_auth_methods_supported"] = json!(["client_secret_post"]);
        },
        ..Rig::default()
    };
    let examination = rig.examine().await;
    let (outcome, _, fix) = step(&examination, "introspection");
    assert_eq!(
        (outcome, fix),
        (Outcome::Warning, "write `method = \"post\"`")
    );
}

/// `https` for a server that speaks `http`.
#[tokio::test]
async fn a_port_without_tls_is_told() {
    let server = crate::scripted::Scripted::answering(status(404)).await;
    let issuer = server.issuer().replace("http://", "https://");
    let built = AuthorizationServer::builder(issuer).build().unwrap();
    let examination = built.examine(&Needs::new()).await;
    let (_, found, _) = step(&examination, "metadata");
    assert!(
        found.ends_with(": no TLS on that port: is it `http`?"),
        "{found}"
    );
    assert_eq!(examination.steps()[0].brief(), "no TLS on that port");
}

#[tokio::test]
async fn causes_are_told_once() {
    let rig = Rig {
        introspect: crate::scripted::reply(200, "<html>"),
        ..Rig::default()
    };
    let examination = rig.examine().await;
    let (_, found, _) = step(&examination, "client");
    assert_eq!(found.matches("line 1 column 1").count(), 1, "{found}");
}
