//! What the commands say of a proxy that relays.

use super::{Case, ISSUER};
use crate::support::{AuthorizationServer, Secured, run, run_with};

#[tokio::test(flavor = "multi_thread")]
async fn a_check_asks_whether_clients_can_log_in() {
    let login = AuthorizationServer::start().await;
    let secured = Secured::of(&login.issuer).await;
    let case = Case::new(&secured.url);
    case.write("", "", "[proxy.relay]\n");
    let path = case.path().display().to_string();
    let check = |flags: &[&str]| {
        let output = run(&[&["config", "check", &path], flags].concat());
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (code, table) = check(&[]);
    assert_eq!(code, Some(0), "{table}");
    assert!(
        table.contains("yes: it wants a credential (401), which clients bring"),
        "{table}"
    );
    assert!(table.contains("\nRELAY OF  MODE    SERVER "), "{table}");
    let row = table
        .lines()
        .find(|line| line.starts_with("a         mirror"))
        .unwrap();
    assert!(row.contains(" yes"), "{table}");
    let (code, table) = check(&["--offline"]);
    assert_eq!(code, Some(0), "{table}");
    assert!(table.contains("not asked"), "{table}");

    // About another resource.
    case.write(
        "",
        "",
        "[proxy.relay]\nidentifier = \"https://other.example/mcp\"\n",
    );
    let (code, table) = check(&[]);
    assert_eq!(code, Some(1), "{table}");
    assert!(table.contains("no: resource:"), "{table}");
    let (_, relays) = table.split_once("\n\n").unwrap();
    let (relays, _) = relays.split_once("\nsee ").unwrap();
    let wide = relays.lines().find(|line| line.chars().count() > 80);
    assert_eq!(wide, None, "{table}");
    assert!(
        table.contains("see `tollbar-gateway relay check --proxy a --config /"),
        "{table}"
    );
    assert!(
        table.ends_with("valid, but clients cannot log in to every proxy\n"),
        "{table}"
    );
    // The same at the start of a gateway, which starts all the same.
    let gateway = case.start();
    gateway.hear("clients cannot log in to `a` as it is: ");
    // A server that is not relayed, and should be.
    case.write("", "", "");
    let (code, table) = check(&[]);
    assert_eq!(code, Some(1), "{table}");
    assert!(
        table.contains("where it judges its users itself, add `[proxy.relay]`"),
        "{table}"
    );
}

/// Clients find the login, and the gateway stands in their way by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_what_the_plans_keep_out() {
    let login = AuthorizationServer::start().await;
    let secured = Secured::of(&login.issuer).await;
    let case = Case::new(&secured.url);
    let check = || {
        let output = run(&["config", "check", &case.path().display().to_string()]);
        let text = String::from_utf8(output.stdout).unwrap();
        // However the table is wrapped.
        let words: Vec<&str> = text.split_whitespace().collect();
        (output.status.code(), words.join(" "))
    };
    let key = "[[proxy.plan]]\ntype = \"key\"\nheader = \"x-api-key\"\n";
    case.write("", "", &format!("[proxy.relay]\n{key}"));
    assert_eq!(
        case.run(&["keys", "create", "--name", "me", "--proxy", "a"])
            .0,
        Some(0)
    );
    let (code, table) = check();
    assert_eq!(code, Some(0), "{table}");
    assert!(table.contains("only with a key of the gateway"), "{table}");

    let server = |issuer: &str| {
        format!("[[authorization_server]]\nname = \"login\"\nissuer = \"{issuer}\"\n")
    };
    let plan = "[[proxy.plan]]\ntype = \"relay\"\nverify = \"jwt\"\nauthorization_server = \
                \"login\"\n";
    case.write(&server("http://127.0.0.1:9"), "", plan);
    let (code, table) = check();
    assert_eq!(code, Some(1), "{table}");
    let words = format!("the server sends clients to {}", login.issuer);
    assert!(table.contains(&format!("no: {words}")), "{table}");
    let (code, _, error) = case.run(&["relay", "check", "--proxy", "a"]);
    assert_eq!(code, Some(1), "{error}");
    assert!(
        error.contains(&format!("error: verify: {words}")),
        "{error}"
    );
    let gateway = case.start();
    gateway.hear(&format!("clients cannot log in to `a` as it is: {words}"));
    drop(gateway);

    case.write(&server(&login.issuer), "", plan);
    let gateway = case.start();
    gateway.hear("clients are led to the login of `a` (relay: mirror); not asked: clients will ask for tokens");
}

