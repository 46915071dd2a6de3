//! What no schema finds.

use super::{PROXY, expect, lines, toml};
use crate::config::{
    Overrides, Verdict,
    section::File,
    value::{ListenAddress, ProxyName, RoutePath, Text, UpstreamUrl},
};

const REACHABLE: &str = "file:2:11: `listener.address` is `10.0.0.5:80`, which other machines can \
                         reach, and `a` asks nobody for a credential: every tool would be open to \
                         all of them: give `a` a plan (`[[proxy.plan]]` with `type = \
                         \"key\"`), listen on `127.0.0.1:80`, or, when the network around keeps \
                         strangers out, set `listener.allow_unauthenticated = true` (flag \
                         `--allow-unauthenticated`)";

#[test]
fn strangers_are_let_in_only_by_somebody_who_says_so() {
    let open = format!("[listener]\naddress = \"10.0.0.5:80\"\n{PROXY}");
    expect(&open, &[REACHABLE]);
    let said = open.replace("[listener]", "[listener]\nallow_unauthenticated = true");
    expect(&said, &[]);
    for loopback in [
        "127.0.0.1:80",
        "127.8.9.1:0",
        "[::1]:80",
        "[::ffff:127.0.0.1]:80",
    ] {
        expect(&open.replace("10.0.0.5:80", loopback), &[]);
    }
    for reachable in [
        "0.0.0.0:80",
        "[::]:80",
        "192.168.1.1:80",
        "[2001:db8::1]:80",
    ] {
        let verdict = toml(&open.replace("10.0.0.5:80", reachable));
        assert!(verdict.settings.is_none(), "{reachable}");
    }
}

#[test]
fn the_admin_listener_is_judged_like_the_other() {
    let text = format!("[admin]\naddress = \"0.0.0.0:9090\"\n{PROXY}");
    let found = lines(&toml(&text));
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("file:2:11: `admin.address` is `0.0.0.0:9090`"),
        "{found:?}"
    );
    expect(
        &text.replace("[admin]", "[admin]\nallow_unauthenticated = true"),
        &[],
    );
    expect(
        &format!("[admin]\naddress = \"127.0.0.1:8080\"\n{PROXY}"),
        &[
            "file:2:11: `admin.address` and `listener.address` are both `127.0.0.1:8080`: give \
             them different ports",
        ],
    );
}

#[test]
fn a_wildcard_listener_asks_for_its_names() {
    let text =
        format!("[listener]\nallow_unauthenticated = true\naddress = \"0.0.0.0:80\"\n{PROXY}");
    let verdict = toml(&text);
    assert_eq!(verdict.count(), (0, 1), "{verdict}");
    assert!(verdict.settings.is_some());
    assert!(lines(&verdict)[0].starts_with("file:3:11: `0.0.0.0:80` can be reached under names"));
    for said in ["public_url = \"https://gw\"", "allowed_hosts = [\"gw\"]"] {
        expect(
            &text.replace("[listener]", &format!("[listener]\n{said}")),
            &[],
        );
    }
    expect(
        &text.replace(
            "name = \"a\"",
            "name = \"a\"\npublic_url = \"https://gw/a\"",
        ),
        &[],
    );
}

#[test]
fn any_host_is_worth_a_warning() {
    let verdict = toml(&format!(
        "[listener]\nallowed_hosts = [\"a\", \"*\"]\n{PROXY}"
    ));
    assert_eq!(verdict.count(), (0, 1));
    assert!(
        lines(&verdict)[0].starts_with("file:2:23: with any host allowed"),
        "{verdict}"
    );
}

#[test]
fn two_proxies_have_neither_a_name_nor_a_path_in_common() {
    expect(
        &format!("{PROXY}{}", PROXY.replace("/a", "/a/")),
        &[
            "file:6:8: `proxy[1].name` is `a`, like that of `proxy[0]`: give each proxy its own \
             name",
            "file:7:8: `proxy[1].path` is `/a`, like that of `proxy[0]`: give each proxy its own \
             path",
        ],
    );
}

#[test]
fn plain_http_to_another_machine_is_worth_a_warning() {
    for (url, warned) in [
        ("http://mcp.internal/mcp", true),
        ("http://10.0.0.1:8000/mcp", true),
        ("http://localhost.evil.example/", true),
        ("https://mcp.internal/mcp", false),
        ("http://localhost:8000/mcp", false),
        ("http://127.0.0.2:8000/mcp", false),
        ("http://[::1]:8000/mcp", false),
    ] {
        let verdict = toml(&PROXY.replace("http://[::1]:1/", url));
        assert_eq!(verdict.count(), (0, usize::from(warned)), "{url}");
        assert!(verdict.settings.is_some(), "{url}");
    }
    let secret = format!(
        "{}upstream.headers.x-token = {{ env = \"SET\" }}\n",
        PROXY.replace("[::1]:1", "mcp.internal")
    );
    let warned = lines(&toml(&secret));
    assert!(
        warned[0].contains("credentials and all calls can be read"),
        "{warned:?}"
    );
}

#[test]
fn a_gateway_is_not_its_own_upstream() {
    expect(
        &PROXY.replace("http://[::1]:1/", "http://localhost:8080/b"),
        &[
            "file:4:16: this upstream is the gateway's own listener: give one of the two another \
             port",
        ],
    );
}

#[test]
fn an_upstream_that_cannot_be_built_is_told_at_the_key_that_is_wrong() {
    let upstream = "[proxy.upstream]\nurl = \"https://[::1]:1/\"\n";
    let proxy = "[[proxy]]\nname = \"a\"\npath = \"/a\"\n";
    for (line, place) in [
        ("head_limit = \"1KiB\"", "file:6:14: "),
        ("headers.host = \"a\"", "file:6:16: "),
        ("headers.content-length = \"1\"", "file:6:26: "),
        ("headers.\"a b\" = \"1\"", "file:6:17: "),
        ("headers.x-a = \"a\\nb\"", "file:6:15: "),
        ("ca_file = \"no-such-file.pem\"", "file:6:11: "),
    ] {
        let verdict = toml(&format!("{proxy}{upstream}{line}\n"));
        let found = lines(&verdict);
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert!(found[0].starts_with(place), "{line}: {found:?}");
        assert!(verdict.settings.is_none(), "{line}");
    }
}

#[test]
fn flags_go_before_the_file_and_are_judged_too() {
    let url = "http://127.0.0.1:1/".parse::<Text<UpstreamUrl>>().unwrap();
    let file = || File::single(ProxyName::fixed("a"), RoutePath::default(), url.0.clone());
    let address: Text<ListenAddress> = "10.0.0.5:80".parse().unwrap();
    let mut overrides = Overrides {
        listen: Some(address),
        ..Overrides::default()
    };
    let environment = super::environment(std::path::Path::new(""));
    let refused = Verdict::of_flags(file(), &overrides, &environment);
    assert_eq!(
        lines(&refused),
        [REACHABLE.strip_prefix("file:2:11: ").unwrap()]
    );
    overrides.allow_unauthenticated = true;
    let allowed = Verdict::of_flags(file(), &overrides, &environment);
    assert_eq!(lines(&allowed), Vec::<String>::new());
    assert_eq!(
        allowed.settings.unwrap().listener.address.to_string(),
        "10.0.0.5:80"
    );
}
