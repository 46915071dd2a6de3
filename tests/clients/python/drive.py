"""The Python SDK, driven by the lines of its standard input.

    tests/.venv/bin/python tests/clients/python/drive.py --url http://127.0.0.1:8000/mcp --header 'Authorization: Bearer KEY'

A line is something to do, and a line on standard output what came of it: ``tests/clients/javascript/drive/drive.js``
says which. The client stays connected from the first line to the last.
"""

import asyncio
import json
import sys
from typing import Any

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import Implementation

from entry import first
from options import Options, read_options

MOST = 50
"""The most pages of a list: more of them would be a loop."""


async def lists(client: Client) -> dict[str, list[str]]:
    """The names of everything."""
    kinds = [
        ("tools", client.list_tools, "tools", "name"),
        ("resources", client.list_resources, "resources", "uri"),
        ("templates", client.list_resource_templates, "resource_templates", "uri_template"),
        ("prompts", client.list_prompts, "prompts", "name"),
    ]
    names: dict[str, list[str]] = {}
    for kind, ask, member, key in kinds:
        names[kind] = []
        cursor = None
        for _ in range(MOST):
            # A list may be kept for as long as the server says: here every one is asked for.
            page = await ask(cursor=cursor, cache_mode="bypass")
            names[kind] += [str(getattr(entry, key)) for entry in getattr(page, member)]
            cursor = page.next_cursor
            if cursor is None:
                break
        names[kind].sort()
    return names


async def outcome(client: Client, line: dict[str, Any]) -> dict[str, Any]:
    """What comes of a line."""
    try:
        match line["do"]:
            case "list":
                return await lists(client)
            case "call":
                result = await client.call_tool(line["name"], line.get("arguments") or {})
                if result.is_error:
                    return {"isError": result.content[0].text if result.content else ""}
            case "read":
                await client.read_resource(line["name"])
            case "get":
                await client.get_prompt(line["name"])
        return {"done": True}
    except Exception as error:  # Whatever a user of the SDK gets to see.
        cause = first(error)
        return {"error": {"class": type(cause).__name__, "text": str(cause)}}


async def drive(options: Options) -> None:
    """Does what stands in the lines, until they end."""
    http = httpx2.AsyncClient(headers=options.headers, timeout=options.timeout, trust_env=False)
    who = Implementation(name="tollbar-tests", version="1.0.0")
    async with http, Client(streamable_http_client(options.url, http_client=http), client_info=who, mode=options.era) as client:
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await outcome(client, json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(drive(read_options(tabled=False)))
