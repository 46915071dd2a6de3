//! Certificates that a terminator passes on.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderName, Request, request::Parts};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rcgen::Certificate;
use tollbar_core::{ClientCertificate, Connection, Exchange, Forwarding, Kind, Refusal};
use tollbar_plan::certificate::{ForwardedCertificate, read};

use crate::authority::{agent, signed, valid};

fn forwarded() -> ForwardedCertificate {
    let forwarding = Forwarding::new(["10.0.0.0/8".parse().unwrap()]);
    ForwardedCertificate::new(HeaderName::from_static("client-cert"), forwarding)
}

fn head(values: &[&str]) -> Parts {
    let mut request = Request::builder();
    for value in values {
        request = request.header("Client-Cert", *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn from(peer: &str) -> Exchange {
    Exchange::on(&Connection::new().peer(peer.parse().unwrap()))
}

fn told(values: &[&str]) -> Result<Option<ClientCertificate>, Refusal> {
    forwarded().read(&head(values), &from("10.1.2.3:4711"))
}

fn reason(values: &[&str]) -> (Kind, &'static str) {
    let refusal = told(values).unwrap_err();
    (refusal.kind(), refusal.reason())
}

fn sequence(certificate: &Certificate) -> String {
    format!(":{}:", STANDARD.encode(certificate.der()))
}

/// What RFC 3986 leaves unreserved.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// As nginx escapes.
fn escaped(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}

#[test]
fn every_form_is_understood() {
    let certificate = signed(&agent());
    let expected = read(certificate.der()).unwrap();
    let bare = STANDARD.encode(certificate.der());
    let pem = certificate.pem();
    for value in [
        format!(":{bare}:"),
        format!(" :{}: ", bare.trim_end_matches('=')),
        escaped(&pem),
        escaped(&pem.replace('\n', "\r\n")),
        // Load balancers of AWS leave `+`, `/` and `=` as they are.
        pem.replace(' ', "%20").replace('\n', "%0A"),
        bare.clone(),
        escaped(&bare),
    ] {
        assert_eq!(
            told(&[&value]).unwrap().as_ref(),
            Some(&expected),
            "{value}"
        );
    }
}

#[test]
fn without_a_certificate_there_is_none() {
    for values in [&[][..], &[""], &["  "]] {
        assert!(told(values).unwrap().is_none());
    }
}

#[test]
fn only_a_trusted_peer_is_believed() {
    let value = sequence(&signed(&agent()));
    let strangers = [from("192.0.2.7:4711"), from("[::1]:4711"), Exchange::new()];
    for stranger in strangers {
        for values in [&[&*value][..], &["nonsense"], &[&value, &value]] {
            let refusal = forwarded().read(&head(values), &stranger).unwrap_err();
            assert_eq!(refusal.kind(), Kind::Unauthenticated);
            assert_eq!(refusal.reason(), "certificate_header_untrusted");
        }
        assert!(forwarded().read(&head(&[]), &stranger).unwrap().is_none());
    }
    let mapped = from("[::ffff:10.1.2.3]:4711");
    let told = forwarded().read(&head(&[&value]), &mapped).unwrap();
    assert!(told.is_some(), "the same peer, on a dual-stack listener");
}

#[tokio::test]
async fn a_trusted_proxy_behind_another_one_is_not_the_peer() {
    use tollbar_core::Guard as _;
    let value = sequence(&signed(&agent()));
    let request = Request::builder()
        .header("client-cert", &value)
        .header("x-forwarded-for", "10.9.9.9");
    let (head, ()) = request.body(()).unwrap().into_parts();
    let stranger = from("192.0.2.7:4711");
    // Somebody has set up the layers to believe everybody's addresses.
    let all = Forwarding::new(["0.0.0.0/0".parse().unwrap()]);
    all.check(&head, &stranger).await.unwrap();
    assert_eq!(stranger.client(), Some([10, 9, 9, 9].into()));
    let refusal = forwarded().read(&head, &stranger).unwrap_err();
    assert_eq!(refusal.reason(), "certificate_header_untrusted");
}

#[test]
fn what_is_not_one_certificate_is_malformed() {
    let certificate = signed(&agent());
    let value = sequence(&certificate);
    let bare = STANDARD.encode(certificate.der());
    let two = escaped(&format!("{0}{0}", certificate.pem()));
    let key = escaped(&certificate.pem().replace("CERTIFICATE", "PRIVATE KEY"));
    let cut = &value[..value.len() - 30];
    let mut more = certificate.der().to_vec();
    more.push(0);
    let more = STANDARD.encode(more);
    let list = format!("{bare},{bare}");
    let parameter = format!("{value};a=b");
    for values in [
        &[&*value, &*value][..],
        &["", &value],
        &["nonsense"],
        &["::"],
        &[":"],
        &[&list],
        &[&parameter],
        &[&two],
        &[&key],
        &[cut],
        &[&more],
        &["-----BEGIN%20CERTIFICATE-----%0A"],
        &["%FF"],
    ] {
        assert_eq!(reason(values), (Kind::Malformed, "certificate_unreadable"));
    }
}

#[test]
fn a_value_is_read_to_its_bound() {
    let value = sequence(&signed(&agent()));
    let read = |longest| {
        let forwarded = forwarded().longest(longest);
        forwarded.read(&head(&[&value]), &from("10.1.2.3:4711"))
    };
    assert!(read(value.len()).unwrap().is_some());
    let refusal = read(value.len() - 1).unwrap_err();
    assert_eq!(refusal.reason(), "certificate_unreadable");
    assert!(refusal.message().contains("limit"), "{refusal:?}");
}

#[test]
fn a_certificate_outside_of_its_time_is_refused() {
    let expired = sequence(&valid(-200, -100));
    assert_eq!(
        reason(&[&expired]),
        (Kind::Unauthenticated, "certificate_expired")
    );
    let early = sequence(&valid(100, 200));
    let refused = (Kind::Unauthenticated, "certificate_not_yet_valid");
    assert_eq!(reason(&[&early]), refused);
}
