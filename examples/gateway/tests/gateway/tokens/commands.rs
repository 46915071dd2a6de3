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

/// The step of this name.
fn step<'a>(value: &'a Value, name: &str) -> &'a Value {
    let mut steps = value["steps"].as_array().unwrap().iter();
    steps.find(|step| step["step"] == name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_judged_by_the_plans_that_use_it() {
    // Its key set is empty.
    let server = AuthorizationServer::start().await;
    let case = Case::new(&server.issuer, &nobody());
    let about = "public_url = \"https://gw.example/mcp\"\n";
    let check = || {
        let (code, out, _) = case.run(&["authserver", "check", "--json"]);
        let values: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(values.as_array().unwrap().len(), 1, "{out}");
        (code, values[0].clone())
    };
    case.write(about, OAUTH2, "");
    let (code, value) = check();
    assert_eq!(
        (code, &step(&value, "keys")["result"]),
        (Some(0), &json!("skipped"))
    );
    case.write(about, &OAUTH2.replace("oauth2", "jwt"), "");
    let (code, value) = check();
    assert_eq!(
        (code, &step(&value, "keys")["result"]),
        (Some(1), &json!("failed"))
    );
    assert_eq!(step(&value, "client")["result"], "ok");
    // A wrong secret is no matter to such a plan.
    fs::write(case.folder.path().join("secret"), "another").unwrap();
    let (_, value) = check();
    assert_eq!(step(&value, "client")["result"], "warning");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_resource_and_the_audiences_are_two_facts() {
    let server = AuthorizationServer::start().await;
    let case = Case::new(&server.issuer, &nobody());
    let about = "public_url = \"https://gw.example/mcp\"\n";
    for (audience, accepted, doubt) in [
        ("[\"api://gw\"]", "`api://gw`", Some("`aud` is `api://gw`")),
        (
            "[\"https://gw.example/mcp/\"]",
            "`https://gw.example/mcp/`",
            None,
        ),
        ("\"any\"", "anything", Some("any are taken")),
    ] {
        let plan = format!("{OAUTH2}audience = {audience}\nchallenge_scopes = [\"x/mcp\"]\n");
        case.write(about, &plan, "");
        for command in [
            &["authserver", "check", "login"][..],
            &["authserver", "list"],
        ] {
            let (code, out, error) = case.run(command);
            assert_eq!(code, Some(0), "{out}{error}");
            let facts = format!(
                "  https://gw.example/mcp  proxy a, plan oauth2, scopes mcp\n    clients ask for \
                 scopes x/mcp\n    accepted in `aud`: {accepted}\n"
            );
            assert!(out.contains(&facts), "{out}");
            match doubt {
                Some(doubt) => assert!(error.contains(doubt), "{error}"),
                None => assert!(!error.contains("clients ask for"), "{error}"),
            }
        }
    }
    // Nobody knows what to register.
    case.write("", OAUTH2, "");
    let (code, _, error) = case.run(&["authserver", "check"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(
        error.contains(
            "login: proxy `a`, plan `oauth2`: the port of `http://127.0.0.1:0/a` is known"
        ),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_fits_a_terminal_and_errors_are_told_once() {
    let server = AuthorizationServer::start().await;
    let case = Case::new(&format!("{}/", server.issuer), &nobody());
    case.write("", OAUTH2, "");
    let (code, out, error) = case.run(&["authserver", "check", "login"]);
    assert_eq!(code, Some(1), "{out}");
    let (table, _) = out.split_once("\n\n").unwrap();
    let widest = table.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{table}");
    assert!(
        table.contains("issuer              failed   another issuer\n"),
        "{table}"
    );
    assert_eq!(error.matches("error: ").count(), 1, "{error}");
    let fix = format!("write `issuer = \"{}\"`: the slash", server.issuer);
    assert!(error.contains(&fix), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_is_checked_with_its_authorization_servers() {
    let server = AuthorizationServer::start().await;
    let case = Case::new(&server.issuer, &nobody());
    let path = case.path().display().to_string();
    let check = |flags: &[&str]| {
        let output = crate::support::run(&[&["config", "check", &path], flags].concat());
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let row = format!("login                 {}  tollbar  ", server.issuer);
    case.write("", OAUTH2, "");
    let (_, out) = check(&["--offline"]);
    assert!(out.contains(&format!("{row}not asked\n")), "{out}");
    let (_, out) = check(&[]);
    assert!(out.contains(&format!("{row}yes\n")), "{out}");
    assert!(
        out.contains("; valid, but not every upstream answers\n"),
        "{out}"
    );
    fs::write(case.folder.path().join("secret"), "another").unwrap();
    let (code, out) = check(&[]);
    assert_eq!(code, Some(1));
    let words = format!(
        "{row}no: client: id and secret are refused (401): see `tollbar-gateway authserver check \
         login`\n"
    );
    assert!(out.contains(&words), "{out}");
    assert!(
        out.contains("and not every authorization server can be used\n"),
        "{out}"
    );
    // No plan uses it.
    case.write("", "", "");
    let (_, out) = check(&["--offline"]);
    assert!(!out.contains("AUTHORIZATION SERVER"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_tells_of_servers_that_cannot_work() {
    let server = AuthorizationServer::start().await;
    let upstream = crate::support::Upstream::answering(super::ANSWER).await;
    let case = Case::new(&server.issuer, &upstream.url);
    fs::write(case.folder.path().join("secret"), "another").unwrap();
    case.write("", OAUTH2, "");
    let told = "the authorization server `login` cannot be used as it is (client: id and secret are \
                refused (401)): run `tollbar-gateway authserver check login`";
    let gateway = case.start();
    gateway.hear(told);
    // A change elsewhere is no reason to ask again, and one of the server is.
    case.write("description = \"x\"\n", OAUTH2, "");
    gateway.signal("HUP");
    super::reloaded(&gateway, 1);
    case.write("", &format!("{OAUTH2}cache_ttl = \"5s\"\n"), "");
    gateway.signal("HUP");
    super::reloaded(&gateway, 2);
    assert_eq!(
        gateway.said().matches(told).count(),
        1,
        "{}",
        gateway.said()
    );
    let server = AuthorizationServer::start().await;
    let other = Case {
        issuer: server.issuer.clone(),
        ..case
    };
    other.write("", OAUTH2, "");
    gateway.signal("HUP");
    super::reloaded(&gateway, 3);
    let begun = std::time::Instant::now();
    while gateway.said().matches(told).count() < 2 {
        assert!(begun.elapsed().as_secs() < 20, "{}", gateway.said());
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
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
