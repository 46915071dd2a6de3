//! Plans: which of them can stand beside each other, and where they are needed.

use super::{PROXY, expect, lines, toml};

/// One proxy with these plans, which begin on line 5.
fn with(plans: &str) -> String {
    format!("{PROXY}{plans}\n")
}

const KEY: &str = "[[proxy.plan]]\ntype = \"key\"\n";
const KEYLESS: &str = "[[proxy.plan]]\ntype = \"keyless\"\n";

/// The plans of the one proxy of a text, in a line.
fn plans(text: &str) -> String {
    let verdict = toml(text);
    assert_eq!(verdict.count().0, 0, "{verdict}");
    verdict.settings.unwrap().proxies[0].plans()
}

#[test]
fn a_proxy_without_plans_is_keyless() {
    assert_eq!(plans(PROXY), "keyless");
    assert_eq!(plans(&with(KEY)), "key");
    assert_eq!(
        plans(&with(&format!(
            "{KEY}name = \"partners\"\nheader = \"x-api-key\"\n{KEYLESS}"
        ))),
        "partners (key), keyless"
    );
}

/// `(plans, the one problem)`.
#[test]
fn plans_that_cannot_stand_beside_each_other_are_told() {
    let header = "header = \"x-key\"\n";
    let cases = [
        (
            format!("{KEYLESS}{KEY}"),
            "file:6:8: a keyless plan is the last one: it is for those who show nothing: move it \
             behind the other plans of this proxy",
        ),
        (
            format!("{KEY}{header}{KEY}name = \"other\"\nheader = \"X-Key\""),
            "file:11:10: the first plan reads keys from `x-key` too: remove one, or give it \
             `header = \"x-api-key\"`",
        ),
        (
            format!("{KEY}{KEY}name = \"other\""),
            "file:8:8: the first plan reads keys from `authorization` too: remove one, or give it \
             `header = \"x-api-key\"`",
        ),
        (
            format!("{KEY}{KEY}"),
            "file:8:8: the first plan reads keys from `authorization` too: remove one, or give it \
             `header = \"x-api-key\"` and a `name`",
        ),
        (
            format!("{KEY}{KEY}{header}"),
            "file:8:8: this plan is called `key`, like the first one: give each a `name` of its own",
        ),
        (
            format!("{KEYLESS}{header}"),
            "file:7:10: a keyless plan looks at no header: remove `header`, or say what stands \
             there: `type = \"key\"`",
        ),
        (
            format!("{KEY}admit = [{{ any = true }}]"),
            "file:7:1: a key plan has no rules of certificates: remove `admit`, or write `type = \
             \"certificate\"`",
        ),
        (
            "[[proxy.plan]]\ntype = \"kee\"".to_owned(),
            "file:6:8: `proxy[0].plan[0].type`: `kee` is not known here: did you mean `key`?",
        ),
        (
            "[[proxy.plan]]\nname = \"a\"".to_owned(),
            "file:5:1: `type` is missing in `proxy[0].plan[0]`: add `type`",
        ),
        (
            format!("{KEY}header = \"mcp-session-id\""),
            "file:7:10: `proxy[0].plan[0].header`: no credential can stand in `mcp-session-id`: \
             use a header of its own, such as `x-api-key`",
        ),
    ];
    for (text, problem) in cases {
        expect(&with(&text), &[problem]);
    }
}

#[test]
fn a_key_may_stand_where_the_server_gets_one() {
    // What the server gets in the same header is the gateway's own.
    let fixed = PROXY.replace(
        "upstream.url",
        "upstream.headers.x-api-key = { env = \"SET\" }\nupstream.url",
    );
    expect(&format!("{fixed}{KEY}header = \"x-api-key\""), &[]);
}

const CERTIFICATE: &str = "[[proxy.plan]]\ntype = \"certificate\"\nadmit = [{ any = true }]\n";

#[test]
fn a_certificate_comes_from_somewhere() {
    expect(
        &with(CERTIFICATE),
        &[
            "file:6:8: no client is asked for a certificate: set `client_ca_file` and \
             `client_certificate = \"optional\"` in `[listener.tls]`, or name the `header` in \
             which a trusted peer passes it",
        ],
    );
    let header = format!("{CERTIFICATE}header = \"client-cert\"\n");
    expect(
        &with(&header),
        &[
            "file:8:10: nobody is trusted to pass a certificate in a header, so that this plan \
             admits nobody: name the terminator in front: `trusted_peers = [\"10.0.0.7\"]` in \
             `[listener]`",
        ],
    );
    let trusted = "[listener]\ntrusted_peers = [\"10.0.0.7\"]\n";
    expect(&format!("{trusted}{}", with(&header)), &[]);
    let authorization = header.replace("client-cert", "authorization");
    let found = lines(&toml(&format!("{trusted}{}", with(&authorization))));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("no certificate can stand in `authorization`"),
        "{found:?}"
    );
    let twice = format!(
        "{trusted}{}{CERTIFICATE}name = \"b\"\nheader = \"x-cert\"\n",
        with(&header)
    );
    let found = lines(&toml(&twice));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("the first plan judges certificates already"),
        "{found:?}"
    );
}

