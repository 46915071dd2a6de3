//! Who asks.

mod claims;

pub use self::claims::{Claims, InvalidClaims};

use std::{collections::BTreeSet, fmt, sync::Arc};

/// Who asks: the result of the plan that judged the request.
///
/// Cheap to clone. Fields that a plan did not learn are `None` or empty, and every rule must read
/// "unknown" as "no".
///
/// ```
/// use tollbar_core::Consumer;
///
/// let consumer = Consumer::new("key").with_key_id("k_17").with_scopes(["tools:read"]);
/// assert_eq!(consumer.plan(), "key");
/// assert_eq!(consumer.subject(), None);
/// assert!(consumer.has_scope("tools:read"));
/// ```
#[derive(Clone)]
pub struct Consumer {
    plan: Arc<str>,
    facts: Arc<Facts>,
}

#[derive(Clone, Default)]
struct Facts {
    subject: Option<Box<str>>,
    client_id: Option<Box<str>>,
    key_id: Option<Box<str>>,
    key_name: Option<Box<str>>,
    scopes: BTreeSet<Box<str>>,
    claims: Claims,
    pseudonym: Option<Box<str>>,
    is_unverified: bool,
}

impl Consumer {
    /// A consumer of which only the plan is known, for example `keyless`.
    #[must_use]
    pub fn new(plan: impl Into<Arc<str>>) -> Self {
        Self {
            plan: plan.into(),
            facts: Arc::default(),
        }
    }

    /// The same consumer, judged by the plan of this name. Shares all other facts.
    #[must_use]
    pub fn with_plan(mut self, plan: impl Into<Arc<str>>) -> Self {
        self.plan = plan.into();
        self
    }

    /// Sets the subject: the user or service on whose behalf the client acts (RFC 7662 `sub`).
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<Box<str>>) -> Self {
        self.facts_mut().subject = Some(subject.into());
        self
    }

    /// Sets the OAuth client identifier (RFC 7662 `client_id`).
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<Box<str>>) -> Self {
        self.facts_mut().client_id = Some(client_id.into());
        self
    }

    /// Sets the identifier of the key that was presented. Never the key itself.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<Box<str>>) -> Self {
        self.facts_mut().key_id = Some(key_id.into());
        self
    }

    /// Sets what people call that key.
    #[must_use]
    pub fn with_key_name(mut self, name: impl Into<Box<str>>) -> Self {
        self.facts_mut().key_name = Some(name.into());
        self
    }

    /// Sets the granted scopes (RFC 6749 section 3.3), case-sensitive.
    #[must_use]
    pub fn with_scopes<T: Into<Box<str>>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.facts_mut().scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets what an authorization server has said of the consumer. Only what was verified.
    #[must_use]
    pub fn with_claims(mut self, claims: Claims) -> Self {
        self.facts_mut().claims = claims;
        self
    }

    /// Sets what stands for a credential that nobody here can read, such as a keyed digest of it: for logs
    /// and limits. It changes whenever the credential does, and says nothing of who asks.
    #[must_use]
    pub fn with_pseudonym(mut self, pseudonym: impl Into<Box<str>>) -> Self {
        self.facts_mut().pseudonym = Some(pseudonym.into());
        self
    }

    /// Says that the MCP server judges who this is, and that nobody here has.
    #[must_use]
    pub fn unverified(mut self) -> Self {
        self.facts_mut().is_unverified = true;
        self
    }

    /// The name of the plan that judged the request.
    #[must_use]
    pub fn plan(&self) -> &str {
        &self.plan
    }

    /// On whose behalf the client acts.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.facts.subject.as_deref()
    }

    /// The OAuth client identifier.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.facts.client_id.as_deref()
    }

    /// The identifier of the key that was presented.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.facts.key_id.as_deref()
    }

    /// What people call that key.
    #[must_use]
    pub fn key_name(&self) -> Option<&str> {
        self.facts.key_name.as_deref()
    }

    /// The granted scopes, in order.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.facts.scopes.iter().map(AsRef::as_ref)
    }

    /// Whether this scope was granted, byte for byte.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.facts.scopes.contains(scope)
    }

    /// What an authorization server has said of the consumer.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.facts.claims
    }

    /// What stands for a credential that nobody here can read.
    #[must_use]
    pub fn pseudonym(&self) -> Option<&str> {
        self.facts.pseudonym.as_deref()
    }

    /// Whether a plan has found out who this is, if only that it is anybody. Of a consumer whom the MCP
    /// server alone knows, every fact is unknown: it may be the one whom a rule denies.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        !self.facts.is_unverified
    }

    fn facts_mut(&mut self) -> &mut Facts {
        Arc::make_mut(&mut self.facts)
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("plan", &self.plan)
            .field("subject", &self.facts.subject)
            .field("client_id", &self.facts.client_id)
            .field("key_id", &self.facts.key_id)
            .field("key_name", &self.facts.key_name)
            .field("scopes", &self.facts.scopes)
            .field("claims", &self.facts.claims)
            .field("pseudonym", &self.facts.pseudonym)
            .field("is_verified", &self.is_verified())
            .finish()
    }
}
