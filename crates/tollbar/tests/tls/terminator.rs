//! A real nginx in front.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::Duration,
};

use http::HeaderName;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tollbar::{
    Server,
    core::Forwarding,
    plan::certificate::{CertificatePlan, CertificateRule, ForwardedCertificate},
};

use crate::{
    authority::Authority,
    client::{Client, send},
    gateway::{call, gateway, text, upstream},
    served::Served,
};

/// nginx, which ends with this.
struct Nginx {
    address: SocketAddr,
    process: Child,
    folder: TempDir,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Nginx {
    /// Terminates TLS in front of this address, the way the documentation shows.
    async fn start(authority: &Authority, behind: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let server = authority.server();
        fs::write(path("chain.pem"), server.certificate.pem()).unwrap();
        fs::write(path("key.pem"), server.key.serialize_pem()).unwrap();
        fs::write(path("client-ca.pem"), authority.pem()).unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {};\n", path(kind)))
            .concat();
        let configuration = format!(
            "daemon off; master_process off; pid {pid}; error_log {log};
            events {{ }}
            http {{
                access_log off;
                {temporary}
                server {{
                    listen {address} ssl;
                    ssl_certificate {chain};
                    ssl_certificate_key {key};
                    ssl_client_certificate {authority};
                    ssl_verify_client optional;
                    location / {{
                        proxy_pass http://{behind};
                        proxy_http_version 1.1;
                        proxy_set_header Client-Cert $ssl_client_escaped_cert;
                    }}
                }}
            }}",
            pid = path("pid"),
            log = path("error.log"),
            chain = path("chain.pem"),
            key = path("key.pem"),
            authority = path("client-ca.pem"),
        );
        fs::write(path("nginx.conf"), configuration).unwrap();
        let process = Command::new("nginx")
            .args(["-e", &path("error.log"), "-c", &path("nginx.conf")])
            .env(
                "PATH",
                "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/bin",
            )
            .stdout(Stdio::null())
            .spawn()
            .expect("nginx is needed: run `bash tests/setup`");
        let nginx = Self {
            address,
            process,
            folder,
        };
        for _ in 0..500 {
            if TcpStream::connect(address).await.is_ok() {
                return nginx;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let log = fs::read_to_string(nginx.folder.path().join("error.log"));
        panic!("nginx does not start: {log:?}");
    }
}

#[tokio::test]
async fn nginx_passes_the_certificate_on_and_nothing_that_a_client_says() {
    let authority = Authority::new();
    let upstream = upstream();
    let header = HeaderName::from_static("client-cert");
    let trusted = Forwarding::new(["127.0.0.1".parse().unwrap()]);
    let rule = CertificateRule::subject("CN=agent").unwrap().consumer("ci");
    let plan = CertificatePlan::new()
        .forwarded(ForwardedCertificate::new(header, trusted))
        .admit(rule);
    let (service, events) = gateway(&upstream, plan);
    let server = Served::new(Server::new(), service);
    let nginx = Nginx::start(&authority, server.address).await;

    let agent = authority.client("agent");
    let ask = async |client: Client, said: Option<&str>| {
        let stream = client.connect(nginx.address).await.unwrap();
        let mut request = call();
        if let Some(said) = said {
            request
                .headers_mut()
                .insert("client-cert", said.parse().unwrap());
        }
        text(send(stream, request).await.unwrap()).await
    };
    let (status, answer) = ask(Client::known_as(&authority, &agent), None).await;
    assert_eq!(status, 200, "{answer}");
    assert!(!answer.contains("client-cert"), "{answer}");

    let (status, answer) = ask(Client::new(&authority), None).await;
    assert_eq!(status, 401, "{answer}");

    let stolen = agent
        .certificate
        .pem()
        .replace(' ', "%20")
        .replace('\n', "%0A");
    let (status, answer) = ask(Client::new(&authority), Some(&stolen)).await;
    assert_eq!(status, 401, "{answer}");

    let stranger = Client::known_as(&authority, &authority.client("stranger"));
    let (status, answer) = ask(stranger, Some(&stolen)).await;
    assert_eq!(status, 403, "{answer}");
    let seen = format!("{:?}", events.lock().unwrap());
    assert_eq!(seen.matches("\"ci\"").count(), 1, "{seen}");
}
