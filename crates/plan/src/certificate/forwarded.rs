//! A certificate that a terminator in front passes on.

use std::time::SystemTime;

use http::{HeaderName, request::Parts};
use tollbar_core::{ClientCertificate, Exchange, Forwarding, Kind, Refusal};

use super::{form, read, validity};

/// A header in which a trusted terminator passes the certificate of the client whose TLS connection
/// it holds.
///
/// The header counts only when it comes from a *peer* that is trusted, whatever `X-Forwarded-For`
/// says; from anybody else it is an attempt to be somebody, and is refused. The terminator is trusted
/// with two things: to verify the certificate against the right authority, and to *overwrite* the
/// header, so that a client cannot send its own. Test that it does.
///
/// Three forms are understood, and told apart by themselves; each must hold one certificate:
///
/// | form | who writes it |
/// |---|---|
/// | `:MIIB...:` (RFC 9440, `Client-Cert`) | proxies that follow the standard; HAProxy |
/// | `-----BEGIN%20CERTIFICATE-----%0A...`, PEM with escapes | nginx, Envoy, load balancers of AWS |
/// | `MIIB...`, base64 without armour, with or without escapes | Traefik |
///
/// # nginx
///
/// ```text
/// ssl_client_certificate /etc/nginx/client-ca.pem;
/// ssl_verify_client      on;
/// proxy_set_header       Client-Cert $ssl_client_escaped_cert;
/// ```
///
/// `proxy_set_header` replaces what the client sent. With `ssl_verify_client optional`, clients
/// without a certificate get an empty header, which counts as none. Never use `optional_no_ca`: it
/// passes certificates on that nobody has verified.
///
/// # Envoy
///
/// A TLS context with `require_client_certificate: true` and a `validation_context`, and on the
/// virtual host:
///
/// ```text
/// request_headers_to_remove: [client-cert]
/// request_headers_to_add:
/// - header: { key: client-cert, value: "%DOWNSTREAM_PEER_CERT%" }
/// ```
///
/// Both are needed: without a certificate nothing is added, so that nothing would replace what the
/// client sent. Headers are removed before others are added.
///
/// # Traefik
///
/// A TLS option with `clientAuth.clientAuthType: RequireAndVerifyClientCert`, and the middleware
/// `passTLSClientCert` with `pem: true`; the header is `X-Forwarded-Tls-Client-Cert`. Clients must
/// send their own certificate alone: Traefik joins a chain with commas, and such a list is refused,
/// because it cannot be told from a line that a client has smuggled in.
///
/// # HAProxy
///
/// `http-request set-header Client-Cert :%[ssl_c_der,base64]:` after `ca-file` and `verify required`
/// on the `bind` line.
///
/// ```
/// use http::{HeaderName, Request};
/// use tollbar_core::{Connection, Exchange, Forwarding};
/// use tollbar_plan::certificate::ForwardedCertificate;
///
/// let forwarding = Forwarding::new(["127.0.0.1".parse()?]);
/// let forwarded = ForwardedCertificate::new(HeaderName::from_static("client-cert"), forwarding);
/// let (head, ()) = Request::builder().header("client-cert", ":MIIB:").body(())?.into_parts();
///
/// let stranger = Exchange::on(&Connection::new().peer("192.0.2.7:4711".parse()?));
/// let refusal = forwarded.read(&head, &stranger).unwrap_err();
/// assert_eq!(refusal.reason(), "certificate_header_untrusted");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardedCertificate {
    header: HeaderName,
    forwarding: Forwarding,
    longest: usize,
}

impl ForwardedCertificate {
    /// The certificate in this header, from the peers that are trusted here.
    #[must_use]
    pub const fn new(header: HeaderName, forwarding: Forwarding) -> Self {
        Self {
            header,
            forwarding,
            longest: 16 * 1024,
        }
    }

    /// The longest header value that is read, in bytes. Default 16 KiB, which is several times what
    /// common certificates need.
    #[must_use]
    pub const fn longest(mut self, bytes: usize) -> Self {
        self.longest = bytes;
        self
    }

    /// The header, which must go no further than to the plan.
    #[must_use]
    pub const fn header(&self) -> &HeaderName {
        &self.header
    }

    /// The certificate that a trusted peer has passed; `None` when the header is absent or empty.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]: `certificate_header_untrusted` (401) when the peer is not trusted or not known,
    /// `certificate_unreadable` (400) when the header is repeated, too long or holds anything but one
    /// certificate, `certificate_expired` and `certificate_not_yet_valid` (401).
    pub fn read(
        &self,
        head: &Parts,
        exchange: &Exchange,
    ) -> Result<Option<ClientCertificate>, Refusal> {
        let mut lines = head.headers.get_all(&self.header).iter();
        let Some(line) = lines.next() else {
            return Ok(None);
        };
        let is_alone = lines.next().is_none();
        let value = line.as_bytes().trim_ascii();
        if is_alone && value.is_empty() {
            return Ok(None);
        }
        let peer = exchange.peer();
        if !peer.is_some_and(|peer| self.forwarding.trusts(peer.ip())) {
            return Err(self.untrusted());
        }
        if !is_alone {
            return Err(self.unreadable("it is there more than once"));
        }
        if value.len() > self.longest {
            return Err(self.unreadable("it is longer than the limit"));
        }
        let der = std::str::from_utf8(value).ok().and_then(form::decode);
        let der = der.ok_or_else(|| self.unreadable("it is in none of the known forms"))?;
        let certificate = read(&der).map_err(|error| self.unreadable(&error))?;
        validity::check(&certificate, SystemTime::now())?;
        Ok(Some(certificate))
    }

    fn untrusted(&self) -> Refusal {
        Refusal::new(
            Kind::Unauthenticated,
            "certificate_header_untrusted",
            format!(
                "`{}` is taken from trusted proxies only, and this one is none",
                self.header
            ),
        )
    }

    fn unreadable(&self, why: impl std::fmt::Display) -> Refusal {
        Refusal::new(
            Kind::Malformed,
            "certificate_unreadable",
            format!("the certificate in `{}` cannot be read: {why}", self.header),
        )
    }
}
