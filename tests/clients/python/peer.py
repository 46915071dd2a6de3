"""The SDK's client, with everything that a server may ask for."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import DiscoverResult, EmptyResult, Implementation, PromptReference, Request, ResourceTemplateReference, Result

from exchanges import Exchanges
from observations import Observations
from options import Options
from transcript import plain

MODERN = "2026-07-28"


class Peer:
    """One connection to the server."""

    def __init__(self, options: Options, exchanges: Exchanges, observations: Observations) -> None:
        self.url = options.url
        self.asked = options.era
        self.timeout = options.timeout
        self.exchanges = exchanges
        self.observations = observations
        # The exchanges outlive this client, so that it must not close them.
        self.http = httpx2.AsyncClient(transport=exchanges, headers=options.headers, timeout=options.timeout, trust_env=False)

    async def connect(self) -> "Peer":
        """Connects, by the handshake, by a pinned version, or by negotiation."""
        mode: dict[str, Any] = {"mode": self.asked}
        if self.asked == "modern":
            # A pinned version takes what an earlier connection has discovered.
            async with self._client(mode=MODERN) as earlier:
                discovered = await earlier.session.send_discover(MODERN)
            mode = {"mode": MODERN, "prior_discover": DiscoverResult.model_validate(discovered)}
        self.client = await self._client(**mode).__aenter__()
        self.era = "modern" if self.client.protocol_version >= MODERN else "legacy"
        self.capabilities = plain(self.client.server_capabilities)
        self.version = self.client.protocol_version
        self.session = self.exchanges.session
        return self

    def _client(self, **mode: Any) -> Client:
        return Client(
            streamable_http_client(self.url, http_client=self.http),
            client_info=Implementation(name="tollbar-tests", version="1.0.0"),
            sampling_callback=self.observations.sample,
            elicitation_callback=self.observations.elicit,
            list_roots_callback=self.observations.roots,
            message_handler=self.observations.note,
            read_timeout_seconds=self.timeout,
            **mode,
        )

    def describe(self) -> dict[str, Any]:
        """What the two sides have agreed on."""
        told = {
            "era": self.era,
            "protocolVersion": self.client.protocol_version,
            "serverInfo": plain(self.client.server_info),
            "capabilities": self.capabilities,
            "instructions": self.client.instructions,
            "session": self.era == "legacy" and self.session is not None,
        }
        return {key: value for key, value in told.items() if value is not None}

    async def request(self, method: str, params: dict[str, Any]) -> Any:
        """Sends any request, also one that the SDK does not know."""
        request = Request[dict[str, Any], str](method=method, params=params)
        kind = EmptyResult if method == "logging/setLevel" else Result
        return plain(await self.client.session.send_request(request, kind))

    async def list(self, kind: str, cursor: str | None = None) -> Any:
        """One page of a list."""
        lists = {
            "tools": self.client.list_tools,
            "resources": self.client.list_resources,
            "resourceTemplates": self.client.list_resource_templates,
            "prompts": self.client.list_prompts,
        }
        return plain(await lists[kind](cursor=cursor, cache_mode="bypass"))

    async def call_tool(self, name: str, arguments: Any, progress: Any = None, meta: Any = None) -> Any:
        """Calls a tool; ``progress`` is told of every step."""
        return plain(await self.client.call_tool(name, arguments, progress_callback=progress, meta=meta))

    async def complete(self, ref: dict[str, str], argument: dict[str, str], context: dict[str, Any] | None) -> Any:
        """Completes an argument."""
        kinds = {"ref/prompt": PromptReference, "ref/resource": ResourceTemplateReference}
        reference = kinds[ref["type"]].model_validate(ref)
        return plain(await self.client.complete(reference, argument, (context or {}).get("arguments")))

    def listen(self, wanted: dict[str, Any]) -> AbstractAsyncContextManager[Any]:
        """Opens a stream of changes."""
        return self.client.listen(
            tools_list_changed=wanted.get("toolsListChanged", False),
            prompts_list_changed=wanted.get("promptsListChanged", False),
            resources_list_changed=wanted.get("resourcesListChanged", False),
            resource_subscriptions=wanted.get("resourceSubscriptions", ()),
        )

    async def terminate(self) -> None:
        """Leaves, which ends the session: the SDK has no other way of doing so."""
        await self.client.__aexit__(None, None, None)

    async def after_the_end(self) -> Any:
        """Uses the session once more, although it has ended."""
        headers = {
            "accept": "application/json, text/event-stream",
            "mcp-session-id": self.session or "",
            "mcp-protocol-version": self.version,
        }
        response = await self.http.post(self.url, headers=headers, json={"jsonrpc": "2.0", "id": 1, "method": "ping"})
        if not response.is_success:
            raise RuntimeError(f"{response.status_code}: {response.text}")
        return response.text