/// What a person types is shown to them, and where a setting belongs.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_another_name_is_told_with_what_to_write() {
    let login = AuthorizationServer::start().await;
    let secured = Secured::of(&login.issuer).await;
    let other = secured.url.replace("127.0.0.1", "localhost");
    let output = run(&["relay", "check", &other]);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, error) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(1), "{out}");
    let own = &secured.url;
    assert!(
        out.contains(&format!("if `{own}` is this server, write:\n\n[[proxy]]\n")),
        "{out}"
    );
    assert!(out.contains(&format!("identifier = \"{own}\"\n")), "{out}");
    assert!(
        error.contains("(in `[proxy.relay]`; here `--identifier URL`)"),
        "{error}"
    );
    assert!(!error.contains("do what is said"), "{error}");
    let output = run(&["relay", "check", &other, "--identifier", own]);
    assert_eq!(output.status.code(), Some(0));
    let out = text(output.stdout);
    assert!(
        out.contains("audience                       skipped  not asked: clients"),
        "{out}"
    );

    let output = run(&["relay", "check", own, "--public-url", "gw.example/mcp"]);
    let error = text(output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(error.contains("invalid value 'gw.example/mcp'"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_asked_about_those_of_whom_nothing_is_known() {
    let case = Case::new("http://127.0.0.1:9/mcp");
    let rules = "[proxy.acl]\n[[proxy.acl.rule]]\nname = \"all\"\ntools = [\"get_*\"]\n\
                 [[proxy.acl.rule]]\nname = \"ada\"\nsubjects = [\"ada\"]\n";
    let open = rules
        .split("[[proxy.acl.rule]]\nname = \"ada\"")
        .next()
        .unwrap();
    case.write("", "", &format!("[proxy.relay]\n{open}"));
    let explain = |who: &str, tool: &str| {
        case.run(&[
            "acl",
            "explain",
            "--as",
            who,
            "--call",
            &format!("tools/call:{tool}"),
        ])
    };
    for who in ["anonymous", "plan=relay"] {
        let (code, out, error) = explain(who, "get_weather");
        assert_eq!(code, Some(0), "{out}{error}");
        assert!(out.contains("plan relay, not verified"), "{out}");
        assert_eq!(explain(who, "set_weather").0, Some(1));
    }
    let (code, _, error) = explain("subject=ada", "get_weather");
    assert_eq!(code, Some(2), "{error}");
    assert!(
        error.contains("of nobody is a subject known under the plan `relay`"),
        "{error}"
    );

    // With tokens that are verified, there are two kinds of consumers.
    let server = format!("[[authorization_server]]\nname = \"login\"\nissuer = \"{ISSUER}\"\n");
    let plan = "[[proxy.plan]]\ntype = \"relay\"\nverify = \"jwt\"\nauthorization_server = \
                \"login\"\nscopes = [\"mcp\"]\n";
    case.write(&server, "", &format!("{plan}{rules}"));
    let (code, out, error) = explain("subject=ada,scope=mcp", "set_weather");
    assert_eq!(code, Some(0), "{out}{error}");
    assert!(out.contains("rule `ada`") || out.contains("ada"), "{out}");
    assert!(
        !out.contains("not verified") && error.is_empty(),
        "{out}{error}"
    );
    let (code, _, error) = explain("subject=ada", "set_weather");
    assert_eq!(code, Some(0), "{error}");
    assert!(
        error.contains("lets nobody in without the scopes mcp"),
        "{error}"
    );
    let (code, out, error) = explain("anonymous", "set_weather");
    assert_eq!(code, Some(1), "{out}{error}");
    assert!(out.contains("not verified"), "{out}");
    assert!(
        error.contains("this is somebody who shows no token"),
        "{error}"
    );
    assert_eq!(explain("anonymous,subject=ada", "set_weather").0, Some(2));
}

/// What a server lists, it lists to those who have logged in.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_shown_a_token_when_it_wants_one() {
    let secured = Secured::of(ISSUER).await;
    let case = Case::new(&secured.url);
    case.write("", "", "[proxy.relay]\n");
    let list = |variable: Option<(&str, &str)>| {
        let path = case.path().display().to_string();
        let list = ["acl", "list", "--as", "anonymous", "--config", &path];
        let flag: &[&str] = match variable {
            Some(_) => &["--token-env", "TOKEN"],
            None => &[],
        };
        let variables: Vec<_> = variable.into_iter().collect();
        let output = run_with(&[&list[..], flag].concat(), &variables);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (code, out, error) = list(Some(("TOKEN", "good")));
    assert_eq!(code, Some(0), "{error}");
    let last = out.lines().last().unwrap();
    assert_eq!(last, "a as plan relay, not verified: 5 allowed, 0 denied");
    let (code, _, error) = list(None);
    assert_eq!(code, Some(2), "{error}");
    assert!(
        error.contains("it answers with status 401 Unauthorized: give `--token-env NAME`"),
        "{error}"
    );
    for (variable, words) in [
        (
            ("TOKEN", "bad-one"),
            "cannot be asked what it offers: it answers with status 401",
        ),
        (
            ("TOKEN", "two words"),
            "the environment variable `TOKEN` holds no token",
        ),
        (
            ("OTHER", "good"),
            "the environment variable `TOKEN` is not set",
        ),
    ] {
        let (code, _, error) = list(Some(variable));
        assert_eq!(code, Some(2), "{error}");
        assert!(
            error.contains(words) && !error.contains(variable.1),
            "{error}"
        );
    }
    case.write("", "", "");
    let (code, _, error) = list(Some(("TOKEN", "good")));
    assert_eq!(code, Some(2), "{error}");
    assert!(
        error.contains("the proxy `a` does not pass tokens on to its server"),
        "{error}"
    );
}
