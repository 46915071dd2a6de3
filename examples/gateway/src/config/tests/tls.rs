//! TLS on the listener.

use std::{fs, path::Path};

use rcgen::{CertificateParams, KeyPair};

use super::{PROXY, environment, lines};
use crate::config::{Overrides, Settings, Verdict};

/// A certificate and its key, in PEM.
fn certificate() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
    (
        parameters.self_signed(&key).unwrap().pem(),
        key.serialize_pem(),
    )
}

/// A folder with a certificate and its key.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = certificate();
    fs::write(folder.path().join("a.pem"), &chain).unwrap();
    fs::write(folder.path().join("a.key"), key).unwrap();
    fs::write(folder.path().join("ca.pem"), chain).unwrap();
    folder
}

const FILES: &str = "certificate_file = \"a.pem\"\nkey_file = \"a.key\"\n";

/// Judges a listener with this section, whose first line is the second one.
fn judge(folder: &Path, section: &str, plan: &str) -> Verdict {
    let path = folder.join("gateway.toml");
    fs::write(&path, format!("[listener.tls]\n{section}{PROXY}{plan}")).unwrap();
    Verdict::of_file(&path, &Overrides::default(), &environment(folder))
}

fn settings(folder: &Path, section: &str, plan: &str) -> Settings {
    let verdict = judge(folder, section, plan);
    assert_eq!(verdict.count(), (0, 0), "{verdict}");
    verdict.settings.unwrap()
}

#[test]
fn a_certificate_and_its_key_make_a_listener_that_speaks_tls() {
    let folder = folder();
    let settings = settings(folder.path(), FILES, "");
    assert!(settings.tls.is_some());
    let listening = ([127, 0, 0, 1], 8080).into();
    let url = settings
        .listener
        .public_url(&settings.proxies[0].section, listening);
    assert_eq!(url.unwrap().as_str(), "https://127.0.0.1:8080/a");
}

/// `(section, what its one problem says after the file's name)`.
#[test]
fn what_is_wrong_is_told_at_the_file_that_it_is_in() {
    let folder = folder();
    let other = certificate().1;
    fs::write(folder.path().join("b.key"), other).unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    for (section, begins) in [
        (FILES.replace("a.key", "b.key"), ":3:12: "),
        (FILES.replace("a.pem", "none.pem"), ":2:20: "),
        (FILES.replace("a.pem", "empty"), ":2:20: "),
        (FILES.replace("a.key", "empty"), ":3:12: "),
        (format!("{FILES}client_ca_file = \"empty\"\n"), ":4:18: "),
        (
            format!("{FILES}client_certificate = \"required\"\n"),
            ":4:22: clients are asked for certificates that nobody can verify: ",
        ),
    ] {
        let verdict = judge(folder.path(), &section, "");
        let found = lines(&verdict);
        assert_eq!(found.len(), 1, "{section}: {found:?}");
        assert!(
            found[0].contains(&format!("gateway.toml{begins}")),
            "{section}: {found:?}"
        );
        assert!(verdict.settings.is_none(), "{section}");
    }
    let unasked = format!("{FILES}client_ca_file = \"ca.pem\"\nclient_certificate = \"off\"\n");
    let verdict = judge(folder.path(), &unasked, "");
    assert_eq!(verdict.count(), (0, 1), "{verdict}");
}

#[test]
fn clients_with_certificates_are_no_strangers() {
    let folder = folder();
    let asking = format!("{FILES}client_ca_file = \"ca.pem\"\n");
    let open = |section: &str| {
        let section = section.replace("[listener.tls]\n", "");
        let reachable = format!("{section}[listener]\naddress = \"10.0.0.5:443\"\n");
        judge(folder.path(), &reachable, "").settings.is_some()
    };
    assert!(!open(FILES));
    assert!(open(&asking), "the handshake asks");
    assert!(!open(&format!(
        "{asking}client_certificate = \"optional\"\n"
    )));
    let plan = "[[proxy.plan]]\ntype = \"certificate\"\nadmit = [{ any = true }]\n";
    settings(folder.path(), &asking, plan);
    assert!(judge(folder.path(), FILES, plan).settings.is_none());
}

#[test]
fn a_renewed_certificate_is_another_one_and_leaves_rights_alone() {
    let folder = folder();
    let asking = format!("{FILES}client_ca_file = \"ca.pem\"\n");
    let plan = "[[proxy.plan]]\ntype = \"certificate\"\nadmit = [{ any = true }]\n";
    let before = settings(folder.path(), &asking, plan);
    let (chain, key) = certificate();
    fs::write(folder.path().join("a.pem"), &chain).unwrap();
    fs::write(folder.path().join("a.key"), key).unwrap();
    let after = settings(folder.path(), &asking, plan);
    let tls = |settings: &Settings| settings.tls.as_ref().unwrap().fingerprint;
    let right = |settings: &Settings| settings.proxies[0].plans[0].fingerprint;
    assert_ne!(tls(&before), tls(&after));
    assert_eq!(right(&before), right(&after));
    // Another authority gives other rights.
    fs::write(folder.path().join("ca.pem"), chain).unwrap();
    let trusted = settings(folder.path(), &asking, plan);
    assert_ne!(right(&before), right(&trusted));
}
