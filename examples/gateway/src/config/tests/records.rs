//! What is written down, and who may read it.

use std::fs;

use super::{PROXY, environment, expect, lines, toml};
use crate::config::{Overrides, Verdict};

#[test]
fn each_mistake_is_told_with_its_place_and_its_fix() {
    let cases: &[(&str, &[&str])] = &[
        (
            "[store]\nfile = \"/\"\n",
            &["file:2:8: `/` is not a file: write the path of a file, such as `\"exchanges.db\"`"],
        ),
        (
            "[log]\nexchanges = \"/nowhere/x.jsonl\"\n[store]\nfile = \"/x.db\"\n",
            &[
                "file:2:13: there is no folder `/nowhere`: make it, and let the gateway write into it",
            ],
        ),
        (
            "[log]\nexchanges = \"x.db\"\n[store]\nfile = \"x.db\"\n",
            &["file:2:13: this is the file of `store.file` too: give each its own file"],
        ),
        (
            "[keys]\nfile = \"a\"\n[store]\nfile = \"a\"\n",
            &["file:4:8: this is the file of `keys.file` too: give each its own file"],
        ),
        (
            "[capture]\n[log]\nexchanges = \"off\"\n[log.rotation]\n",
            &[
                "file:1:2: what is captured goes nowhere: there is neither a log nor a store: add `[store]`, or set \
                 `log.exchanges`",
                "file:4:6: nothing is put aside: the exchange log goes to no file: name a file: `exchanges = \
                 \"exchanges.jsonl\"`",
            ],
        ),
        (
            "[telemetry]\nendpoint = \"http://127.0.0.1:4317\"\n",
            &[
                "file:2:12: 4317 is the port of OTLP over gRPC, which is another protocol: OTLP over HTTP has the port \
                 4318, as a rule",
            ],
        ),
        (
            "[store]\nfile = \"/nowhere/x.db\"\n",
            &[
                "file:2:8: there is no folder `/nowhere`: make it, and let the gateway write into it",
            ],
        ),
        (
            "[telemetry]\nendpoint = \"http://10.0.0.1:4318\"\n",
            &[
                "file:2:12: this receiver is on another machine and is talked to without TLS: who asks for what can \
                 be read on the way: use `https`, unless the network between is trusted",
            ],
        ),
        (
            "[telemetry]\nendpoint = \"http://127.0.0.1:4318/v1/traces\"\n",
            &[
                "file:2:12: `telemetry.endpoint`: this is where traces go, and metrics go elsewhere: leave out `/v1/traces`, which is added",
            ],
        ),
        (
            "[telemetry]\nendpoint = \"https://a\"\nheaders.authorization = \"Bearer abc\"\n",
            &[
                "file:3:25: the value of `authorization` looks like a secret, which must not stand in a \
                 configuration: refer to it: `{ env = \"NAME\" }` or `{ file = \"path\" }`",
            ],
        ),
        (
            "[capture]\nproxies = [\"a\", \"b2\"]\nmethods = [\"tool/call\", \"tools/call\"]\n",
            &[
                "file:2:17: there is no proxy `b2`: write the name of one, such as `a`",
                "file:3:12: no revision of MCP has a method `tool/call`: did you mean `tools/call`?",
            ],
        ),
        (
            "[capture]\nhide_pointers = [\"/params/a\", \"arguments\"]\nhide_patterns = [\"(\"]\n",
            &[
                "file:2:31: `arguments` is not a JSON pointer into a message: write one like \
                 `/params/arguments/name`, `/result/...` or `/error/...`",
                "file:3:18: `(` is not a regular expression: unclosed group",
            ],
        ),
        (
            "[admin]\naddress = \"0.0.0.0:90\"\nallow_unauthenticated = true\n[store]\n",
            &[
                "file:2:11: `/api/v1` tells who did what, and is not served at `0.0.0.0:90`, which other machines can \
                 reach: set `token` to serve it there to whoever has that",
            ],
        ),
        (
            "[admin]\ntoken = { env = \"SET\" }\n",
            &["file:2:1: a token has at least 16 characters: make one by `openssl rand -hex 32`"],
        ),
    ];
    for (text, problems) in cases {
        expect(&format!("{text}{PROXY}"), problems);
    }
}

#[test]
fn a_token_is_enough_where_other_machines_can_ask() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("token"), "0123456789abcdef\n").unwrap();
    let path = folder.path().join("gateway.toml");
    let text = format!(
        "[admin]\naddress = \"0.0.0.0:90\"\ntoken = {{ file = \"token\" }}\n[store]\n{PROXY}"
    );
    fs::write(&path, text).unwrap();
    let verdict = Verdict::of_file(&path, &Overrides::default(), &environment(folder.path()));
    let problems = lines(&verdict);
    let [warning] = problems.as_slice() else {
        panic!("{problems:?}");
    };
    assert!(
        warning.contains("the token can be read on the way"),
        "{warning}"
    );
    let settings = verdict.settings.unwrap();
    assert!(settings.has_open_admin());
    // Beside the configuration.
    assert_eq!(
        settings.store.unwrap().file,
        folder.path().join("exchanges.db")
    );
}

#[test]
fn without_their_sections_nothing_is_kept_or_sent() {
    let settings = toml(PROXY).settings.unwrap();
    assert!(settings.store.is_none() && settings.telemetry.is_none() && settings.capture.is_none());
    assert!(!settings.has_open_admin());
}