#[test]
fn the_fix_of_a_rule_stands_with_the_fixes() {
    let shown = toml(&with(
        "[[proxy.plan]]\ntype = \"certificate\"\nadmit = [{ thumbprint = \"a: b\" }]\n",
    ))
    .to_string();
    assert!(
        shown.contains("error: `a: b` is not a SHA-256 thumbprint\n"),
        "{shown}"
    );
    assert!(
        shown.contains(" = fix: write its 64 hex digits, "),
        "{shown}"
    );
}

/// `(rule, what its problem begins with)`.
#[test]
fn each_rule_of_a_certificate_plan_looks_for_one_thing() {
    let text = |rule: &str| {
        let listener = "[listener]\ntrusted_peers = [\"10.0.0.7\"]\n";
        let plan = "[[proxy.plan]]\ntype = \"certificate\"\nheader = \"client-cert\"\n";
        format!("{listener}{PROXY}{plan}[[proxy.plan.admit]]\n{rule}\n")
    };
    for rule in [
        "any = true",
        "subject = \"CN=agent,O=Example\"\nconsumer = \"agent\"\nscopes = [\"tools:read\"]",
        "dns = \"agent.example\"",
        "uri = \"spiffe://example/agents/*\"",
        "email = \"a@example.com\"",
        "thumbprint = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"",
    ] {
        expect(&text(rule), &[]);
    }
    for (rule, begins) in [
        (
            "",
            "file:10:1: this rule says nothing about whom it admits: give exactly one of",
        ),
        (
            "any = true\ndns = \"a\"",
            "file:10:1: this rule says 2 things, and may say one: give exactly one of",
        ),
        (
            "thumbprint = \"abc\"",
            "file:11:14: `abc` is not a SHA-256 thumbprint",
        ),
        (
            "uri = \"spiffe://*\"",
            "file:11:7: `spiffe://*` has `*` in a place",
        ),
        (
            "any = true\nconsumer = \"\"",
            "file:12:12: this is not what a consumer can be called",
        ),
        (
            "any = true\nscopes = [\"a b\"]",
            "file:12:11: `proxy[0].plan[0].admit[0].scopes[0]`: ",
        ),
    ] {
        let found = lines(&toml(&text(rule)));
        assert_eq!(found.len(), 1, "{rule}: {found:?}");
        assert!(found[0].starts_with(begins), "{rule}: {found:?}");
    }
    let none = text("any = true").replace("[[proxy.plan.admit]]\nany = true\n", "");
    let found = lines(&toml(&none));
    assert!(
        found[0].starts_with("file:8:8: this plan lets nobody in: it has no rule: "),
        "{found:?}"
    );
}

#[test]
fn only_proxies_that_ask_nobody_keep_a_listener_from_strangers() {
    let other = PROXY.replace("\"a\"", "\"b\"").replace("/a", "/b");
    let reachable = "[listener]\naddress = \"10.0.0.5:80\"\n";
    let keyed = with(KEY);
    let found = lines(&toml(&format!("{reachable}{keyed}{other}")));
    assert!(
        found[0].contains("can reach, and `b` asks nobody for a credential"),
        "{found:?}"
    );
    let rescued = format!("{reachable}{keyed}{KEYLESS}");
    let found = lines(&toml(&format!("{rescued}{other}")));
    assert!(
        found[0].contains(
            ": give `b` a plan (`[[proxy.plan]]` with `type = \"key\"`), remove the keyless plan of \
             `a`, listen on "
        ),
        "{found:?}"
    );
    let found = lines(&toml(&rescued));
    assert!(
        found[0].contains("all of them: remove the keyless plan of `a`, listen on "),
        "{found:?}"
    );
    let verdict = toml(&format!("{reachable}{keyed}"));
    assert_eq!(verdict.count(), (0, 1), "{verdict}");
    assert_eq!(
        lines(&verdict),
        [
            "file:2:11: `10.0.0.5:80` can be reached by other machines without TLS: the keys of \
             `a` can be read on the way: set `[listener.tls]`, or name the proxy in front that \
             ends TLS: `trusted_peers`"
        ]
    );
    let behind = format!("{reachable}trusted_peers = [\"10.0.0.7\"]\n{keyed}");
    expect(&behind, &[]);
}
