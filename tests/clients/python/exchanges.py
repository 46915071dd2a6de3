"""The HTTP below the client: every request is recorded, and a response can be cut off."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

PATIENCE = 2.0
"""How long to wait for the answers that are still missing at the end of a step, in seconds."""


@dataclass
class Record:
    """One request, and the head of its answer."""

    method: str
    rpc: Any
    background: bool
    status: int | None = None
    type: str | None = None
    session: bool = False
    failed: bool = False
    knife: asyncio.Event = field(default_factory=asyncio.Event)

    def told(self) -> dict[str, Any]:
        """The record as a transcript shows it."""
        told = {"method": self.method, "rpc": self.rpc, "status": self.status, "type": self.type}
        return {key: value for key, value in (told | {"session": self.session or None}).items() if value is not None}


class Cuttable(httpx2.AsyncByteStream):
    """A response body that breaks as soon as its knife is drawn."""

    def __init__(self, stream: httpx2.AsyncByteStream, knife: asyncio.Event) -> None:
        self._stream = stream
        self._knife = knife

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part
            if self._knife.is_set():
                raise httpx2.ReadError("cut")

    async def aclose(self) -> None:
        await self._stream.aclose()


class Exchanges(httpx2.AsyncHTTPTransport):
    """An HTTP transport that records what goes over it."""

    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._records: list[Record] = []
        self._streaming = False
        self.session: str | None = None
        """The last session id that a server gave."""

    def begin(self) -> None:
        """Starts a new list."""
        self._records = []

    async def end(self) -> list[dict[str, Any]]:
        """The requests since ``begin``, in the order of their departure.

        When the SDK opens a GET stream again is a matter of its timers, so that only its first GET
        belongs to a step.
        """
        records = [record for record in self._records if not record.background]
        await until(lambda: all(record.status is not None or record.failed for record in records), PATIENCE)
        return [record.told() for record in records]

    async def answered(self, called: str, patience: float) -> bool:
        """Waits until a request with this HTTP or JSON-RPC method has been answered; false when it never was."""

        def done() -> bool:
            return any(called in (one.method, one.rpc) and one.status is not None for one in self._records)

        return await until(done, patience)

    def cut(self, rpc: str) -> None:
        """Breaks the connection of the last request with this JSON-RPC method, as a bad network would."""
        next(record for record in reversed(self._records) if record.rpc == rpc).knife.set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        background = request.method == "GET" and self._streaming
        self._streaming = self._streaming or request.method == "GET"
        record = Record(request.method, _called(await request.aread()), background)
        self._records.append(record)
        try:
            response = await super().handle_async_request(request)
        except BaseException:
            record.failed = True
            raise
        record.type = response.headers.get("content-type", "").split(";")[0] or None
        record.session = "mcp-session-id" in response.headers
        record.status = response.status_code
        self.session = response.headers.get("mcp-session-id", self.session)
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = Cuttable(response.stream, record.knife)
        return response


def _called(body: bytes) -> Any:
    """What a body calls: the method of a request or notification, ``response``, or a list of those."""
    try:
        message = json.loads(body)
    except ValueError:
        return None
    if isinstance(message, list):
        return [one.get("method", "response") for one in message]
    return message.get("method", "response")


async def until(condition: Callable[[], bool], patience: float) -> bool:
    """Waits for a condition, so many seconds at the most, and says whether it came true."""
    deadline = asyncio.get_running_loop().time() + patience
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(0.005)
    return True
