//! What the schema finds.

use super::{PROXY, expect, lines, toml};

/// `(lines before the proxy, the one problem)`.
#[test]
fn each_mistake_is_told_with_its_place_and_its_fix() {
    let cases = [
        (
            "[listner]\naddress = \"127.0.0.1:1\"",
            "file:1:2: unknown key `listner` in the configuration: did you mean `listener`?",
        ),
        (
            "[listener]\nadress = \"127.0.0.1:1\"",
            "file:2:1: unknown key `adress` in `listener`: did you mean `address`?",
        ),
        (
            "[admin]\nport = 1",
            "file:2:1: unknown key `port` in `admin`: remove it; known keys are `address`, \
             `allow_unauthenticated`, `token`, `tool_labels`",
        ),
        (
            "[listener]\naddress = 8080",
            "file:2:11: `listener.address` must be a string, not an integer: write it like \
             `\"127.0.0.1:8080\"`",
        ),
        (
            "[listener]\naddress = \"8080\"",
            "file:2:11: `listener.address`: `8080` is not an address to listen on: write an IP \
             address and a port, such as `127.0.0.1:8080`, `[::1]:8080` or `0.0.0.0:8080`",
        ),
        (
            "[listener]\nallow_unauthenticated = \"yes\"",
            "file:2:25: `listener.allow_unauthenticated` must be true or false, not a string: \
             write `true` or `false`, without quotes",
        ),
        (
            "[listener]\nmax_connections = 0",
            "file:2:19: `listener.max_connections`: 0 is out of range: write a number from 1 to \
             1000000",
        ),
        (
            "[listener]\nmax_connections = 1.5",
            "file:2:19: `listener.max_connections` must be an integer, not a number: write an \
             integer",
        ),
        (
            "[listener]\nheader_timeout = \"0s\"",
            "file:2:18: `listener.header_timeout`: `0s` is out of range: write a duration from \
             `1ms` to `168h`",
        ),
        (
            "[listener]\ndrain_timeout = 1979-05-27",
            "file:2:17: `listener.drain_timeout` must be a string, not a date or time: write it \
             like `\"10s\"`",
        ),
        (
            "[listener]\nallowed_hosts = \"a\"",
            "file:2:17: `listener.allowed_hosts` must be an array, not a string: write it like \
             `[\"gateway.example\"]`",
        ),
        (
            "[listener]\nallowed_hosts = [\"good\", \"https://bad\"]",
            "file:2:26: `listener.allowed_hosts[1]`: `https://bad` is not a host: write a \
             lower-case name or an IP address without scheme, port and path, such as \
             `gateway.example` or `[2001:db8::1]`, or `*` for any",
        ),
        (
            "[listener]\nallowed_origins = [\"https://a/\"]",
            "file:2:20: `listener.allowed_origins[0]`: `https://a/` is not an origin: write \
             scheme, host and perhaps port, and nothing after, such as `https://app.example` or \
             `http://intranet:3000`, or `*` for any",
        ),
        (
            "[listener]\npublic_url = \"https://a/?b\"",
            "file:2:14: `listener.public_url`: a public URL has no query: leave out the `?` and \
             what follows",
        ),
        (
            "[log]\nformat = \"jsn\"",
            "file:2:10: `log.format`: `jsn` is not known here: did you mean `json`?",
        ),
        (
            "[log]\nformat = \"xml\"",
            "file:2:10: `log.format`: `xml` is not known here: write one of `text`, `json`",
        ),
        (
            "[log]\nfilter = \"inof\"",
            "file:2:10: `log.filter`: `inof` is not a log filter: write a level (`error`, `warn`, \
             `info`, `debug`, `trace`, `off`), or levels by target, such as \
             `info,tollbar_upstream=debug`",
        ),
        (
            "[log]\nexchanges = \"\"",
            "file:2:13: `log.exchanges`: there is nothing here: write `-` for standard output, \
             `off`, or the path of a file",
        ),
        (
            "admin = 1",
            "file:1:9: `admin` cannot be an integer: write a table",
        ),
    ];
    for (text, problem) in cases {
        expect(&format!("{text}\n{PROXY}"), &[problem]);
    }
}

