//! Without a configuration: the demo, alone and behind the gateway.

use std::net::TcpListener;

use http::Method;

use crate::support::{Gateway, call, initialize, post, run, tools};

#[tokio::test]
async fn the_demo_answers_the_curl_command_of_its_banner_as_it_is() {
    let gateway = Gateway::start(&["--listen", "127.0.0.1:0"]);
    gateway.hear("Ctrl-C stops");
    let banner = gateway.said();
    let line = banner
        .lines()
        .find(|line| line.contains("curl -sS"))
        .unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words[3], gateway.url(), "{line}");
    let quoted: Vec<&str> = line.split('\'').skip(1).step_by(2).collect();
    let [content_type, accept, body] = quoted.as_slice() else {
        panic!("three quoted parts: {line}");
    };
    let headers: Vec<_> = [content_type, accept]
        .map(|line| line.split_once(": ").unwrap())
        .into();
    let answer = call(Method::POST, words[3], &headers, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        answer.json()["result"]["serverInfo"]["name"],
        "tollbar-demo"
    );
    for (name, line) in [
        ("Inspector", "--method tools/list"),
        ("VS Code", "--add-mcp '{"),
    ] {
        let said = banner.lines().find(|line| line.contains(name)).unwrap();
        assert!(
            said.contains(line) && said.contains(gateway.url()),
            "{said}"
        );
    }
}

#[tokio::test]
async fn all_tools_of_the_demo_are_there() {
    let gateway = Gateway::start(&["--listen", "[::1]:0"]);
    assert!(
        gateway.url().starts_with("http://[::1]:"),
        "{}",
        gateway.url()
    );
    assert_eq!(tools(gateway.url()).await.len(), 15);
}

#[tokio::test]
async fn each_exchange_is_a_line_on_standard_output() {
    let gateway = Gateway::start(&["--listen", "127.0.0.1:0"]);
    post(gateway.url(), &initialize(), &[]).await;
    let line = gateway.line();
    assert_eq!(line["proxy"], "demo");
    assert_eq!(line["method"], "initialize");
    assert_eq!(line["client"], "test");
    assert_eq!(line["status"], 200);
    assert_eq!(line["ended"], "complete");
}

#[tokio::test]
async fn the_exchange_log_goes_where_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exchanges.jsonl");
    std::fs::write(&path, "{\"kept\":true}\n").unwrap();
    for (place, lines) in [(path.to_str().unwrap(), 2), ("off", 2)] {
        let arguments = ["--listen", "127.0.0.1:0", "--log-exchanges", place];
        let mut gateway = Gateway::start(&arguments);
        post(gateway.url(), &initialize(), &[]).await;
        gateway.signal("TERM");
        assert_eq!(gateway.end().code(), Some(0));
        assert_eq!(gateway.rest(), Vec::<serde_json::Value>::new());
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), lines, "{text}");
        assert!(text.starts_with("{\"kept\":true}\n"));
    }
    let nowhere = folder.path().join("no/such/folder");
    let output = run(&[
        "--listen",
        "127.0.0.1:0",
        "--log-exchanges",
        nowhere.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("there is no folder") && said.contains("make it"),
        "{said}"
    );
}

#[tokio::test]
async fn a_port_that_is_taken_is_passed_over_by_the_demo_only() {
    // Somebody else may hold it already, which is as good.
    let holder = TcpListener::bind("127.0.0.1:8080");
    let gateway = Gateway::start(&[]);
    gateway.hear("port 8080 is taken: the gateway listens on 127.0.0.1:");
    assert!(!gateway.url().contains(":8080/"), "{}", gateway.url());
    assert_eq!(post(gateway.url(), &initialize(), &[]).await.status, 200);
    drop(holder);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains(&format!("cannot listen on {address}")),
        "{said}"
    );
    assert!(said.contains("--listen"), "{said}");
    assert!(output.stdout.is_empty());
}

#[tokio::test]
async fn the_demo_runs_alone_too() {
    let gateway = Gateway::start(&["demo", "--listen", "127.0.0.1:0"]);
    let direct = tools(gateway.url()).await;
    assert_eq!(direct.len(), 15);
    let behind = Gateway::start(&["--upstream", gateway.url(), "--listen", "127.0.0.1:0"]);
    assert_eq!(tools(behind.url()).await, direct);
    let output = run(&["demo", "--listen", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("loopback addresses only")
    );
}

#[tokio::test]
async fn a_configuration_that_stands_by_is_not_passed_over_in_silence() {
    const NOTE: &str = "`gateway.toml` here is not read: `tollbar-gateway --config gateway.toml`";
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let gateway = Gateway::inside(folder.path(), &["--listen", "127.0.0.1:0"]);
        gateway.hear("Ctrl-C stops");
        let said = gateway.said();
        assert!(said.contains("To ask for keys:"), "{said}");
        said
    };
    assert!(!start().contains(NOTE));
    std::fs::write(folder.path().join("gateway.toml"), "").unwrap();
    assert!(start().contains(NOTE));
}

#[tokio::test]
async fn the_variable_names_a_configuration_where_no_server_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    let text = "[listener]\naddress = \"127.0.0.1:0\"\n[[proxy]]\nname = \"b\"\npath = \"/b\"\n\
                upstream.url = \"http://127.0.0.1:1/mcp\"\n";
    std::fs::write(&path, text).unwrap();
    let set = [("TOLLBAR_CONFIG", path.to_str().unwrap())];
    let gateway = Gateway::with(&[], &set, 1);
    assert_eq!(gateway.listening(0)["proxy"], "b");
    let arguments = [
        "--upstream",
        "http://127.0.0.1:1/",
        "--listen",
        "127.0.0.1:0",
    ];
    let gateway = Gateway::with(&arguments, &set, 1);
    assert_eq!(gateway.listening(0)["proxy"], "mcp");
    let gateway = Gateway::with(&["demo", "--listen", "127.0.0.1:0"], &set, 1);
    gateway.hear("a demo MCP server");
    let empty = [("TOLLBAR_CONFIG", "")];
    let gateway = Gateway::with(&["--listen", "127.0.0.1:0"], &empty, 1);
    assert_eq!(gateway.listening(0)["proxy"], "demo");
}
