//! Settings that cannot work, and what is shown of those that can.

use std::time::Duration;

use tollbar_oauth2::{AuthorizationServer, Jwt, JwtBuilder};
use tollbar_plan::{Plan as _, Source};

use crate::authority::{AUDIENCE, ISSUER};

fn builder() -> JwtBuilder {
    Jwt::builder(AuthorizationServer::builder(ISSUER).build().unwrap())
}

#[test]
fn settings_that_cannot_work_are_named() {
    let good = || builder().audience(AUDIENCE);
    assert!(good().build().is_ok());
    for (builder, part) in [
        (builder(), "audience"),
        (builder().audience(""), "audience"),
        (good().algorithms([]), "algorithms"),
        (good().scopes(["a b"]), "`a b`"),
        (good().scopes(["a\""]), "`a\"`"),
    ] {
        let error = builder.build().unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    let server = || AuthorizationServer::builder(ISSUER);
    for (server, part) in [
        (server().keys_refresh(Duration::ZERO), "keys_refresh"),
        (server().keys_lifetime(Duration::ZERO), "keys_lifetime"),
        (
            server().unknown_key_pause(Duration::ZERO),
            "unknown_key_pause",
        ),
    ] {
        let error = server.build().unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    let huge = server()
        .keys_refresh(Duration::MAX)
        .keys_lifetime(Duration::MAX);
    assert!(huge.unknown_key_pause(Duration::MAX).build().is_ok());
}

#[test]
fn a_plan_says_what_it_is() {
    let plan = builder().audience(AUDIENCE).name("login").build().unwrap();
    assert_eq!(plan.name(), "login");
    assert_eq!(plan.source(), Source::Authorization);
    assert!(format!("{plan:?}").contains(ISSUER));
}
