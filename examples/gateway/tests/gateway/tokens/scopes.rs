//! Scopes that the authorization server calls otherwise than they stand in its tokens.

use serde_json::json;

use super::{ANSWER, Case, METADATA, OAUTH2, claims};
use crate::support::{AuthorizationServer, Upstream, get, initialize, post};

#[tokio::test]
async fn clients_are_told_what_the_server_calls_them() {
    let server = AuthorizationServer::start().await;
    let upstream = Upstream::answering(ANSWER).await;
    let case = Case::new(&server.issuer, &upstream.url);
    let plan = format!("{OAUTH2}challenge_scopes = [\"api://gw/mcp\"]\n");
    case.write("", &plan, "");
    let gateway = case.start();
    let url = gateway.url();
    server.issue("good", claims(url));
    let mut poor = claims(url);
    poor["scope"] = json!("api://gw/mcp");
    server.issue("poor", poor);
    let metadata = get(&format!("{url}{METADATA}")).await.json();
    assert_eq!(metadata["scopes_supported"], json!(["api://gw/mcp"]));
    for (headers, status) in [
        (&[("authorization", "Bearer good")][..], 200),
        (&[("authorization", "Bearer poor")][..], 403),
        (&[][..], 401),
    ] {
        let answer = post(url, &initialize(), headers).await;
        assert_eq!(answer.status, status);
        if status != 200 {
            let challenge = answer.headers["www-authenticate"].to_str().unwrap();
            assert!(challenge.contains("scope=\"api://gw/mcp\""), "{challenge}");
        }
    }
}
