//! Client certificates: read, passed on by a terminator, admitted by rules.
//!
//! Use [`CertificatePlan`] where machines talk to machines and a certificate authority is at hand:
//! nothing that could be stolen from a log or a header is ever sent. The certificate comes from one
//! of two places:
//!
//! - **The TLS handshake.** The server asks for it, and verifies it against the client CA, before any
//!   request is read. Nothing to configure here.
//! - **A header**, when a terminator in front (nginx, Envoy, Traefik, a load balancer) does the
//!   handshake: [`ForwardedCertificate`], which also shows how to set these up.
//!
//! Whether a certificate was issued by the right authority is decided there. What is decided here is
//! which of these certificates may enter, and who its holder is: a list of [`CertificateRule`]s.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use tollbar_core::{CertificateName, ClientCertificate, Exchange};
//! use tollbar_plan::{Credential, Plan, certificate::{CertificatePlan, CertificateRule}};
//!
//! let plan = CertificatePlan::new()
//!     .admit(CertificateRule::dns("ci.example")?.consumer("ci").scopes(["tools:call"]))
//!     .admit(CertificateRule::uri("spiffe://example/agents/*")?);
//!
//! let until = SystemTime::now() + Duration::from_secs(3600);
//! let certificate = ClientCertificate::new([7; 32], "CN=ci", SystemTime::UNIX_EPOCH, until)
//!     .with_names([CertificateName::Dns("ci.example".into())]);
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # runtime.block_on(async {
//! let admitted = plan.identify(Credential::Certificate(certificate), &Exchange::new()).await;
//! assert_eq!(admitted.unwrap().consumer.subject(), Some("ci"));
//! # });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod distinguished_name;
mod form;
mod forwarded;
mod hex;
mod pattern;
mod plan;
mod rule;
mod validity;
mod x509;

pub use self::{
    distinguished_name::InvalidName,
    forwarded::ForwardedCertificate,
    plan::CertificatePlan,
    rule::{CertificateRule, InvalidRule},
    x509::{InvalidCertificate, read},
};