/// `(lines of the proxy, the one problem)`.
#[test]
fn each_mistake_in_a_proxy_is_told_too() {
    let cases = [
        (
            "name = \"a b\"\npath = \"/a\"\nupstream.url = \"http://[::1]:1/\"",
            "file:2:8: `proxy[0].name`: `a b` is not a name for a proxy: use 1 to 64 letters, \
             digits, `-`, `_` and `.`; free text has its place in `description`",
        ),
        (
            "name = \"a\"\npath = \"a\"\nupstream.url = \"http://[::1]:1/\"",
            "file:3:8: `proxy[0].path`: `a` is not a path: begin with `/`: write `/a`",
        ),
        (
            "name = \"a\"\npath = \"/a/../b\"\nupstream.url = \"http://[::1]:1/\"",
            "file:3:8: `proxy[0].path`: `/a/../b` is not a path: leave out empty, `.` and `..` \
             segments",
        ),
        (
            "name = \"a\"\npath = \"/.well-known/a\"\nupstream.url = \"http://[::1]:1/\"",
            "file:3:8: `proxy[0].path`: `/.well-known/a` is not a path: leave out `/.well-known/`, \
             where clients look for what is told of proxies",
        ),
        (
            "name = \"a\"\npath = \"/a?b\"\nupstream.url = \"http://[::1]:1/\"",
            "file:3:8: `proxy[0].path`: `/a?b` is not a path: use letters, digits, `-`, `_`, `.`, \
             `~` and `/` only",
        ),
        (
            "name = \"a\"\npath = \"/a\"\nupstream.url = \"localhost:1\"",
            "file:4:16: `proxy[0].upstream.url`: `localhost` is not a scheme that can be proxied: \
             write a URL that begins with `http://` or `https://`, such as \
             `http://127.0.0.1:8000/mcp`",
        ),
        (
            "name = \"a\"\npath = \"/a\"\nupstream.url = \"/mcp\"",
            "file:4:16: `proxy[0].upstream.url`: this is not a URL: relative URL without a base: \
             write the whole URL, such as `http://127.0.0.1:8000/mcp`",
        ),
        (
            "name = \"a\"\npath = \"/a\"\nupstream.url = \"https://me:pass@a/\"",
            "file:4:16: `proxy[0].upstream.url`: a URL must not carry a user name or a password: \
             send it as a header: `headers.authorization = { env = \"NAME\" }`",
        ),
        (
            "name = \"a\"\npath = \"/a\"\nupstream.url = \"http://[::1]:1/#a\"",
            "file:4:16: `proxy[0].upstream.url`: a fragment never reaches a server: leave out the \
             `#` and what follows",
        ),
        (
            "name = \"a\"\npath = \"/a\"\nkeep_alive = \"15\"\nupstream.url = \"http://[::1]:1/\"",
            "file:4:14: `proxy[0].keep_alive`: `15` is not a duration: write a whole number and \
             `ms`, `s`, `m` or `h`, such as `10s`, or `off`",
        ),
        (
            "name = \"a\"\npath = \"/a\"\nlimits.body = \"4MB\"\nupstream.url = \"http://[::1]:1/\"",
            "file:4:15: `proxy[0].limits.body`: `4MB` is not a size: write a whole number and \
             `B`, `KiB`, `MiB` or `GiB`, such as `4MiB`",
        ),
        (
            "name = \"a\"\npath = \"/a\"\nlimits.depth = 128\nupstream.url = \"http://[::1]:1/\"",
            "file:4:16: `proxy[0].limits.depth`: 128 is out of range: write a number from 1 to \
             127",
        ),
        (
            "name = \"a\"\npath = \"/a\"\n[proxy.upstream]\nurl = \"http://[::1]:1/\"\ntimeout = 1",
            "file:6:1: unknown key `timeout` in `proxy[0].upstream`: did you mean \
             `head_timeout`?",
        ),
        (
            "name = \"a\"\npath = \"/a\"\n[proxy.upstream]\nurl = \"http://[::1]:1/\"\n\
             trusted_peers = [\"10.0.0.1/8\"]",
            "file:6:18: `proxy[0].upstream.trusted_peers[0]`: `10.0.0.1/8` has bits behind its \
             prefix: write `10.0.0.0/8`",
        ),
        (
            "name = \"a\"\npath = \"/a\"",
            "file:1:1: `upstream` is missing in `proxy[0]`: add `upstream`",
        ),
        (
            "name = \"a\"\npath = \"/a\"\nupstream = {}",
            "file:4:1: `url` is missing in `proxy[0].upstream`: add `url`, such as `url = \
             \"http://127.0.0.1:8000/mcp\"`",
        ),
    ];
    for (text, problem) in cases {
        expect(&format!("[[proxy]]\n{text}\n"), &[problem]);
    }
}

