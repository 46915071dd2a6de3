//! The stack of one proxy, arranged.

mod analytics;
mod cors;
mod error;
mod pages;
mod service;
mod stack;

pub use self::{error::GatewayError, service::GatewayService};

use self::stack::Sealing;

use std::net::SocketAddr;

use tollbar_acl::AclLayer;
use tollbar_analytics::AnalyticsLayer;
use tollbar_challenge::{ChallengeLayer, ProtectedResource, RelayedResource};
use tollbar_core::{
    Forwarding, Guard, SharedGuard,
    frame::FrameLayer,
    origin::{InvalidOrigin, Origins},
};
use tollbar_plan::{Keyless, PlanLayer, SessionLayer};
use tollbar_upstream::Upstream;
use url::Url;

use crate::{ServeError, Server};

/// Arranges the layers in front of one MCP server. Nothing is decided here: each part can be
/// replaced, and [`into_service`](Self::into_service) gives the stack back.
///
/// In order: analytics, challenge, CORS, forwarding, origin check, plan, frame, session, tasks, access
/// rules, a [guard](Self::guard) of the host, upstream.
/// Without a plan of its own it is open to everybody who can reach it ([`Keyless`]), and without access
/// rules everything may be used.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use tollbar::Gateway;
///
/// Gateway::to("http://127.0.0.1:8000/mcp")?
///     .serve("127.0.0.1:8080".parse()?)
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Gateway {
    upstream: Upstream,
    frame: FrameLayer,
    forwarding: Forwarding,
    origins: Origins,
    plan: PlanLayer,
    challenge: ChallengeLayer,
    session: Sealing,
    are_tasks_shared: bool,
    acl: Option<AclLayer>,
    guard: Option<SharedGuard>,
    captures: bool,
    analytics: AnalyticsLayer,
}

impl Gateway {
    /// In front of the MCP server at this URL (its whole Streamable HTTP endpoint, such as
    /// `http://127.0.0.1:8000/mcp`), with the default settings of [`Upstream::new`].
    ///
    /// # Errors
    ///
    /// [`GatewayError`] when this is not a URL that can be proxied.
    pub fn to(upstream: &str) -> Result<Self, GatewayError> {
        let url = Url::parse(upstream).map_err(|error| GatewayError::NotAUrl {
            url: upstream.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self::new(Upstream::new(url)?))
    }

    /// In front of this upstream.
    #[must_use]
    pub fn new(upstream: Upstream) -> Self {
        Self {
            upstream,
            frame: FrameLayer::new(),
            forwarding: Forwarding::default(),
            origins: Origins::new(),
            plan: PlanLayer::new().with(Keyless::new()),
            challenge: ChallengeLayer::none(),
            session: Sealing::Random,
            are_tasks_shared: false,
            acl: None,
            guard: None,
            captures: false,
            analytics: AnalyticsLayer::new(drop).inspect(false),
        }
    }

    /// The URL under which clients reach this proxy: its host and its origin are allowed. Never
    /// learnt from a request.
    ///
    /// # Errors
    ///
    /// [`InvalidOrigin`] when the URL has no host.
    pub fn public_url(mut self, url: &Url) -> Result<Self, InvalidOrigin> {
        let origin = url.origin().ascii_serialization();
        self.origins = self.origins.allow_origin(&origin)?;
        if let Some(host) = url.host_str() {
            self.origins = self.origins.allow_host(host);
        }
        Ok(self)
    }

    /// Which hosts and browser origins may talk to this proxy. Default: loopback. Replaces what
    /// [`public_url`](Self::public_url) has allowed, so call it first.
    #[must_use]
    pub fn origins(mut self, origins: Origins) -> Self {
        self.origins = origins;
        self
    }

    /// Whose word about the client's address is believed. Default: nobody's.
    #[must_use]
    pub fn forwarding(mut self, forwarding: Forwarding) -> Self {
        self.forwarding = forwarding;
        self
    }

    /// Who may come in. Default: everybody ([`Keyless`]).
    #[must_use]
    pub fn plan(mut self, plan: PlanLayer) -> Self {
        self.plan = plan;
        self
    }

    /// Tells clients how to get a token for this proxy: serves the metadata, to everybody, and points to
    /// it where a token is missing or bad. For a proxy with an OAuth plan, and for no other. Default:
    /// nothing is told.
    ///
    /// Requests for [`ProtectedResource::paths`] have to be led to this stack, too: mount it there beside
    /// its own path.
    ///
    /// ```
    /// use tollbar::{Gateway, Routes, challenge::ProtectedResource, plan::PlanLayer};
    /// use tollbar::oauth2::{AuthorizationServer, Jwt};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let _tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    /// # let _guard = _tokio.enter();
    /// let login = AuthorizationServer::builder("https://login.example").build()?;
    /// let resource = ProtectedResource::new("https://gw.example/mcp".parse()?, login.issuer())?;
    /// let tokens = Jwt::builder(login).audiences(resource.identifiers()).build()?;
    /// let gateway = Gateway::to("http://127.0.0.1:8000/mcp")?
    ///     .public_url(resource.resource())?
    ///     .plan(PlanLayer::new().with(tokens))
    ///     .protected_resource(&resource)
    ///     .into_service();
    ///
    /// let mut routes = Routes::new().mount("/mcp", gateway.clone())?;
    /// for path in resource.paths() {
    ///     routes = routes.mount(&path, gateway.clone())?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn protected_resource(mut self, resource: &ProtectedResource) -> Self {
        self.challenge = ChallengeLayer::new(resource);
        self
    }

