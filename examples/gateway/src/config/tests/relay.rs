//! Servers that judge tokens themselves: what can be said of them, and what cannot stand beside it.

use super::{PROXY, expect, lines, toml};
use crate::config::{Settings, section::RelayMode};

/// A proxy with a relay of this text, which begins on line 6.
fn with(text: &str) -> String {
    format!("{PROXY}[proxy.relay]\n{text}")
}

/// The same in front of a server at this URL.
fn to(url: &str, text: &str) -> String {
    with(text).replace("http://[::1]:1/", url)
}

#[track_caller]
fn settle(text: &str) -> Settings {
    let verdict = toml(text);
    assert_eq!(verdict.count().0, 0, "{verdict}");
    verdict.settings.unwrap()
}

#[test]
fn an_empty_section_is_a_mirror_with_a_plan_of_its_own() {
    let proxy = settle(&with("")).proxies.remove(0);
    assert_eq!(proxy.plans(), "relay");
    let section = &proxy.relay.unwrap().section;
    assert_eq!(section.mode, RelayMode::Mirror);
    // What goes on is part of what the upstream is.
    let without = settle(PROXY).proxies.remove(0);
    assert!(proxy.upstream_fingerprint != without.upstream_fingerprint);
    assert!(without.relay.is_none());
    // The plan alone has the same defaults.
    let planned = format!("{PROXY}[[proxy.plan]]\ntype = \"relay\"\n");
    let planned = settle(&planned).proxies.remove(0);
    assert_eq!(planned.plans(), "relay");
    assert_eq!(&planned.relay.unwrap().section, section);
    assert_eq!(planned.upstream_fingerprint, proxy.upstream_fingerprint);
}

#[test]
fn all_that_can_be_said_of_a_relay_is_read() {
    let text = to(
        "https://mcp.example/mcp",
        "mode = \"synthesised\"\nidentifier = \"https://other.example/mcp\"\nmetadata_origins = \
         [\"https://docs.example\"]\nauthorization_servers = [\"https://login.example\"]\n\
         allow_http = false\nlifetime = \"2m\"\nstale = \"1h\"\npause = \"1s\"\ntimeout = \"3s\"\n\
         document_limit = \"16KiB\"\n",
    );
    let relay = settle(&text).proxies.remove(0).relay.unwrap();
    let resource = relay.resource(&url("https://gateway.example/a"), true);
    let resource = resource.unwrap();
    assert_eq!(resource.mode().as_str(), "synthesised");
    assert!(
        resource
            .paths()
            .contains(&"/.well-known/oauth-protected-resource".to_owned()),
        "{:?}",
        resource.paths()
    );
    for mode in ["mirror", "verbatim"] {
        let relay = settle(&with(&format!("mode = \"{mode}\"\n")))
            .proxies
            .remove(0)
            .relay;
        let resource = relay
            .unwrap()
            .resource(&url("http://127.0.0.1:8080/a"), false);
        assert_eq!(resource.unwrap().mode().as_str(), mode);
    }
}

fn url(text: &str) -> url::Url {
    text.parse().unwrap()
}

/// What is known of a server is kept as long as this is the same.
#[test]
fn a_relay_is_another_one_when_anything_of_it_changes() {
    let of = |text: &str, public: &str, is_alone: bool| {
        let relay = settle(text).proxies.remove(0).relay.unwrap();
        relay.fingerprint(&url(public), is_alone)
    };
    let (server, public) = ("https://mcp.example/mcp", "https://gateway.example/a");
    let text = to(server, "");
    let relay = of(&text, public, true);
    let limits = format!("{text}[proxy.limits]\nbody = \"1MiB\"\n[proxy.upstream]\n");
    let limits = limits.replace("upstream.url", "keep_alive = \"1s\"\n#")
        + "url = \"https://mcp.example/mcp\"\nmax_exchanges = 5\n";
    assert_eq!(relay, of(&limits, public, true));
    for (other, public, is_alone) in [
        (to("https://mcp.example/other", ""), public, true),
        (to(server, "mode = \"verbatim\"\n"), public, true),
        (to(server, "pause = \"1s\"\n"), public, true),
        (text.replace("\"a\"", "\"b\""), public, true),
        (text.replace("\"/a\"", "\"/b\""), public, true),
        (text.clone(), "https://gateway.example/a/", true),
        (text.clone(), public, false),
    ] {
        assert!(relay != of(&other, public, is_alone), "{other}");
    }
}

