//! What an examination finds.

use serde_json::{Value, json};
use tollbar_oauth2::{AuthorizationServer, ClientAuthentication, Examination, Needs, Outcome};

use crate::{
    keys::p256,
    scripted::{
        Asked, INTROSPECT, KEYS, OAUTH, Reply, Scripted, active, document, inactive, metadata,
        reply, status,
    },
};

/// Outcome, what was found, and the fix.
pub(crate) fn step<'a>(examination: &'a Examination, name: &str) -> (Outcome, &'a str, &'a str) {
    let step = examination.steps().iter().find(|step| step.name() == name);
    let Some(step) = step else {
        panic!("no {name}: {examination:#?}");
    };
    (step.outcome(), step.found(), step.fix().unwrap_or_default())
}

pub(crate) struct Rig {
    pub(crate) metadata: fn(&mut Value),
    pub(crate) introspect: Reply,
    pub(crate) keys: Reply,
    pub(crate) needs: Needs,
}

/// Of a plan of each kind.
pub(crate) fn all() -> Needs {
    Needs::new().introspection().keys()
}

impl Default for Rig {
    fn default() -> Self {
        Self {
            metadata: |_| (),
            introspect: inactive(),
            keys: document(&json!({"keys": [p256("one")]})),
            needs: all(),
        }
    }
}

impl Rig {
    pub(crate) async fn examine(self) -> Examination {
        let server = Scripted::start(|origin| {
            let mut metadata = metadata(origin);
            (self.metadata)(&mut metadata);
            move |asked: &Asked| match &*asked.path {
                OAUTH => document(&metadata),
                INTROSPECT => self.introspect.clone(),
                KEYS => self.keys.clone(),
                _ => status(404),
            }
        })
        .await;
        let examination = server.builder().build().unwrap().examine(&self.needs).await;
        let shown = format!("{examination:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        for step in examination.steps() {
            assert!(!step.found().is_empty());
            let is_fixed = step.outcome() <= Outcome::Skipped || step.fix().is_some();
            assert!(is_fixed, "{step:?}");
        }
        examination
    }
}

#[tokio::test]
async fn a_server_in_order_passes_every_step() {
    let examination = Rig::default().examine().await;
    assert_eq!(examination.outcome(), Outcome::Passed, "{examination:#?}");
    let names: Vec<_> = examination.steps().iter().map(|step| step.name()).collect();
    assert_eq!(
        names,
        [
            "metadata",
            "issuer",
            "endpoints",
            "pkce",
            "registration",
            "issuer_in_response",
            "introspection",
            "client",
            "keys"
        ]
    );
    let metadata = step(&examination, "metadata").1;
    assert!(metadata.ends_with(&format!("{OAUTH}`")), "{metadata}");
    assert_eq!(step(&examination, "keys").1, "can be used: `one` ES256");
}

#[tokio::test]
async fn a_server_that_is_not_there_fails() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let server = AuthorizationServer::builder(issuer).client("gateway", "s3cret");
    let examination = server.build().unwrap().examine(&all()).await;
    let (outcome, found, fix) = step(&examination, "metadata");
    assert_eq!(
        (outcome, examination.outcome()),
        (Outcome::Failed, Outcome::Failed)
    );
    assert!(found.contains("no answer"), "{found}");
    assert!(fix.contains("check the issuer"), "{fix}");
    assert_eq!(examination.steps()[0].brief(), "connection refused");
    // The rest is neither there nor missing.
    for step in &examination.steps()[1..] {
        assert_eq!(step.outcome(), Outcome::Skipped, "{step:?}");
    }
}

