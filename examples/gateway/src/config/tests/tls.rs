//! TLS on the listener.

use std::{fs, path::Path};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, IsCa,
    KeyIdMethod, KeyPair, KeyUsagePurpose, date_time_ymd,
};

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

const ANY: &str = "[[proxy.plan]]\ntype = \"certificate\"\nadmit = [{ any = true }]\n";
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
        (
            FILES.replace("a.key", "b.key"),
            ":3:12: the private key does not belong to the certificate: name the key that ",
        ),
        (
            "certificate_file = \"a.key\"\nkey_file = \"a.pem\"\n".to_owned(),
            ":2:20: there is no certificate: expected `-----BEGIN CERTIFICATE-----`: have \
             `certificate_file` and `key_file` changed places?",
        ),
        (FILES.replace("a.pem", "none.pem"), ":2:20: "),
        (FILES.replace("a.pem", "empty"), ":2:20: "),
        (FILES.replace("a.key", "empty"), ":3:12: "),
        (format!("{FILES}client_ca_file = \"empty\"\n"), ":4:18: "),
        (
            format!("{FILES}client_ca_file = \"ca.pem\"\nclient_crl_file = \"empty\"\n"),
            ":5:19: the CRL of the client CA cannot be used: ",
        ),
        (
            format!("{FILES}client_ca_file = \"ca.pem\"\nclient_crl_file = \"none\"\n"),
            ":5:19: `",
        ),
        (
            format!("{FILES}client_crl_file = \"ca.pem\"\n"),
            ":4:19: there is a list of revoked certificates, and no authority: name ",
        ),
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
    // Where somebody needs it, it is an error, and told once.
    let verdict = judge(folder.path(), &unasked, ANY);
    let found = lines(&verdict);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains(
            ":5:22: no client is asked for a certificate, which the plan of `a` needs: write \
             `\"optional\"`, or "
        ),
        "{found:?}"
    );
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
    settings(folder.path(), &asking, ANY);
    assert!(judge(folder.path(), FILES, ANY).settings.is_none());
}

#[test]
fn a_renewed_certificate_is_another_one_and_leaves_rights_alone() {
    let folder = folder();
    let asking = format!("{FILES}client_ca_file = \"ca.pem\"\n");
    let before = settings(folder.path(), &asking, ANY);
    let (chain, key) = certificate();
    fs::write(folder.path().join("a.pem"), &chain).unwrap();
    fs::write(folder.path().join("a.key"), key).unwrap();
    let after = settings(folder.path(), &asking, ANY);
    let tls = |settings: &Settings| settings.tls.as_ref().unwrap().fingerprint;
    let right = |settings: &Settings| settings.proxies[0].plans[0].fingerprint;
    assert_ne!(tls(&before), tls(&after));
    assert_eq!(right(&before), right(&after));
    // Another authority gives other rights.
    fs::write(folder.path().join("ca.pem"), chain).unwrap();
    let trusted = settings(folder.path(), &asking, ANY);
    assert_ne!(right(&before), right(&trusted));
}

/// A list of revoked certificates with this number, in PEM.
fn revoking(authority: &CertifiedIssuer<'_, KeyPair>, number: u64) -> String {
    let list = CertificateRevocationListParams {
        this_update: date_time_ymd(2020, 1, 1),
        next_update: date_time_ymd(2999, 1, 1),
        crl_number: number.into(),
        issuing_distribution_point: None,
        revoked_certs: Vec::new(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    list.signed_by(authority).unwrap().pem().unwrap()
}

#[test]
fn another_list_of_revoked_certificates_gives_other_rights() {
    let folder = folder();
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().unwrap();
    let authority = CertifiedIssuer::self_signed(parameters, key).unwrap();
    fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
    let list = folder.path().join("crl.pem");
    fs::write(&list, revoking(&authority, 1)).unwrap();
    let asking = format!("{FILES}client_ca_file = \"ca.pem\"\nclient_crl_file = \"crl.pem\"\n");
    let verdict = judge(folder.path(), &asking, ANY);
    assert!(verdict.files.contains(&list), "it is watched");
    let before = verdict.settings.unwrap();
    fs::write(&list, revoking(&authority, 2)).unwrap();
    let after = settings(folder.path(), &asking, ANY);
    let fingerprints = |settings: &Settings| {
        let tls = settings.tls.as_ref().unwrap().fingerprint;
        (tls, settings.proxies[0].plans[0].fingerprint)
    };
    let (before, after) = (fingerprints(&before), fingerprints(&after));
    assert!(before.0 != after.0 && before.1 != after.1);
}

#[test]
fn a_file_that_is_too_long_is_not_cut() {
    let folder = folder();
    let path = folder.path().join("a.pem");
    let chain = fs::read_to_string(&path).unwrap();
    for (length, errors) in [(4 << 20, 0), ((4 << 20) + 1, 1)] {
        let padding = "\n".repeat(length - chain.len());
        fs::write(&path, format!("{chain}{padding}")).unwrap();
        let verdict = judge(folder.path(), FILES, "");
        assert_eq!(verdict.count(), (errors, 0), "{verdict}");
        let said = "it is longer than 4194304 bytes";
        assert_eq!(verdict.to_string().contains(said), errors == 1, "{verdict}");
    }
}