/// `(text, the one problem)`.
#[test]
fn what_cannot_be_relayed_is_told() {
    let clear = "the server's metadata would come from another machine without TLS: whoever is on \
                 the way could send clients to a login of their own: use `https`, or set \
                 `allow_http = true` in `[proxy.relay]` where nobody is on the way";
    let (own, server) = ("[proxy.upstream.authorization]", "https://mcp.example/mcp");
    let section = with("") + "[proxy.upstream.authorization]\nbearer = { env = \"SET\" }\n";
    for (text, problem) in [
        (
            with("mode = \"mirrored\"\n"),
            "file:6:8: `proxy[0].relay.mode`: `mirrored` is not known here: did you mean `mirror`?"
                .to_owned(),
        ),
        (
            with("issuer = \"https://login.example\"\n"),
            "file:6:1: unknown key `issuer` in `proxy[0].relay`: did you mean \
             `authorization_servers`?"
                .to_owned(),
        ),
        (
            with("authorization_servers = [\"https://login.example\"]\n"),
            "file:6:1: the server itself says which authorization servers it has, in all modes but \
             `synthesised`: remove `authorization_servers`, or write `mode = \"synthesised\"`"
                .to_owned(),
        ),
        (
            to(server, "metadata_origins = [\"http://docs.example\"]\n"),
            format!("file:6:21: {clear}"),
        ),
        (
            to(server, "metadata_origins = [\"https://docs.example/a\"]\n"),
            "file:6:21: `proxy[0].relay.metadata_origins[0]`: this is more than an origin: write \
             scheme, host and port only: `https://docs.example`"
                .to_owned(),
        ),
        (
            // Of another machine, what is here is another one.
            to(server, "metadata_origins = [\"http://127.0.0.1:1\"]\n"),
            format!("file:6:21: {clear}"),
        ),
        (
            section.replace("upstream.url = \"http://[::1]:1/\"\n", "")
                + "[proxy.upstream]\nurl = \"http://[::1]:1/\"\n",
            format!(
                "file:5:17: the server gets the client's own `Authorization` (`[proxy.relay]`), and \
                 cannot get the gateway's ({own}) as well: remove this section where the server \
                 judges its users itself, or `[proxy.relay]` where it trusts the gateway"
            ),
        ),
        (
            with("").replace(
                "upstream.url",
                "upstream.headers.Authorization = { env = \"SET\" }\nupstream.url",
            ),
            "file:4:18: the server gets the client's own `Authorization` (`[proxy.relay]`), and \
             cannot get the gateway's (headers) as well: remove this header where the server judges \
             its users itself, or `[proxy.relay]` where it trusts the gateway"
                .to_owned(),
        ),
        (
            format!("[listener]\naddress = \"0.0.0.0:80\"\nallowed_hosts = [\"gw\"]\n{}", with("")),
            "file:8:8: clients log in for one URL, and `0.0.0.0:80` is none that they know: say how \
             clients reach this proxy: `public_url = \"https://gateway.example\"` in `[listener]`, \
             or the whole URL in `[[proxy]]`"
                .to_owned(),
        ),
    ] {
        expect(&text, &[&problem]);
        assert!(toml(&text).settings.is_none(), "{text}");
    }
    let remote = to("http://mcp.example/mcp", "");
    expect(&remote, &[&format!("file:4:16: {clear}")]);
    let wanted = lines(&toml(&to("http://mcp.example/mcp", "allow_http = true\n")));
    assert_eq!(wanted.len(), 1, "{wanted:?}");
    assert!(
        wanted[0].contains("credentials and all calls can be read"),
        "{wanted:?}"
    );
}

/// `(text, the problems)`: slips of whoever has not read the page.
#[test]
fn a_relay_that_is_written_in_another_way_is_told_how() {
    let section = "write `[proxy.relay]`, which may be empty, behind the keys of its `[[proxy]]`";
    let key = |value: &str| format!("{PROXY}relay = {value}\n");
    let belongs = |key: &str| {
        format!(
            "file:6:1: unknown key `{key}` in `proxy[0].relay`: `{key}` belongs in a \
             `[[proxy.plan]]` with `type = \"relay\"`, beside `[proxy.relay]`"
        )
    };
    for (text, problems) in [
        (
            key("true"),
            vec![format!("file:5:9: `proxy[0].relay` cannot be a boolean: {section}")],
        ),
        (
            key("\"mirror\""),
            vec![format!(
                "file:5:9: `proxy[0].relay` cannot be a string: {section}, and `mode = \"mirror\"` in it"
            )],
        ),
        (
            key("false"),
            vec![
                "file:5:9: `proxy[0].relay` cannot be a boolean: remove it: nothing is relayed \
                 without `[proxy.relay]`"
                    .to_owned(),
            ],
        ),
        (
            with("verify = \"jwt\"\nauthorization_server = \"login\"\n"),
            vec![
                belongs("verify"),
                belongs("authorization_server").replace(":6:", ":7:"),
            ],
        ),
        (
            PROXY.replace("upstream.url", "[proxy.relay]\nupstream.url"),
            vec![
                "file:5:1: unknown key `upstream` in `proxy[0].relay`: keys of `[[proxy]]` stand before \
                 `[proxy.relay]`: move it up, above that line"
                    .to_owned(),
            ],
        ),
        (
            format!("{PROXY}[[proxy.plan]]\ntype = \"relay\"\nmode = \"mirror\"\n"),
            vec![
                "file:7:1: unknown key `mode` in `proxy[0].plan[0]`: `mode` belongs in \
                 `[proxy.relay]`, beside the plans"
                    .to_owned(),
            ],
        ),
        (
            format!("{PROXY}[[proxy.plan]]\ntype = \"relay\"\nverify = true\nscopes = [\"a\"]\n"),
            vec![
                "file:7:10: `proxy[0].plan[0].verify` cannot be a boolean: write `\"oauth2\"` or \
                 `\"jwt\"`"
                    .to_owned(),
            ],
        ),
        (
            format!(
                "{PROXY}[[proxy.plan]]\ntype = \"relay\"\nverify = \"introspection\"\nscopes = [\"a\"]\n"
            ),
            vec![
                "file:7:10: `proxy[0].plan[0].verify`: `introspection` is not known here: did you mean \
                 `oauth2`?"
                    .to_owned(),
            ],
        ),
    ] {
        let problems: Vec<&str> = problems.iter().map(String::as_str).collect();
        expect(&text, &problems);
        assert!(toml(&text).settings.is_none(), "{text}");
    }
}

