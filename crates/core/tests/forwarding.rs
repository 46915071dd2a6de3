//! Whose word about the client's address is believed.

use tollbar_core::{Connection, Exchange, Forwarding, Guard as _, Network, Refusal};

fn trusting(networks: &[&str]) -> Forwarding {
    Forwarding::new(
        networks
            .iter()
            .map(|network| network.parse::<Network>().unwrap()),
    )
}

async fn client(
    forwarding: &Forwarding,
    peer: &str,
    lines: &[&str],
) -> Result<Option<String>, Refusal> {
    let exchange = Exchange::on(&Connection::new().peer(peer.parse().unwrap()));
    let mut request = http::Request::post("/mcp");
    for line in lines {
        request = request.header("x-forwarded-for", *line);
    }
    let (head, ()) = request.body(()).unwrap().into_parts();
    forwarding.check(&head, &exchange).await?;
    Ok(exchange.client().map(|address| address.to_string()))
}

#[tokio::test]
async fn the_last_address_that_is_not_of_a_proxy_is_the_client() {
    let forwarding = trusting(&["10.0.0.0/8", "2001:db8::/32"]);
    for (peer, lines, expected) in [
        ("10.0.0.1:1", &["192.0.2.7"][..], "192.0.2.7"),
        ("10.0.0.1:1", &["6.6.6.6, 192.0.2.7"], "192.0.2.7"),
        ("10.0.0.1:1", &["6.6.6.6", "192.0.2.7"], "192.0.2.7"),
        ("10.0.0.1:1", &["6.6.6.6, 192.0.2.7, 10.2.2.2"], "192.0.2.7"),
        ("10.0.0.1:1", &["192.0.2.7:4711"], "192.0.2.7"),
        ("10.0.0.1:1", &["[2001:db9::1]:443"], "2001:db9::1"),
        ("10.0.0.1:1", &["[2001:db9::1]"], "2001:db9::1"),
        ("10.0.0.1:1", &["10.3.3.3"], "10.3.3.3"),
        ("10.0.0.1:1", &[], "10.0.0.1"),
        ("[2001:db8::9]:1", &["192.0.2.7"], "192.0.2.7"),
        ("[::ffff:10.0.0.1]:1", &["::ffff:192.0.2.7"], "192.0.2.7"),
        // Somebody else's word.
        ("192.0.2.9:1", &["6.6.6.6"], "192.0.2.9"),
        ("192.0.2.9:1", &["not an address"], "192.0.2.9"),
    ] {
        let found = client(&forwarding, peer, lines).await.unwrap();
        assert_eq!(found.as_deref(), Some(expected), "{peer} {lines:?}");
    }
}

#[tokio::test]
async fn what_a_trusted_proxy_says_must_be_addresses() {
    let forwarding = trusting(&["10.0.0.0/8"]);
    for line in ["unknown", "", "1.2.3.4, ", "_hidden", "1.2.3.4.5"] {
        let refusal = client(&forwarding, "10.0.0.1:1", &[line])
            .await
            .unwrap_err();
        assert_eq!(refusal.reason(), "forwarded_for_unreadable", "{line}");
    }
}

#[tokio::test]
async fn nobody_is_trusted_unasked() {
    let nobody = Forwarding::default();
    let found = client(&nobody, "127.0.0.1:1", &["192.0.2.7"])
        .await
        .unwrap();
    assert_eq!(found.as_deref(), Some("127.0.0.1"));
}