    /// Relays what the MCP server itself says of how to be let in: for a server that judges tokens itself,
    /// behind an [`Upstream`] that [forwards](tollbar_upstream::Builder::forward_authorization)
    /// `Authorization`, and with a [`Relay`](tollbar_plan::Relay) among the plans, or one that reads another
    /// header. Takes the place of a [protected resource](Self::protected_resource). Requests for
    /// [`RelayedResource::paths`] have to be led to this stack, too.
    ///
    /// Beware: clients get tokens for the gateway's URL, and the server has to take them as its own.
    ///
    /// ```
    /// use http::Request;
    /// use tollbar::{Gateway, Routes, challenge::RelayedResource, core::Body, upstream::Upstream};
    /// use tollbar::plan::{PlanLayer, Relay, SessionLayer, SessionSecret};
    /// use tower::ServiceExt;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    /// # let _guard = runtime.enter();
    /// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// # let port = listener.local_addr()?.port();
    /// # drop(listener);
    /// // Nothing listens at this port yet.
    /// let server: url::Url = format!("http://127.0.0.1:{port}/mcp").parse()?;
    /// let public: url::Url = "https://gw.example/mcp".parse()?;
    /// let secret = SessionSecret::generate()?;
    /// let resource = RelayedResource::builder(public.clone(), server.clone()).build()?;
    /// let upstream = Upstream::builder(server).forward_authorization(true).build()?;
    /// let gateway = Gateway::new(upstream)
    ///     .public_url(&public)?
    ///     .plan(PlanLayer::new().with(Relay::new(secret.clone())))
    ///     .session(SessionLayer::new(secret))
    ///     .relay(&resource)
    ///     .into_service();
    ///
    /// let mut routes = Routes::new().mount("/mcp", gateway.clone())?;
    /// for path in resource.paths() {
    ///     routes = routes.mount(&path, gateway.clone())?;
    /// }
    /// # runtime.block_on(async {
    /// let path = "/.well-known/oauth-protected-resource/mcp";
    /// let metadata = Request::get(path).body(Body::empty())?;
    /// assert_eq!(routes.clone().oneshot(metadata).await?.status(), 502);
    /// let register = Request::post("/register").body(Body::empty())?;
    /// assert_eq!(routes.oneshot(register).await?.status(), 404);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn relay(mut self, resource: &RelayedResource) -> Self {
        self.challenge = ChallengeLayer::relayed(resource);
        self
    }

    /// How sessions are sealed to their consumers; `None` leaves them as the MCP server gives them.
    ///
    /// Where a [relay](tollbar_plan::Relay) lets consumers through whom only the server knows, their ids pass as the
    /// server's own; beside verified consumers they are
    /// [sealed as well](tollbar_plan::SessionLayer::seal_unverified).
    ///
    /// Default: with a random secret, so that sessions end with this process. Several gateways in
    /// front of one server, or one that restarts without its clients noticing, need a secret of their
    /// own.
    #[must_use]
    pub fn session(mut self, session: impl Into<Option<SessionLayer>>) -> Self {
        self.session = session.into().map_or(Sealing::Off, Sealing::Own);
        self
    }

    /// Whether all consumers share their tasks: whoever names the id of one gets its result, as the MCP
    /// server itself decides. Default: no, a task is its maker's
    /// ([`TaskLayer`](tollbar_plan::TaskLayer)), with the secret of the sessions. Where sessions are
    /// not sealed, tasks are not either.
    #[must_use]
    pub const fn share_tasks(mut self, share: bool) -> Self {
        self.are_tasks_shared = share;
        self
    }

    /// What may be listed and used, by whom. Default: everything, by everybody who is let in.
    #[must_use]
    pub fn acl(mut self, acl: AclLayer) -> Self {
        self.acl = Some(acl);
        self
    }

    /// A guard of your own, behind all others: it knows who asks and what for, and that the rules allow it. Several
    /// stand in a tuple, or are added one after the other. Default: none.
    #[must_use]
    pub fn guard(mut self, guard: impl Guard) -> Self {
        self.guard = Some(match self.guard.take() {
            Some(first) => SharedGuard::new((first, guard)),
            None => SharedGuard::new(guard),
        });
        self
    }

    /// The limits of what is read. Default: those of [`FrameLayer::new`].
    #[must_use]
    pub fn frame(mut self, frame: FrameLayer) -> Self {
        self.frame = frame;
        self
    }

    /// Serves this one proxy at the given address, on every path, until Ctrl-C, with the bounds of
    /// [`Server::new`].
    ///
    /// # Errors
    ///
    /// [`ServeError`] when the address cannot be listened on.
    pub async fn serve(self, address: SocketAddr) -> Result<(), ServeError> {
        let shutdown = async {
            // Where there is no Ctrl-C to wait for, serve for ever rather than stop at once.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let listener = Server::bind(address)?;
        Server::new()
            .serve(listener, self.into_service(), shutdown)
            .await
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway")
            .field("upstream", &self.upstream)
            .field("frame", &self.frame)
            .field("origins", &self.origins)
            .field("plan", &self.plan)
            .field("challenge", &self.challenge)
            .field("session", &self.session)
            .field("are_tasks_shared", &self.are_tasks_shared)
            .field("acl", &self.acl)
            .field("has_guard", &self.guard.is_some())
            .field("analytics", &self.analytics)
            .finish_non_exhaustive()
    }
}
