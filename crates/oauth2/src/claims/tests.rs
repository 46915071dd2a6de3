use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

const NOW: u64 = 2_000_000_000;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

fn rules(is_complete: bool) -> TokenRules {
    TokenRules {
        plan: "login".into(),
        issuer: "https://login.example".into(),
        audiences: Audiences::OneOf(vec!["https://gw.example/mcp".to_owned()]),
        scopes: ScopeRules {
            needed: vec!["mcp".into()],
            challenge: None,
            all: true,
            separator: ' ',
        },
        skew: Duration::from_secs(30),
        is_complete,
    }
}

fn claims() -> Map<String, Value> {
    let claims = json!({
        "iss": "https://login.example",
        "aud": "https://gw.example/mcp",
        "sub": "ann",
        "exp": NOW + 60,
        "scope": "mcp",
    });
    claims.as_object().unwrap().clone()
}

/// What comes of claims without a member, in a JWT and in an answer.
fn without(name: &str) -> [Result<Result<(), TokenFault>, Unreadable>; 2] {
    [true, false].map(|is_complete| {
        let mut claims = claims();
        claims.remove(name);
        let judged = rules(is_complete).judge(claims, now());
        judged.map(|it| it.map(|_| ()).map_err(|it| it.fault))
    })
}

#[test]
fn a_jwt_says_more_than_an_answer() {
    assert_eq!(without("other"), [Ok(Ok(())), Ok(Ok(()))]);
    let wrong_issuer = Ok(Err(TokenFault::WrongIssuer("https://login.example".into())));
    assert_eq!(without("iss"), [wrong_issuer, Ok(Ok(()))]);
    assert_eq!(without("exp"), [Err(Unreadable("exp")), Ok(Ok(()))]);
    let anonymous = || Ok(Err(TokenFault::Anonymous));
    assert_eq!(without("sub"), [anonymous(), anonymous()]);
    let nobodys = || {
        Ok(Err(TokenFault::WrongAudience(
            "https://gw.example/mcp".into(),
        )))
    };
    assert_eq!(without("aud"), [nobodys(), nobodys()]);
    let poor = || Ok(Err(TokenFault::Scope("mcp".into())));
    assert_eq!(without("scope"), [poor(), poor()]);
}

#[test]
fn a_missing_scope_is_told_by_the_name_that_it_has_at_the_server() {
    let mut rules = rules(true);
    rules.scopes.challenge = Some(vec!["api://gw/mcp".into()]);
    assert!(rules.judge(claims(), now()).unwrap().is_ok());
    let mut poor = claims();
    poor.insert("scope".to_owned(), "api://gw/mcp".into());
    let judged = rules.judge(poor, now());
    let judged = judged.map(|it| it.map(|_| ()).map_err(|it| it.fault));
    assert_eq!(judged, Ok(Err(TokenFault::Scope("api://gw/mcp".into()))));
    rules.scopes.challenge = Some(vec!["a \"b".into()]);
    assert!(rules.scopes.check().is_err());
}

#[test]
fn the_time_is_looked_at_again() {
    let mut claims = claims();
    claims.insert("nbf".to_owned(), (NOW + 50).into());
    let known = rules(true).judge(claims, now()).unwrap().unwrap();
    let at = |seconds: u64| now() + Duration::from_secs(seconds);
    assert_eq!(known.check(at(0)), Err(TokenFault::NotYetValid));
    assert_eq!(known.check(at(19)), Err(TokenFault::NotYetValid));
    assert_eq!(known.check(at(20)), Ok(()));
    assert_eq!(known.check(at(89)), Ok(()));
    assert_eq!(known.check(at(90)), Err(TokenFault::Expired));
    assert_eq!(known.left(at(80)), Some(Duration::from_secs(10)));
    assert_eq!(known.left(at(100)), Some(Duration::ZERO));
}

/// A name for people is nobody's identifier, and a client's token with one is not the client's own.
#[test]
fn a_user_name_identifies_nobody() {
    let judged = |names: &[&str]| {
        let mut claims = claims();
        claims.remove("sub");
        for name in names {
            claims.insert((*name).to_owned(), "ann".into());
        }
        rules(false)
            .judge(claims, now())
            .unwrap()
            .map_err(|it| it.fault)
    };
    for names in [&["username"][..], &["username", "client_id"], &[]] {
        assert_eq!(judged(names).unwrap_err(), TokenFault::Anonymous);
    }
    let client = judged(&["client_id"]).unwrap().consumer;
    assert_eq!((client.subject(), client.client_id()), (None, Some("ann")));
}

/// An array of small numbers takes many times its text.
#[test]
fn what_claims_take_is_counted() {
    let size = |value: Value| {
        let mut claims = claims();
        claims.insert("more".to_owned(), value);
        rules(true).judge(claims, now()).unwrap().unwrap().size
    };
    let zeros = json!(vec![0; 10_000]);
    assert!(size(zeros.clone()) > 10 * zeros.to_string().len());
    assert!(size(json!("x".repeat(10_000))) > 10_000);
    assert!(size(json!({ "a": { "b": "x".repeat(10_000) } })) > 10_000);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        Just(json!("https://gw.example/mcp")),
        Just(json!("https://login.example")),
        Just(json!("mcp")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever is said of a token, it is judged; and who is let in has what is needed.
    #[test]
    fn no_claims_surprise(
        changes in prop::collection::vec((
            prop::sample::select(vec![
                "iss", "aud", "sub", "exp", "nbf", "iat", "scope", "scp", "token_type", "cnf",
                "client_id", "azp", "username", "typ", "token_use",
            ]),
            any_json(),
        ), 0..4),
        is_complete in any::<bool>(),
    ) {
        let mut claims = claims();
        for (name, value) in changes {
            claims.insert(name.to_owned(), value);
        }
        let judged = rules(is_complete).judge(claims.clone(), now());
        if let Ok(Ok(known)) = judged {
            prop_assert!(known.consumer.has_scope("mcp"));
            prop_assert!(claims["aud"].to_string().contains("\"https://gw.example/mcp\""));
            prop_assert!(claims.get("cnf").is_none_or(Value::is_null));
            let _ = (known.check(now()), known.left(now()));
        }
    }
}
