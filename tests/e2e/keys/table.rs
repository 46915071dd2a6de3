//! Keys of many proxies.

use super::configuration::Configuration;

/// With twelve proxies, two of which look elsewhere for keys or not at all.
fn dozen() -> Configuration {
    let mut text = r#"listener.address = "127.0.0.1:0""#.to_owned();
    for number in 1..=12 {
        let plan = match number {
            3 => "[[proxy.plan]]\ntype = \"key\"\nheader = \"x-api-key\"",
            7 => "",
            _ => "[[proxy.plan]]\ntype = \"key\"",
        };
        text.push_str(&format!(
            "\n[[proxy]]\nname = \"p{number}\"\npath = \"/p{number}\"\n\
             upstream.url = \"http://127.0.0.1:9/mcp\"\n{plan}\n"
        ));
    }
    Configuration::of(&text)
}

#[test]
fn a_line_for_each_header() {
    let configuration = dozen();
    let (code, _, said) = configuration.outcome(&["create", "--name", "ci", "--all-proxies"]);
    assert_eq!(code, Some(0), "{said}");
    let lines: Vec<_> = said.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "clients of `p1`, `p2`, `p4`, `p5`, `p6`, `p8`, `p9`, `p10`, `p11`, `p12` send it as \
             `Authorization: Bearer KEY`",
            "clients of `p3` send it as `x-api-key: KEY`",
            "`p7` has no key plan yet: add a `[[proxy.plan]]` with `type = \"key\"` to it",
        ]
    );
}

#[test]
fn a_line_is_no_wider_than_a_screen() {
    let configuration = dozen();
    let names: Vec<String> = (1..=12).map(|number| format!("p{number}")).collect();
    let mut create = vec!["create", "--name", "ci"];
    for name in &names {
        create.extend(["--proxy", name]);
    }
    configuration.run(&create);
    let table = configuration.run(&["list"]);
    let lines: Vec<_> = table.lines().collect();
    assert!(
        lines[0].ends_with("  LAST USED (≤ 1 min old)  OPENS"),
        "{table}"
    );
    assert!(lines[1].ends_with("  p1, p10 and 10 more"), "{table}");
    assert!(
        lines.iter().all(|line| line.chars().count() <= 120),
        "{table}"
    );
    for all in [["list", "--json"], ["show", "ci"]] {
        let all = configuration.run(&all);
        assert!(names.iter().all(|name| all.contains(name)), "{all}");
    }
    let shown = configuration.run(&["show", "ci"]);
    assert!(shown.contains("never, or less than 1 min ago"), "{shown}");
}

#[test]
fn a_proxy_that_is_gone_is_seen() {
    let configuration = dozen();
    configuration.run(&[
        "create", "--name", "ci", "--proxy", "p1", "--proxy", "p2", "--proxy", "p9",
    ]);
    let path = configuration.path("gateway.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"p9\"", "\"p13\"")).unwrap();
    let table = configuration.run(&["list"]);
    assert!(table.contains("  p9 (no such proxy), p1, p2\n"), "{table}");
    let shown = configuration.run(&["show", "ci"]);
    assert!(
        shown.contains("opens      p9 (no such proxy), p1, p2\n"),
        "{shown}"
    );
}
