//! Commands about authorization servers, and about what their tokens tell.

use std::fs;

use serde_json::{Value, json};

use super::{Case, OAUTH2};
use crate::support::{AuthorizationServer, nobody};

#[tokio::test(flavor = "multi_thread")]
async fn a_check_proves_the_authorization_server() {
    let server = AuthorizationServer::start().await;
    let case = Case::new(&server.issuer, &nobody());
    case.write("public_url = \"https://gw.example/mcp\"\n", OAUTH2, "");
    let (code, out, error) = case.run(&["authserver", "list"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(out.starts_with("NAME   ISSUER"), "{out}");
    assert!(
        out.contains(&format!("login  {}  tollbar  a\n", server.issuer)),
        "{out}"
    );

    let (code, out, error) = case.run(&["authserver", "check", "login"]);
    assert_eq!(code, Some(0), "{out}{error}");
    assert!(out.starts_with("STEP"), "{out}");
    assert!(out.contains("\nmetadata ") && out.contains(" ok "), "{out}");
    assert!(
        out.contains("  https://gw.example/mcp  proxy a, plan oauth2, scopes mcp\n"),
        "{out}"
    );
    let (code, out, _) = case.run(&["authserver", "check", "login", "--json"]);
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &value["issuer"]), (Some(0), &json!(server.issuer)));
    assert_eq!(value["resources"][0]["resource"], "https://gw.example/mcp");

    // A secret that is another one is found out.
    fs::write(case.folder.path().join("secret"), "another").unwrap();
    let (code, out, error) = case.run(&["authserver", "check", "login"]);
    assert_eq!(code, Some(1), "{out}{error}");
    assert!(
        out.contains("failed") && error.contains("error: "),
        "{out}{error}"
    );
    assert!(error.contains("   = fix: "), "{error}");
    fs::remove_file(case.folder.path().join("secret")).unwrap();
    let (code, _, error) = case.run(&["authserver", "check", "login"]);
    assert_eq!(code, Some(1));
    assert!(
        error.contains("the secret of `login` is not there: set what `client_secret` refers to"),
        "{error}"
    );
    let (code, _, error) = case.run(&["authserver", "check", "logn"]);
    assert_eq!(code, Some(1));
    assert!(
        error.contains("no authorization server `logn`: did you mean `login`?"),
        "{error}"
    );
    drop(server);
    let (code, out, _) = case.run(&["authserver", "check", "login"]);
    assert_eq!(code, Some(1), "{out}");
}

#[test]
fn rules_about_claims_can_be_tried() {
    let case = Case::new("https://login.example", &nobody());
    let rule = "[proxy.acl]\n[[proxy.acl.rule]]\nname = \"field\"\nclaims = { department = \
                [\"field\"] }\ntools = [\"get_*\"]\n";
    case.write(
        "",
        &format!("{OAUTH2}[[proxy.plan]]\ntype = \"key\"\n"),
        rule,
    );
    let explain =
        |who: &str| case.run(&["acl", "explain", "--call", "tools/call:get_a", "--as", who]);
    // Claims say by which plan it comes.
    let (code, out, error) = explain("subject=ada,client=editor,scope=mcp,claim.department=field");
    assert_eq!(code, Some(0), "{out}{error}");
    assert!(out.contains("allowed by `field`"), "{out}");
    let (code, out, error) = explain("claim.department=press,scope=mcp");
    assert_eq!(code, Some(1), "{out}{error}");
    let (_, _, error) = explain("claim.department=field");
    assert!(
        format!("{out}{error}").contains("the plan `oauth2` lets nobody in without the scopes mcp"),
        "{out}{error}"
    );
    let (_, out, error) = explain("plan=key,claim.department=field");
    assert!(
        format!("{out}{error}").contains("no consumer of the plan `key` has a client id or claims"),
        "{out}{error}"
    );
}
