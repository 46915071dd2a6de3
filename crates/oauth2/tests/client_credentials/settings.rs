//! What cannot be built.

use std::time::Duration;

use tollbar_oauth2::{ClientCredentials, ClientCredentialsBuilder, OAuth2Error};

fn build(
    url: &str,
    set: impl FnOnce(ClientCredentialsBuilder) -> ClientCredentialsBuilder,
) -> Result<ClientCredentials, String> {
    let builder = ClientCredentials::builder(url.parse().unwrap(), "gateway", "s3cret");
    set(builder).build().map_err(|error| error.to_string())
}

const HTTPS: &str = "https://login.example/token?key=s3cret";

#[test]
fn secrets_go_by_https_or_stay_on_this_machine() {
    let same = |builder| builder;
    for url in [
        HTTPS,
        "http://127.0.0.1:8080/token",
        "http://127.8.9.1/token",
        "http://[::1]:8080/token",
        "http://[::ffff:127.0.0.1]/token",
        "http://localhost:8080/token",
        "http://LOCALHOST/token",
    ] {
        assert!(build(url, same).is_ok(), "{url}");
    }
    for url in [
        "http://login.example/token?key=s3cret",
        "http://10.0.0.1/token",
        "http://localhost.example/token",
        "http://127.0.0.1.example/token",
        "http://[::]/token",
        "http://0.0.0.0/token",
    ] {
        let error = build(url, same).unwrap_err();
        assert!(
            error.contains("is plain `http`: use `https`") && !error.contains("s3cret"),
            "{error}"
        );
        assert!(build(url, |builder| builder.allow_plain_http(true)).is_ok());
    }
    let scheme = build("ftp://login.example/token", same).unwrap_err();
    assert_eq!(scheme, "cannot fetch from a `ftp` URL: use `https`");
}

#[test]
fn errors_tell_the_fix_and_show_no_secret() {
    let same = |builder| builder;
    for (error, expected) in [
        (
            build("https://ann:s3cret@login.example/token", same),
            "give client id and secret instead",
        ),
        (
            build("https://login.example/token#top", same),
            "remove the `#`",
        ),
        (
            build(HTTPS, |builder| builder.scopes(["good", "two words"])),
            "`two words` is not a scope",
        ),
        (
            build(HTTPS, |builder| builder.scopes([""])),
            "`` is not a scope",
        ),
        (
            build(HTTPS, |builder| builder.scopes(["a\"b"])),
            "is not a scope",
        ),
        (
            build(HTTPS, |builder| builder.resource("mcp.example/mcp")),
            "use an absolute URI without `#`",
        ),
        (
            build(HTTPS, |builder| builder.resource("https://mcp.example/#a")),
            "use an absolute URI without `#`",
        ),
        (
            build(HTTPS, |builder| builder.timeout(Duration::ZERO)),
            "`timeout` is zero",
        ),
        (
            build(HTTPS, |builder| builder.assumed_lifetime(Duration::ZERO)),
            "`assumed_lifetime` is zero",
        ),
        (
            build(HTTPS, |builder| {
                builder.retry(Duration::ZERO, Duration::from_secs(1))
            }),
            "`retry` is zero",
        ),
        (
            build(HTTPS, |builder| builder.answer_limit(0)),
            "`answer_limit` is 0: it must be at least 1",
        ),
        (
            build(HTTPS, |builder| builder.ca_pem("not a certificate")),
            "`BEGIN CERTIFICATE`",
        ),
    ] {
        let error = error.unwrap_err();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
    for (id, secret, name) in [("", "s", "`client_id`"), ("i", "", "`client_secret`")] {
        let builder = ClientCredentials::builder(HTTPS.parse().unwrap(), id, secret);
        let error = builder.build().unwrap_err();
        assert!(matches!(error, OAuth2Error::Empty(_)));
        assert!(error.to_string().contains(name));
    }
}
