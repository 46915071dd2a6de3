//! What cannot be built, and what is never shown.

use std::time::Duration;

use tollbar_core::{InvalidNetwork, Network};
use tollbar_upstream::{Builder, Upstream};

fn build(url: &str, set: impl FnOnce(Builder) -> Builder) -> String {
    let builder = set(Upstream::builder(url.parse().unwrap()));
    builder.build().unwrap_err().to_string()
}

#[test]
fn errors_tell_the_fix_and_show_no_secret() {
    let same = |builder| builder;
    let scheme = build("ftp://mcp.example/mcp", same);
    assert_eq!(scheme, "cannot proxy to a `ftp` URL: use `http` or `https`");
    let user = build("http://ann:s3cret@mcp.example/mcp", same);
    assert!(
        user.contains("`authorization` header") && !user.contains("s3cret"),
        "{user}"
    );
    let fragment = build("http://mcp.example/mcp#top", same);
    assert!(fragment.contains("remove the `#`"), "{fragment}");

    let url = "http://mcp.example/mcp";
    let places = build(url, |builder| builder.max_exchanges(0));
    assert_eq!(places, "`max_exchanges` is 0: it must be at least 1");
    let head = build(url, |builder| builder.head_limit(100));
    assert_eq!(head, "`head_limit` is 100: it must be at least 8192");
    let lines = build(url, |builder| builder.max_header_lines(0));
    assert_eq!(lines, "`max_header_lines` is 0: it must be at least 1");
    for (name, error) in [
        (
            "connect_timeout",
            build(url, |builder| builder.connect_timeout(Duration::ZERO)),
        ),
        (
            "head_timeout",
            build(url, |builder| builder.head_timeout(Duration::ZERO)),
        ),
        (
            "keep_alive",
            build(url, |builder| builder.keep_alive(Duration::ZERO)),
        ),
    ] {
        assert!(error.starts_with(&format!("`{name}` is zero")), "{error}");
    }
}

#[test]
fn neither_the_service_nor_its_builder_shows_secrets() {
    let url = "https://mcp.example/path-s3cret/mcp?key=s3cret"
        .parse()
        .unwrap();
    let builder = Upstream::builder(url).header(
        "authorization".parse().unwrap(),
        "Bearer s3cret".parse().unwrap(),
    );
    let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(
        shown.contains("https://mcp.example") && shown.contains("authorization"),
        "{shown}"
    );
}

#[tokio::test]
async fn times_that_mean_never_are_no_overflow() {
    let (url, _) = crate::server::fixed("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let upstream = Upstream::builder(url)
        .connect_timeout(Duration::MAX)
        .head_timeout(Duration::MAX)
        .place_timeout(Duration::MAX)
        .idle_timeout(Duration::MAX)
        .keep_alive(Duration::MAX)
        .max_exchanges(usize::MAX)
        .max_idle_connections(usize::MAX)
        .build()
        .unwrap();
    for _ in 0..2 {
        let response = crate::client::ask(&upstream, crate::client::call()).await;
        assert_eq!(crate::client::text(response).await, "{}");
    }
}

#[test]
fn networks_are_read_strictly() {
    let contains = |network: &str, address: &str| {
        let network: Network = network.parse().unwrap();
        network.contains(address.parse().unwrap())
    };
    assert!(contains("0.0.0.0/0", "203.0.113.7"));
    assert!(!contains("0.0.0.0/0", "2001:db8::1"));
    assert!(contains("::/0", "2001:db8::1"));
    assert!(!contains("::/0", "203.0.113.7"));
    assert!(contains("192.0.2.1", "::ffff:192.0.2.1"));
    assert!(!contains("192.0.2.1", "192.0.2.2"));
    assert!(contains("192.0.2.128/25", "192.0.2.255"));
    assert!(!contains("192.0.2.128/25", "192.0.2.127"));
    assert!(contains("2001:db8::/127", "2001:db8::1"));
    assert!(!contains("2001:db8::/127", "2001:db8::2"));
    assert!(contains("::ffff:10.0.0.0/104", "10.255.0.1"));
    assert!(!contains("::ffff:10.0.0.0/104", "11.0.0.1"));
    for wrong in [
        "",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/+8",
        "10.0.0.0/08x",
        "::/129",
        "10/8",
        "a",
    ] {
        assert!(
            matches!(
                wrong.parse::<Network>(),
                Err(InvalidNetwork::NotANetwork(_))
            ),
            "{wrong}"
        );
    }
    let slip = "10.1.2.3/8".parse::<Network>().unwrap_err();
    assert_eq!(
        slip.to_string(),
        "`10.1.2.3/8` has bits behind its prefix: write it as `10.0.0.0/8`"
    );
}
