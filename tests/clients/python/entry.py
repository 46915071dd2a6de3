"""The Python SDK connects and lists the tools.

    tests/.venv/bin/python tests/clients/python/entry.py --url http://127.0.0.1:8000/mcp --header 'Authorization: Bearer KEY'

It writes one line of JSON, ``{"tools": [...]}`` or ``{"error": {"class": ..., "text": ...}}`` as the SDK
tells it, and ends with 0 when it got in, 1 when it did not, 2 when the command line was wrong, and 3
when it hung.
"""

import asyncio
import json
import os
import sys
import threading
from typing import Any

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import DiscoverResult, Implementation

from options import Options, read_options

MODERN = "2026-07-28"


async def enter(options: Options) -> list[str]:
    """Connects, and gives the names of all tools."""
    http = httpx2.AsyncClient(headers=options.headers, timeout=options.timeout, trust_env=False)
    who = Implementation(name="tollbar-tests", version="1.0.0")
    async with http:
        mode: dict[str, Any] = {"mode": options.era}
        if options.era == "modern":
            # A pinned version takes what an earlier connection has discovered.
            async with Client(streamable_http_client(options.url, http_client=http), client_info=who, mode=MODERN) as earlier:
                discovered = await earlier.session.send_discover(MODERN)
            mode = {"mode": MODERN, "prior_discover": DiscoverResult.model_validate(discovered)}
        async with Client(streamable_http_client(options.url, http_client=http), client_info=who, **mode) as client:
            return [tool.name for tool in (await client.list_tools()).tools]


def first(error: BaseException) -> BaseException:
    """The error inside the groups that tasks wrap around it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def tell(outcome: dict[str, Any]) -> None:
    """Writes the line."""
    print(json.dumps(outcome), flush=True)


def give_up() -> None:
    """Ends the process at once, because what hangs may not listen to a cancellation."""
    tell({"hung": True})
    os._exit(3)


def main() -> int:
    """Enters, and gives the exit code."""
    options = read_options(tabled=False)
    watchdog = threading.Timer(options.timeout, give_up)
    watchdog.daemon = True
    watchdog.start()
    try:
        tell({"tools": sorted(asyncio.run(enter(options)))})
    except Exception as error:  # Whatever a user of the SDK gets to see.
        cause = first(error)
        tell({"error": {"class": type(cause).__name__, "text": str(cause)}})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