#[tokio::test]
async fn what_clients_need_to_log_in_is_looked_at() {
    type Change = fn(&mut Value);
    let changes: [(Change, &str, Outcome, &str); 9] = [
        (
            |it| it["code_challenge_methods_supported"] = json!(["plain"]),
            "pkce",
            Outcome::Failed,
            "`S256` is not supported",
        ),
        (
            |it| it["code_challenge_methods_supported"] = Value::Null,
            "pkce",
            Outcome::Failed,
            "no `code_challenge_methods_supported`",
        ),
        (
            |it| it["registration_endpoint"] = Value::Null,
            "registration",
            Outcome::Warning,
            "clients cannot register themselves",
        ),
        (
            |it| {
                it["registration_endpoint"] = Value::Null;
                it["client_id_metadata_document_supported"] = json!(true);
            },
            "registration",
            Outcome::Warning,
            "those with a document of their own",
        ),
        (
            |it| it["client_id_metadata_document_supported"] = json!(true),
            "registration",
            Outcome::Passed,
            "or be known by their own document",
        ),
        (
            |it| it["authorization_response_iss_parameter_supported"] = json!(false),
            "issuer_in_response",
            Outcome::Warning,
            "do not name the issuer",
        ),
        (
            |it| it["token_endpoint"] = Value::Null,
            "endpoints",
            Outcome::Warning,
            "no `token_endpoint`",
        ),
        (
            |it| it["authorization_endpoint"] = json!("http://login.example/authorize"),
            "endpoints",
            Outcome::Warning,
            "`authorization_endpoint` in its metadata is not used",
        ),
        (
            |it| it["introspection_endpoint_auth_methods_supported"] = json!(["private_key_jwt"]),
            "introspection",
            Outcome::Warning,
            "does not name `client_secret_basic`",
        ),
    ];
    for (metadata, name, outcome, words) in changes {
        let rig = Rig {
            metadata,
            ..Rig::default()
        };
        let examination = rig.examine().await;
        let found = step(&examination, name);
        assert_eq!(found.0, outcome, "{found:?}");
        assert!(found.1.contains(words), "{found:?}");
        assert_eq!(examination.outcome(), outcome);
    }
}

#[tokio::test]
async fn the_clients_credentials_are_proved() {
    for (introspect, words, fix) in [
        (
            status(401),
            "status 401",
            "the id and secret of this resource",
        ),
        (
            status(403),
            "status 403",
            "the id and secret of this resource",
        ),
        (active(), "active that nobody has issued", "do not use it"),
        (
            status(400),
            "one token with status 400",
            "RFC 7662 section 2.2",
        ),
        (status(404), "status 404", "check `introspection_endpoint`"),
        (
            reply(200, "<html>"),
            "not what it should be",
            "check `introspection_endpoint`",
        ),
    ] {
        let rig = Rig {
            introspect,
            ..Rig::default()
        };
        let examination = rig.examine().await;
        let found = step(&examination, "client");
        assert_eq!(found.0, Outcome::Failed);
        assert!(
            found.1.contains(words) && found.2.contains(fix),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn each_examination_tries_a_token_of_its_own() {
    let server = Scripted::answering(inactive()).await;
    let built = server.builder().build().unwrap();
    built.examine(&all()).await;
    built.examine(&all()).await;
    let asked = server.asked(INTROSPECT);
    assert_eq!(asked.len(), 2);
    assert!(asked[0].body.len() > 60);
    assert_ne!(asked[0].body, asked[1].body);
}

#[tokio::test]
async fn without_a_client_nothing_is_introspected() {
    let server = Scripted::answering(inactive()).await;
    let built = AuthorizationServer::builder(server.issuer())
        .build()
        .unwrap();
    let examination = built.examine(&Needs::new()).await;
    assert_eq!(step(&examination, "introspection").0, Outcome::Passed);
    let examination = built.examine(&Needs::new().introspection()).await;
    let (outcome, _, fix) = step(&examination, "introspection");
    assert_eq!(outcome, Outcome::Failed);
    assert!(
        fix.contains("give `client_id` and `client_secret`"),
        "{fix}"
    );
    assert_eq!(step(&examination, "client").0, Outcome::Skipped);
    assert!(server.asked(INTROSPECT).is_empty());
}

#[tokio::test]
async fn a_server_without_metadata_may_be_configured() {
    let server = Scripted::start(|_| {
        |asked: &Asked| match &*asked.path {
            INTROSPECT => inactive(),
            _ => status(404),
        }
    })
    .await;
    let endpoint = format!("{}{INTROSPECT}", server.origin).parse().unwrap();
    let built = server
        .builder()
        .authentication(ClientAuthentication::Post)
        .introspection_endpoint(endpoint)
        .build();
    let built = built.unwrap();
    let examination = built.examine(&Needs::new().introspection()).await;
    let found = step(&examination, "metadata");
    assert_eq!(found.0, Outcome::Warning);
    assert_eq!(examination.steps()[0].brief(), "status 404");
    assert!(
        found.2.contains("MCP clients find the server by it"),
        "{found:?}"
    );
    assert_eq!(step(&examination, "client").0, Outcome::Passed);
    assert_eq!(step(&examination, "keys").0, Outcome::Skipped);
    let examination = built.examine(&all()).await;
    let (outcome, found, fix) = step(&examination, "keys");
    assert_eq!(
        (outcome, found),
        (Outcome::Failed, "no `jwks_uri` is known")
    );
    assert!(fix.contains("configure `jwks_uri`"), "{fix}");
}