#[test]
fn all_mistakes_are_told_at_once_and_in_order() {
    let text = "[listener]\nadress = 1\nmax_connections = 0\n[[proxy]]\nname = 3\npath = \"/a\"\n\
                upstream.url = \"ftp://a\"\n[[proxy]]\nname = \"b\"\npath = \"b\"\nupstream = 1\n";
    let lines = lines(&toml(text));
    let places: Vec<_> = lines
        .iter()
        .filter_map(|line| line.split(": ").next())
        .collect();
    assert_eq!(
        places,
        [
            "file:2:1",
            "file:3:19",
            "file:5:8",
            "file:7:16",
            "file:10:8",
            "file:11:12"
        ],
        "{lines:#?}"
    );
}

#[test]
fn what_the_schema_finds_does_not_hide_what_judging_finds() {
    let text = format!("[listener]\naddress = \"0.0.0.0:1\"\nadress = 1\n{PROXY}{PROXY}");
    let lines = lines(&toml(&text));
    let places: Vec<_> = lines
        .iter()
        .filter_map(|line| line.split(": ").next())
        .collect();
    assert_eq!(
        places,
        ["file:2:11", "file:3:1", "file:9:8", "file:10:8"],
        "{lines:#?}"
    );
}

#[test]
fn one_bracket_too_few_is_told_as_such() {
    let problem = "`proxy` must be an array, not a table: there may be several: write \
                   `[[proxy]]`, in JSON `[{ ... }]`";
    expect(
        &PROXY.replace("[[proxy]]", "[proxy]"),
        &[&format!("file:1:1: {problem}")],
    );
    expect(
        &format!("{PROXY}[proxy.plan]\ntype = \"key\"\n"),
        &[
            "file:5:1: `proxy[0].plan` must be an array, not a table: there may be several: write \
             `[[proxy.plan]]`, in JSON `[{ ... }]`",
        ],
    );
}

#[test]
fn a_section_without_its_proxy_is_told_as_such() {
    for (text, header) in [
        ("[[plan]]\ntype = \"key\"", "[[proxy.plan]]"),
        ("[limits]\ndepth = 3", "[proxy.limits]"),
    ] {
        let found = lines(&toml(&format!("{text}\n{PROXY}")));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].ends_with(&format!(
                " in the configuration: did you mean `{header}`, behind its `[[proxy]]`?"
            )),
            "{found:?}"
        );
    }
}

#[test]
fn a_file_without_proxies_says_so_once() {
    expect(
        "",
        &[
            "`proxy` is missing in the configuration: add a `[[proxy]]`, such as \
             `tollbar-gateway config example` prints",
        ],
    );
    expect(
        "proxy = []",
        &[
            "file:1:1: there is no proxy: add a `[[proxy]]`, such as `tollbar-gateway config \
             example` prints",
        ],
    );
}
