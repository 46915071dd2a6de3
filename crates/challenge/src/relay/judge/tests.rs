//! What of metadata is safe.

use super::{Document, leads_inside};
use crate::{
    RelayedResource,
    relay::{fault::RelayFault, shown::shown},
};

#[test]
fn who_is_outside_names_nobody_inside() {
    let (outside, inside) = ("https://mcp.example/mcp", "http://10.0.0.1/mcp");
    for (issuer, named_by, expected) in [
        ("https://10.0.0.2", outside, true),
        ("https://localhost", outside, true),
        ("https://10.0.0.2", inside, false),
        ("https://login.example", outside, false),
        ("https://login.example", inside, false),
    ] {
        let named_by = named_by.parse().unwrap();
        assert_eq!(
            leads_inside(issuer, &named_by),
            expected,
            "{issuer}, {named_by}"
        );
    }
}

/// What becomes of a server at this URL that names this authorization server.
fn judged(server: &str, issuer: &str) -> Result<(), RelayFault> {
    let public = "https://gw.example/weather".parse().unwrap();
    let relay = RelayedResource::builder(public, server.parse().unwrap());
    let relay = relay.allow_plain_http(true).build().unwrap();
    let document =
        serde_json::json!({ "authorization_servers": ["https://login.example", issuer] })
            .to_string();
    let document = Document::parse(document.into_bytes()).unwrap();
    relay.search().check_authorization_servers(&document)
}

#[test]
fn nobody_is_sent_to_an_address_in_a_network_by_who_is_outside_of_it() {
    let outside = "https://mcp.example/mcp";
    for issuer in [
        "https://10.0.0.2",
        "https://127.0.0.1:8443/a",
        "https://[::1]",
        "https://169.254.169.254",
        "https://localhost",
        "https://[::ffff:10.0.0.2]",
        // The same address, written in another way.
        "https://167772162",
        "https://0x0a.0.0.2",
    ] {
        let fault = judged(outside, issuer).unwrap_err();
        assert_eq!(fault, RelayFault::Inside(shown(issuer)));
        assert_eq!(fault.reason(), "upstream_metadata_unsafe");
        for inside in ["http://127.0.0.1:8000/mcp", "http://10.0.0.1/mcp"] {
            assert_eq!(judged(inside, issuer), Ok(()), "{inside} {issuer}");
        }
    }
    for issuer in [
        "https://8.8.8.8",
        "https://login.corp/a",
        "https://10.0.0.2.example",
    ] {
        assert_eq!(judged(outside, issuer), Ok(()), "{issuer}");
    }
}

/// Whether a server at this URL may call itself that.
fn is_its_name(server: &str, resource: &str) -> bool {
    let public = "https://gw.example/weather".parse().unwrap();
    let relay = RelayedResource::builder(public, server.parse().unwrap());
    let relay = relay.build().unwrap();
    let document = serde_json::json!({ "resource": resource }).to_string();
    let document = Document::parse(document.into_bytes()).unwrap();
    relay.search().check_resource(&document).is_ok()
}

#[test]
fn a_name_is_written_as_it_is_meant() {
    let server = "https://mcp.example/mcp";
    for name in [
        server,
        "https://mcp.example",
        "https://mcp.example/",
        "https://mcp.example:443/mcp",
        "https://MCP.example/mcp",
    ] {
        assert!(is_its_name(server, name), "{name}");
    }
    for name in [
        "https:/mcp.example/mcp",
        "https:\\\\mcp.example\\mcp",
        "https://@mcp.example/mcp",
        "https://mcp%2eexample/mcp",
        " https://mcp.example/mcp",
        "ht\ntps://mcp.example/mcp",
        "HTTPS://mcp.example/mcp",
        "https://mcp.example/mc",
        "https://mcp.example/mcp/x",
        "https://mcp.example/mcp?a",
        "https://mcp.example.evil.example/mcp",
    ] {
        assert!(!is_its_name(server, name), "{name}");
    }
    // As it is configured, whatever it is.
    let odd = "https://mcp.example/a|b?c=`";
    assert!(is_its_name(odd, odd));
}

#[test]
fn nobody_is_sent_to_a_host_that_is_read_in_two_ways() {
    for issuer in [
        "https://login.example%2eevil.example",
        "https://a@login.example",
        "https:\\\\login.example",
        "https://login.example/a?b",
        "https://login.example/#",
        "https://",
    ] {
        assert_eq!(
            judged("https://mcp.example/mcp", issuer),
            Err(RelayFault::Unsafe(shown(issuer))),
            "{issuer}"
        );
    }
}
