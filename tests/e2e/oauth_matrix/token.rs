//! The tokens that a client may come with.

use std::time::{SystemTime, UNIX_EPOCH};

use http::StatusCode;
use serde_json::{Value, json};
use tollbar_tests::authorization_server::{Fault, INTROSPECTION, KEYS};

use crate::login::Scene;

/// One token, and how the authorization server is when it comes.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) name: &'static str,
    pub(super) value: Option<String>,
    pub(super) fault: Fault,
    pub(super) kind: Kind,
}

/// What is to be made of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// It lets in.
    Good,
    /// It is refused, with this status.
    Refused(StatusCode),
    /// Nobody can say what it is.
    Unjudged,
}

impl Kind {
    /// The status of the first answer, where that is the same for all clients.
    pub(super) fn status(self) -> Option<StatusCode> {
        match self {
            Self::Good => None,
            Self::Refused(status) => Some(status),
            Self::Unjudged => Some(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

impl Token {
    /// Makes all of them, in the order of the page.
    pub(super) async fn all(scene: &Scene) -> Vec<Self> {
        let unauthenticated = Kind::Refused(StatusCode::UNAUTHORIZED);
        let unscoped = Kind::Refused(StatusCode::FORBIDDEN);
        let other = "http://127.0.0.1:9/other";
        scene.server.register(&json!({"identifier": other})).await;
        let foreign = async |format: &str| {
            let token = json!({"resource": other, "scope": "mcp", "format": format});
            scene.server.token(&token).await
        };
        let later = json!({"claims": {"nbf": now() + 600}});
        let elsewhere = json!({"claims": {"iss": "https://elsewhere.example"}});
        let revoked = scene.token(json!({})).await;
        scene.server.revoke(&revoked).await;
        let opaque = async |more: &Value| Some(scene.token(more.clone()).await);
        let jwt = async |more: &Value| {
            let mut more = more.clone();
            more["format"] = json!("jwt");
            Some(scene.token(more).await)
        };
        let [good, expired] = [json!({}), json!({"lifetime": -60})];
        let bare = json!({"scope": "other"});
        let up = |name, kind, value| Self {
            name,
            value,
            fault: Fault::None,
            kind,
        };
        let mut all = vec![
            up("no token", unauthenticated, None),
            up("a bad token", unauthenticated, Some("bad".to_owned())),
            up("an expired token", unauthenticated, opaque(&expired).await),
            up("an expired JWT", unauthenticated, jwt(&expired).await),
            up("a revoked token", unauthenticated, Some(revoked)),
            up(
                "a token that is not valid yet",
                unauthenticated,
                opaque(&later).await,
            ),
            up(
                "a JWT that is not valid yet",
                unauthenticated,
                jwt(&later).await,
            ),
            up(
                "a token for another resource",
                unauthenticated,
                Some(foreign("opaque").await),
            ),
            up(
                "a JWT for another resource",
                unauthenticated,
                Some(foreign("jwt").await),
            ),
            up(
                "a token of another issuer",
                unauthenticated,
                opaque(&elsewhere).await,
            ),
            up(
                "a JWT of another issuer",
                unauthenticated,
                jwt(&elsewhere).await,
            ),
            up("a token without the scope", unscoped, opaque(&bare).await),
            up("a JWT without the scope", unscoped, jwt(&bare).await),
            up("a good token", Kind::Good, opaque(&good).await),
            up("a good JWT", Kind::Good, jwt(&good).await),
        ];
        for (name, fault) in [
            ("a token while the server is down", Fault::Down),
            ("a token while the server does not answer", Fault::Slow),
            ("a token while the server fails", Fault::Failing),
            ("a token while the server answers garbage", Fault::Garbage),
        ] {
            all.push(Self {
                fault,
                ..up(name, Kind::Unjudged, opaque(&good).await)
            });
        }
        // Keys that are there already are good enough.
        all.push(Self {
            fault: Fault::Down,
            ..up(
                "a good JWT while the server is down",
                Kind::Good,
                jwt(&good).await,
            )
        });
        all
    }

    /// Where the fault strikes: what the gateway asks for, and no page.
    pub(super) fn paths(&self) -> &'static [&'static str] {
        match self.fault {
            Fault::None => &[],
            _ => &[INTROSPECTION, KEYS],
        }
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}
