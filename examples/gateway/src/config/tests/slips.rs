//! Keys and words from elsewhere, and URLs with too much in them.

use super::{PROXY, lines, toml};

const SERVER: &str =
    "[[authorization_server]]\nname = \"login\"\nissuer = \"https://login.example\"\n";
const JWT: &str = "[[proxy.plan]]\ntype = \"jwt\"\nauthorization_server = \"login\"\n";

/// What is said of these lines behind the server, and behind the plan.
fn said(server: &str, plan: &str) -> Vec<String> {
    lines(&toml(&format!("{SERVER}{server}{PROXY}{JWT}{plan}")))
}

#[test]
fn keys_from_elsewhere_are_known() {
    assert_eq!(said("", ""), Vec::<String>::new());
    for key in [
        "discovery_url",
        "realm",
        "tenant_id",
        "well_known",
        "server_url",
    ] {
        let found = said(&format!("{key} = \"x\"\n"), "");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].ends_with(": did you mean `issuer`?"), "{found:?}");
    }
    let found = said("", "required_scopes = [\"mcp\"]\n");
    assert!(found[0].ends_with(": did you mean `scopes`?"), "{found:?}");
    for (word, meant) in [
        ("client_secret_basic", "basic"),
        ("client_secret_post", "post"),
    ] {
        let found = said(&format!("method = \"{word}\"\n"), "");
        assert!(
            found[0].ends_with(&format!(": did you mean `{meant}`?")),
            "{found:?}"
        );
    }
}

#[test]
fn what_belongs_to_the_server_is_sent_there() {
    for key in ["issuer", "jwks_uri", "client_id", "introspection_endpoint"] {
        let found = said("", &format!("{key} = \"https://login.example\"\n"));
        assert_eq!(found.len(), 1, "{found:?}");
        let fix = format!("`{key}` belongs in an `[[authorization_server]]`");
        assert!(found[0].contains(&fix), "{found:?}");
    }
    // By another name too, and what is only a slip is none of it.
    let found = said("", "realm = \"x\"\n");
    assert!(found[0].contains("`issuer` belongs in"), "{found:?}");
    let found = said("", "scope = [\"mcp\"]\n");
    assert!(found[0].ends_with(": did you mean `scopes`?"), "{found:?}");
}

#[test]
fn a_well_known_url_is_shown() {
    let text = format!("{SERVER}{PROXY}{JWT}");
    let text = text.replace(".example", ".example/.well-known/openid-configuration");
    let shown = toml(&text).to_string();
    assert!(
        shown.contains("| issuer = \"https://login.example/.well-known/openid-configuration\"\n"),
        "{shown}"
    );
}

#[test]
fn the_path_of_a_proxy_stands_once_in_its_url() {
    let with = |url: &str| {
        let listener = format!("[listener]\npublic_url = \"{url}\"\n");
        lines(&toml(&format!("{listener}{SERVER}{PROXY}{JWT}")))
    };
    for url in [
        "https://gw.example",
        "https://gw.example/b",
        "https://gw.example/aa",
    ] {
        assert_eq!(with(url), Vec::<String>::new(), "{url}");
    }
    for url in ["https://gw.example/a", "https://gw.example/x/a/"] {
        let found = with(url);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("file:2:14: this ends with the path of `a`"),
            "{found:?}"
        );
        assert!(found[0].contains("/a/a`: leave `/a` out"), "{found:?}");
    }
}

#[test]
fn the_url_of_gravitee_ends_before_the_domain() {
    let with = |url: &str| {
        let preset = format!("gravitee = {{ url = \"{url}\", domain = \"field\" }}\n");
        let server = SERVER.replace("issuer = \"https://login.example\"\n", &preset);
        lines(&toml(&format!("{server}{PROXY}{JWT}")))
    };
    for url in [
        "https://am.example",
        "https://am.example/auth",
        "https://am.example/airfield",
    ] {
        assert_eq!(with(url), Vec::<String>::new(), "{url}");
    }
    for url in [
        "https://am.example/field",
        "https://am.example/field/",
        "https://am.example/auth/field/oidc",
    ] {
        let found = with(url);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("leave out the domain"), "{found:?}");
    }
}

#[test]
fn clients_are_told_something_to_ask_for() {
    let verdict = toml(&format!(
        "{SERVER}{PROXY}{JWT}scopes = [\"mcp\"]\nchallenge_scopes = [\"api://gw/mcp\"]\n"
    ));
    assert_eq!(verdict.count(), (0, 0), "{verdict}");
    let settings = verdict.settings.unwrap();
    let plan = &settings.proxies[0].plans[0];
    assert_eq!(plan.scopes().collect::<Vec<_>>(), ["mcp"]);
    let asked: Vec<_> = plan.scopes_to_ask_for().collect();
    assert_eq!(asked, ["api://gw/mcp"]);
    let found = said("", "challenge_scopes = []\n");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("no scope: name one"), "{found:?}");
}
