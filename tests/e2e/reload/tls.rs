//! A listener whose certificate is renewed, and whose clients show theirs.

use std::{fs, net::SocketAddr, sync::Arc, time::Duration};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, IsCa,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber, date_time_ymd,
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::gateway::Gateway;

/// An authority that issues certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut parameters = CertificateParams::new([]).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(parameters, key).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    /// The list that revokes the certificates with these serial numbers.
    fn revoke(&self, serials: &[u64]) -> String {
        let revoked = serials.iter().map(|serial| RevokedCertParams {
            serial_number: (*serial).into(),
            revocation_time: date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        });
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(2999, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.0).unwrap().pem().unwrap()
    }

    /// A certificate for this name, and its key.
    fn issue(&self, name: &str) -> (String, String) {
        self.issue_with(name, None)
    }

    /// The same with a serial number.
    fn issue_with(&self, name: &str, serial: Option<u64>) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new([name.to_owned()]).unwrap();
        parameters.serial_number = serial.map(SerialNumber::from);
        let certificate = parameters.signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

/// A connection with TLS.
async fn connect(
    address: SocketAddr,
    authority: &Authority,
    client: Option<&(String, String)>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap();
    roots.add(root).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match client {
        Some((chain, key)) => {
            let chain = CertificateDer::from_pem_slice(chain.as_bytes()).unwrap();
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
            builder.with_client_auth_cert(vec![chain], key).unwrap()
        }
        None => builder.with_no_client_auth(),
    };
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

/// The certificate that was shown.
fn shown(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

/// The status of a request on this connection, which stays open.
async fn ask(stream: &mut TlsStream<TcpStream>, path: &str) -> u16 {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;
    let request = format!(
        "POST /{path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: \
         application/json, text/event-stream\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut read = String::new();
    let mut piece = [0; 4096];
    while !is_whole(&read) {
        let length = stream.read(&mut piece).await.unwrap();
        assert_ne!(length, 0, "{read}");
        read.push_str(std::str::from_utf8(&piece[..length]).unwrap());
    }
    read.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Whether this is all of an answer.
fn is_whole(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return false;
    };
    let mut lines = head.lines();
    match lines.find_map(|line| line.strip_prefix("content-length: ")) {
        Some(length) => body.len() == length.parse::<usize>().unwrap(),
        None => body.ends_with("0\r\n\r\n"),
    }
}

const SECTION: &str = "[listener.tls]\ncertificate_file = \"a.pem\"\nkey_file = \"a.key\"";

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_shown_to_new_connections_and_old_ones_go_on() {
    let authority = Authority::new();
    let (chain, key) = authority.issue("localhost");
    let files = [("a.pem", chain.as_str()), ("a.key", key.as_str())];
    let gateway = Gateway::start(SECTION, &files, &["a"]);
    let address: SocketAddr = gateway
        .base
        .strip_prefix("https://")
        .unwrap()
        .parse()
        .unwrap();
    let mut old = connect(address, &authority, None).await.unwrap();
    assert_eq!(ask(&mut old, "a").await, 200);
    let (chain, key) = authority.issue("localhost");
    // One file after the other, with time for a poll between: the pair does not fit for a while.
    fs::write(gateway.path("a.pem"), &chain).unwrap();
    gateway.hear("is refused");
    fs::write(gateway.path("a.key"), &key).unwrap();
    gateway.hear("the listener's certificate and authorities are replaced");
    gateway.hear("reloaded: 1 proxy untouched");
    assert_eq!(ask(&mut old, "a").await, 200);
    let new = connect(address, &authority, None).await.unwrap();
    assert_ne!(shown(&old), shown(&new));
    let renewed = CertificateDer::from_pem_slice(chain.as_bytes()).unwrap();
    assert_eq!(shown(&new), renewed.to_vec());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_plan_is_judged_by_the_configuration_of_the_moment() {
    let authority = Authority::new();
    let (chain, key) = authority.issue("localhost");
    let clients = Authority::new();
    let client = clients.issue("agent.example");
    let files = [
        ("a.pem", chain.as_str()),
        ("a.key", key.as_str()),
        ("ca.pem", &clients.pem()),
    ];
    let section =
        format!("{SECTION}\nclient_ca_file = \"ca.pem\"\nclient_certificate = \"optional\"");
    let plan = |name: &str| {
        format!("a\n[[proxy.plan]]\ntype = \"certificate\"\nadmit = [{{ dns = \"{name}\" }}]")
    };
    let gateway = Gateway::start(&section, &files, &[&plan("agent.example")]);
    let address: SocketAddr = gateway
        .base
        .strip_prefix("https://")
        .unwrap()
        .parse()
        .unwrap();
    let mut known = connect(address, &authority, Some(&client)).await.unwrap();
    assert_eq!(ask(&mut known, "a").await, 200);
    let mut unknown = connect(address, &authority, None).await.unwrap();
    assert_eq!(ask(&mut unknown, "a").await, 401);
    gateway.write(&section, &[&plan("other.example")]);
    gateway.hear("reloaded: 1 proxy changed");
    assert_eq!(ask(&mut known, "a").await, 403);
    // Other authorities: the handshake fails.
    fs::write(gateway.path("ca.pem"), Authority::new().pem()).unwrap();
    gateway.hear("the listener's certificate and authorities are replaced");
    let refused = match connect(address, &authority, Some(&client)).await {
        // TLS 1.3 tells the client after its own part of the handshake.
        Ok(mut stream) => stream.read(&mut [0; 64]).await.is_err(),
        Err(_) => true,
    };
    assert!(refused);
}

/// To speak TLS or not needs a restart, and what is taken out of the file meanwhile changes nothing:
/// least of all who is let in.
#[tokio::test(flavor = "multi_thread")]
async fn a_section_that_is_removed_leaves_the_one_that_runs_and_not_that_of_the_start() {
    let authority = Authority::new();
    let (chain, key) = authority.issue("localhost");
    let client = authority.issue("agent.example");
    let files = [
        ("a.pem", chain.as_str()),
        ("a.key", key.as_str()),
        ("ca.pem", &authority.pem()),
    ];
    let gateway = Gateway::start(SECTION, &files, &["a"]);
    let address: SocketAddr = gateway
        .base
        .strip_prefix("https://")
        .unwrap()
        .parse()
        .unwrap();
    let mut early = connect(address, &authority, None).await.unwrap();
    assert_eq!(ask(&mut early, "a").await, 200);
    let required = format!("{SECTION}\nclient_ca_file = \"ca.pem\"");
    gateway.write(&required, &["a"]);
    gateway.hear("reloaded: ");
    // Whoever came before has shown nothing, and is not served any more.
    let ended = timeout(Duration::from_secs(5), early.read(&mut [0; 64])).await;
    assert!(
        matches!(ended.unwrap(), Ok(0) | Err(_)),
        "an open connection without a certificate stays"
    );
    for section in ["", "allowed_hosts = [\"localhost\"]"] {
        let before = gateway.count("reloaded: ");
        gateway.write(section, &["a\nversion = \"2\""]);
        gateway.hear("in effect after a restart only: `listener.tls`");
        while gateway.count("reloaded: ") == before {
            sleep(Duration::from_millis(10)).await;
        }
        let refused = match connect(address, &authority, None).await {
            Ok(mut stream) => stream.read(&mut [0; 64]).await.is_err(),
            Err(_) => true,
        };
        assert!(refused, "the TLS of the start is back");
        let mut known = connect(address, &authority, Some(&client)).await.unwrap();
        assert_eq!(ask(&mut known, "a").await, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_revoked_ends_with_the_next_list() {
    let authority = Authority::new();
    let (chain, key) = authority.issue("localhost");
    let [kept, revoked] = [1, 2].map(|serial| authority.issue_with("agent.example", Some(serial)));
    let files = [
        ("a.pem", chain.as_str()),
        ("a.key", key.as_str()),
        ("ca.pem", &authority.pem()),
        ("crl.pem", &authority.revoke(&[])),
    ];
    let section = format!("{SECTION}\nclient_ca_file = \"ca.pem\"\nclient_crl_file = \"crl.pem\"");
    let gateway = Gateway::start(&section, &files, &["a"]);
    let address: SocketAddr = gateway
        .base
        .strip_prefix("https://")
        .unwrap()
        .parse()
        .unwrap();
    let mut open = connect(address, &authority, Some(&revoked)).await.unwrap();
    assert_eq!(ask(&mut open, "a").await, 200);
    fs::write(gateway.path("crl.pem"), authority.revoke(&[2])).unwrap();
    gateway.hear("the listener's certificate and authorities are replaced");
    let ended = timeout(Duration::from_secs(5), open.read(&mut [0; 64])).await;
    assert!(matches!(ended.unwrap(), Ok(0) | Err(_)), "it stays open");
    let refused = match connect(address, &authority, Some(&revoked)).await {
        Ok(mut stream) => stream.read(&mut [0; 64]).await.is_err(),
        Err(_) => true,
    };
    assert!(refused, "a revoked certificate is let in");
    let mut known = connect(address, &authority, Some(&kept)).await.unwrap();
    assert_eq!(ask(&mut known, "a").await, 200);
}
