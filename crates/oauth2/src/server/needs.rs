//! What plans need of an authorization server.

/// What plans need of an authorization server, for [examining](crate::AuthorizationServer::examine) it:
/// without that it fails, and all else is a warning at most. Default: only that clients can log in.
///
/// ```
/// use tollbar_oauth2::{AuthorizationServer, Needs, Outcome};
///
/// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
/// # let issuer = format!("http://{}", listener.local_addr()?);
/// # drop(listener);
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let server = AuthorizationServer::builder(issuer).build()?;
/// let examination = server.examine(&Needs::new().keys()).await;
/// // Nobody is there, so that there is no telling what its keys are.
/// assert_eq!(examination.outcome(), Outcome::Failed);
/// let keys = examination.steps().iter().find(|step| step.name() == "keys");
/// assert_eq!(keys.map(|step| step.outcome()), Some(Outcome::Skipped));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    pub(super) introspection: bool,
    pub(super) keys: bool,
    pub(super) scopes: Vec<String>,
}

impl Needs {
    /// Only that clients can log in.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            introspection: false,
            keys: false,
            scopes: Vec::new(),
        }
    }

    /// Also that it can be asked about tokens, as [`Introspection`](crate::Introspection) does.
    #[must_use]
    pub const fn introspection(mut self) -> Self {
        self.introspection = true;
        self
    }

    /// Also that it has keys that can be used, as [`Jwt`](crate::Jwt) does.
    #[must_use]
    pub const fn keys(mut self) -> Self {
        self.keys = true;
        self
    }

    /// Also these scopes, which clients are told to ask for. Those that it does not list are a warning,
    /// since not every server lists all (RFC 8414 section 2).
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        for scope in scopes.into_iter().map(Into::into) {
            if !self.scopes.contains(&scope) {
                self.scopes.push(scope);
            }
        }
        self
    }
}
