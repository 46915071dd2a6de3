use tokio::time::Instant;
use tollbar_core::{Consumer, Revocation};

use super::*;
use crate::claims::{Known, TokenFault};

/// Nobody is there to be asked.
fn plan() -> Introspection {
    let endpoint = "http://127.0.0.1:1/introspect".parse().unwrap();
    let server = AuthorizationServer::builder("http://127.0.0.1:1")
        .client("gateway", "s3cret")
        .introspection_endpoint(endpoint);
    let builder = Introspection::builder(server.build().unwrap());
    builder.any_audience().build().unwrap()
}

fn verdict(revocation: &Arc<Revocation>) -> Verdict {
    let known = Known {
        consumer: Consumer::new("oauth2"),
        begins: None,
        expires: None,
        skew: Duration::ZERO,
        size: 0,
    };
    Verdict::admitted(known, Arc::clone(revocation), Duration::from_secs(60))
}

/// Whoever finds none, and then finds that nobody is judging any more, must look again.
#[tokio::test]
async fn a_verdict_that_came_meanwhile_is_taken() {
    let plan = plan();
    let judge = || {
        let token = Secret::new("token".to_owned());
        Arc::clone(&plan.0).judge_if_unknown([7; 32], token, Asker::Client(None))
    };
    assert!(judge().await.is_err());
    let refused = Verdict::refused(TokenFault::Inactive, Duration::from_secs(5));
    plan.0.verdicts.keep([7; 32], refused, Instant::now());
    assert!(judge().await.is_ok());
}

#[tokio::test]
async fn a_verdict_that_was_taken_back_lets_nobody_in() {
    let (plan, revocation) = (plan(), Arc::new(Revocation::new()));
    let digest = plan.0.digests.of("token");
    plan.0
        .verdicts
        .keep(digest, verdict(&revocation), Instant::now());
    let exchange = Exchange::new();
    let shown = || plan.identify(Credential::Token("token"), &exchange);
    assert!(shown().await.is_ok());
    revocation.revoke();
    assert!(admission(&verdict(&revocation), &exchange).is_none());
    let refusal = shown().await.unwrap_err();
    assert_eq!(refusal.kind(), Kind::Unavailable);
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let (plan, exchange) = (plan(), Exchange::new());
    let refusal = plan
        .identify(Credential::Nothing, &exchange)
        .await
        .unwrap_err();
    assert_eq!(refusal.reason(), "token_malformed");
    assert!(refusal.is_attempt());
    for (fault, is_guess) in [
        (TokenFault::Inactive, true),
        (TokenFault::Expired, false),
        (TokenFault::Ended, false),
        (
            TokenFault::Unsaid {
                wait: Duration::ZERO,
                is_attempt: true,
            },
            true,
        ),
        (TokenFault::Senseless(Duration::ZERO), false),
        (TokenFault::WrongAudience("a".into()), false),
        (TokenFault::Scope("mcp".into()), false),
    ] {
        assert_eq!(Refusal::from(&fault).is_attempt(), is_guess, "{fault:?}");
    }
}
