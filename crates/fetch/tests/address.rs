//! Where an address leads.

use tollbar_fetch::{is_internal, is_loopback};
use url::Url;

#[test]
fn what_is_inside() {
    for host in [
        "localhost",
        "a.localhost",
        "a.localhost.",
        "mcp",
        "mcp.local",
        "metadata.google.internal",
        "router.home.arpa",
        "localhost.localdomain",
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.0.1",
        "192.0.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        // The same address, written in another way.
        "0x7f.1",
        "2130706433",
        "[::]",
        "[::1]",
        "[::7f00:1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:0:10.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b:1::1]",
        "[2002:a00:1::]",
        "[2001::1]",
        "[fc00::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
    ] {
        let url = Url::parse(&format!("https://{host}/a")).unwrap();
        assert!(is_internal(&url), "{host}");
    }
}

#[test]
fn what_is_outside() {
    for host in [
        "mcp.example",
        "mcp.example.",
        "local.example",
        "internal.example",
        "notlocal.example",
        "a.notinternal",
        "home.arpa.example",
        "8.8.8.8",
        "100.128.0.1",
        "172.32.0.1",
        "[::ffff:8.8.8.8]",
        "[64:ff9b::8.8.8.8]",
        "[2002:808:808::]",
        "[2001:db8::1]",
        "[2606:4700::1111]",
    ] {
        let url = Url::parse(&format!("https://{host}/a")).unwrap();
        assert!(!is_internal(&url) && !is_loopback(&url), "{host}");
    }
}

#[test]
fn what_is_this_machine() {
    for (host, expected) in [
        ("localhost", true),
        ("a.localhost", true),
        ("127.1.2.3", true),
        ("[::1]", true),
        ("[::ffff:127.0.0.1]", true),
        ("0.0.0.0", false),
        ("10.0.0.1", false),
        ("mcp", false),
        ("localhost.example", false),
    ] {
        let url = Url::parse(&format!("http://{host}")).unwrap();
        assert_eq!(is_loopback(&url), expected, "{host}");
    }
}
