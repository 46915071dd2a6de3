//! The server itself: one value for each session, or for each request of a client without one.

#![expect(
    deprecated,
    reason = "logging is deprecated but still spoken (SEP-2577)"
)]

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    handler::server::{router::tool::ToolRouter, tool::ToolCallContext},
    model::{
        CacheScope, CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
        GetPromptRequestParams, GetPromptResponse, Implementation, ListPromptsResult,
        ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, LoggingLevel,
        LoggingMessageNotificationParam, PaginatedRequestParams, ProtocolVersion,
        ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities, ServerConfig,
        SetLevelRequestParams, SubscribeRequestParams, SubscriptionFilter, Tool,
        UnsubscribeRequestParams,
    },
    service::{NotificationContext, RequestContext, SubscriptionContext},
};

use super::{
    audience::{Listener, Seat, Subscriptions},
    completion,
    era::{VERSIONS, is_modern},
    prompts, resources,
    world::World,
};

/// How long clients may keep a list that never changes, in milliseconds.
pub(super) const FRESH: u64 = 60_000;

/// One session, or one request of a client without a session.
pub(super) struct Demo {
    pub(super) world: Arc<World>,
    level: Mutex<LoggingLevel>,
    subscriptions: Subscriptions,
    seat: OnceLock<Seat>,
}

impl Demo {
    /// A new session in the world. It logs from `info` upwards until the client sets another level.
    pub(super) fn new(world: Arc<World>) -> Self {
        Self {
            world,
            level: Mutex::new(LoggingLevel::Info),
            subscriptions: Subscriptions::default(),
            seat: OnceLock::new(),
        }
    }

    /// All tools.
    pub(super) fn tools() -> ToolRouter<Self> {
        Self::text_tools()
            + Self::media_tools()
            + Self::document_tools()
            + Self::slow_tools()
            + Self::question_tools()
    }

    /// Sends a log message to the client, if it wants messages of that level, and says whether it
    /// did.
    ///
    /// Legacy clients set the level for their session. Modern ones name it in the metadata of each
    /// request, and get nothing when they do not (2026-07-28, `server/utilities/logging`).
    pub(super) async fn log(
        &self,
        context: &RequestContext<RoleServer>,
        level: LoggingLevel,
        text: &str,
    ) -> bool {
        let wanted = if is_modern(context) {
            context.meta.log_level()
        } else {
            Some(*self.level.lock().unwrap_or_else(PoisonError::into_inner))
        };
        if wanted.is_none_or(|wanted| (level as u8) < (wanted as u8)) {
            return false;
        }
        let message = LoggingMessageNotificationParam::new(level, text.into()).with_logger("demo");
        context.peer.notify_logging_message(message).await.is_ok()
    }
}

impl ServerHandler for Demo {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_resources_list_changed()
            .enable_prompts()
            .enable_completions()
            .enable_logging()
            .build();
        let version = env!("CARGO_PKG_VERSION");
        ServerConfig::new(capabilities)
            .with_server_info(
                Implementation::new("tollbar-demo", version).with_title("Tollbar demo"),
            )
            .with_instructions(
                "A server to try a gateway with. Begin with the tool `echo`, or read \
                 `demo://documents/1`.",
            )
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(VERSIONS)
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        let listener = Listener::Session(context.peer, self.subscriptions.clone());
        self.seat.get_or_init(|| self.world.audience.join(listener));
    }

    // ===== tools =====

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if !self.world.tools.has_route(&request.name) {
            let message = format!("unknown tool `{}`", request.name);
            return Err(ErrorData::invalid_params(message, None));
        }
        let call = ToolCallContext::new(self, request, context);
        self.world.tools.call(call).await
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.world.tools.list_all())
            .with_ttl_ms(FRESH)
            .with_cache_scope(CacheScope::Public))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.world.tools.get(name).cloned()
    }

    // ===== resources =====

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        resources::list(&self.world, request.and_then(|request| request.cursor))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(resources::templates())
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        resources::read(&self.world, &request.uri).map(Into::into)
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        resources::read(&self.world, &request.uri)?;
        if self.subscriptions.add(&request.uri) {
            Ok(())
        } else {
            let message = format!(
                "a session has at most {} subscriptions",
                Subscriptions::MOST
            );
            Err(ErrorData::invalid_params(message, None))
        }
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.subscriptions.remove(&request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        let mut accepted = requested.supported_by(&self.get_info().capabilities);
        if let Some(uris) = &mut accepted.resource_subscriptions {
            uris.retain(|uri| resources::read(&self.world, uri).is_ok());
        }
        Some(accepted)
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let listener = Listener::Stream(context.sink().clone());
        let _seat = self.world.audience.join(listener);
        tokio::select! {
            () = context.cancelled() => {}
            () = self.world.closing.cancelled() => {}
        }
        Ok(())
    }

    // ===== prompts, completion, logging =====

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(prompts::list())
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        prompts::get(&request).map(Into::into)
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        completion::complete(&self.world, &request)
    }

    async fn set_level(
        &self,
        request: SetLevelRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        *self.level.lock().unwrap_or_else(PoisonError::into_inner) = request.level;
        Ok(())
    }
}