#[test]
fn what_is_stale_at_once_is_told() {
    let warning = "metadata is never told when the server cannot be reached: it is too old for that \
                   (`stale`) before it is asked for again (`lifetime`): make `stale` longer than \
                   `lifetime`";
    for (keys, place) in [
        ("lifetime = \"1m\"\nstale = \"30s\"\n", "7:9"),
        ("lifetime = \"11m\"\n", "6:12"),
    ] {
        expect(&with(keys), &[&format!("file:{place}: {warning}")]);
        settle(&with(keys));
    }
    expect(&with("lifetime = \"10m\"\n"), &[]);
}

#[test]
fn no_rule_names_a_token() {
    let rule = "[proxy.acl]\n[[proxy.acl.rule]]\nheaders.authorization = [\"Bearer abc\"]\n";
    expect(
        &with(rule),
        &[
            "file:8:9: the tokens of the server are secrets, and change: no rule can name them: let the \
             relay plan verify them (`verify`), and say who is meant by `subjects`, `clients` or scopes",
        ],
    );
    assert!(!toml(&with(rule)).to_string().contains("abc"));
}

/// It is told at the start.
#[test]
fn metadata_without_tls_has_to_be_wanted() {
    let text = to(
        "http://mcp.example/mcp",
        "allow_http = true\nmetadata_origins = [\"http://docs.example\", \"https://b.example\"]\n",
    );
    let relay = settle(&text).proxies.remove(0).relay.unwrap();
    assert_eq!(
        relay.in_the_clear(),
        ["http://docs.example", "http://mcp.example"]
    );
    // On this machine nobody is on the way.
    for text in [
        with("allow_http = true\nmetadata_origins = [\"http://localhost:1\"]\n"),
        to("https://mcp.example", "allow_http = true\n"),
    ] {
        let relay = settle(&text).proxies.remove(0).relay.unwrap();
        assert_eq!(relay.in_the_clear(), Vec::<String>::new(), "{text}");
    }
}

/// What a configuration of old says in another way.
#[test]
fn the_key_that_there_was_once_is_told_with_what_to_write_instead() {
    let old = |value: &str| {
        let line = format!("upstream.forward_authorization = {value}\nupstream.url");
        PROXY.replace("upstream.url", &line)
    };
    expect(
        &old("true"),
        &[
            "file:4:10: unknown key `forward_authorization` in `proxy[0].upstream`: write \
             `[proxy.relay]`, behind the keys of its `[[proxy]]`: the server judges tokens itself \
             then, and clients learn from it how to log in",
        ],
    );
    expect(
        &old("false"),
        &[
            "file:4:10: unknown key `forward_authorization` in `proxy[0].upstream`: remove it: \
             `authorization` does not go on without `[proxy.relay]`",
        ],
    );
    // The line holds no secret.
    assert!(toml(&old("true")).to_string().contains("= true"));
}

#[test]
fn a_relay_in_the_wrong_place_is_told() {
    let found = lines(&toml(&format!("[relay]\nmode = \"mirror\"\n{PROXY}")));
    assert_eq!(
        found,
        [
            "file:1:2: unknown key `relay` in the configuration: did you mean `[proxy.relay]`, behind \
             its `[[proxy]]`?"
        ]
    );
}

#[test]
fn a_server_that_judges_is_no_open_door() {
    // No credential of the gateway's is asked for, and nobody is let in without one of the server's.
    let reachable = "[listener]\naddress = \"10.0.0.5:80\"\npublic_url = \"https://gw.example\"\n";
    let found = lines(&toml(&format!("{reachable}{}", with(""))));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("the tokens of `a` can be read on the way"),
        "{found:?}"
    );
    let plain = reachable.replace("https", "http");
    let found = lines(&toml(&format!("{plain}{}", with(""))));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("clients reach `a` without TLS: their tokens can be read"),
        "{found:?}"
    );
}
