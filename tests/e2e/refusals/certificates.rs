//! Client certificates that a proxy in front passes on.

use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};

use super::{
    book::{Book, Case},
    request::{CALL, Request},
    scene::{PATIENT, Scene},
};

const PROXY: &str = "certified\n[[proxy.plan]]\ntype = \"certificate\"\nheader = \"client-cert\"\n\
                     [[proxy.plan.admit]]\nsubject = \"CN=admitted\"";

pub(super) async fn provoke(book: Arc<Book>) {
    let trusting = format!("{PATIENT}trusted_peers = [\"127.0.0.1\"]\n");
    let scene = Scene::start(&book, trusting, &[], &[PROXY]).await;
    let with = |value: &str| Request::post("/certified", CALL).with("client-cert", value);
    for (reason, kind, value) in [
        (
            "certificate_not_admitted",
            "forbidden",
            certificate(2020, 2999),
        ),
        (
            "certificate_expired",
            "unauthenticated",
            certificate(2020, 2021),
        ),
        (
            "certificate_not_yet_valid",
            "unauthenticated",
            certificate(2998, 2999),
        ),
        (
            "certificate_unreadable",
            "malformed",
            "no certificate".to_owned(),
        ),
    ] {
        scene.refuses(Case::new(reason, kind), with(&value)).await;
    }

    let strange = format!("{PATIENT}trusted_peers = [\"192.0.2.1\"]\n");
    let scene = Scene::start(&book, strange, &[], &[PROXY]).await;
    let untrusted = Case::new("certificate_header_untrusted", "unauthenticated");
    let value = certificate(2020, 2999);
    scene.refuses(untrusted, with(&value)).await;
}

/// A certificate of somebody, as nginx passes it on.
fn certificate(from: i32, until: i32) -> String {
    let mut parameters = CertificateParams::default();
    let subject = &mut parameters.distinguished_name;
    subject.push(DnType::CommonName, "somebody");
    parameters.not_before = date_time_ymd(from, 1, 1);
    parameters.not_after = date_time_ymd(until, 1, 1);
    let certificate = parameters.self_signed(&KeyPair::generate().unwrap());
    let pem = certificate.unwrap().pem();
    let escaped = [("\r", ""), ("\n", "%0A"), (" ", "%20"), ("+", "%2B")];
    escaped
        .iter()
        .fold(pem, |pem, (plain, escape)| pem.replace(plain, escape))
}
