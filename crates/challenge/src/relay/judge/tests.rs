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
    let document = format!(r#"{{"authorization_servers":["https://login.example","{issuer}"]}}"#);
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
