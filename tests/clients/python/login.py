"""The Python SDK connects, logs its user in where that is asked for, lists the tools and calls one.

    tests/.venv/bin/python tests/clients/python/login.py --url http://127.0.0.1:8000/mcp --user ada --password lovelace

The options and the line that it writes are those of ``tests/clients/javascript/login/login.js``; it has no browser.
"""

import argparse
import asyncio
import html
import re
import sys
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
from mcp.client import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from mcp_types import Implementation

from entry import first, give_up, tell

REDIRECT = "http://127.0.0.1:33418/callback"
"""Where users come back to. Nobody listens there: the user says where it was sent."""

MOST = 20
"""How many pages and redirects a login may have."""


@dataclass(frozen=True)
class User:
    """Who logs in, or registers on the way."""

    name: str
    password: str
    sign_up: bool

    async def log_in(self, address: str) -> str:
        """Goes through the login by plain HTTP; gives the address that it is sent back to."""
        form: dict[str, str] | None = None
        async with httpx2.AsyncClient(trust_env=False) as http:
            for _ in range(MOST):
                if address.split("?")[0] == REDIRECT:
                    return address
                response = await http.request("GET" if form is None else "POST", address, data=form)
                if location := response.headers.get("location"):
                    address, form = urljoin(address, location), None
                else:
                    response.raise_for_status()
                    address, form = self._act(address, response.text)
        raise RuntimeError(f"the login does not end: it is at {address}")

    def _act(self, address: str, page: str) -> tuple[str, dict[str, str] | None]:
        """What the user does on a page."""
        link = re.search(r'<a href="([^"]+)">Register', page)
        if link and self.sign_up:
            return urljoin(address, html.unescape(link[1])), None
        action = re.search(r'<form method="post" action="([^"]+)"', page)
        if action is None:
            raise RuntimeError(f"there is nothing to do on this page: {page}")
        asked = 'name="password"' in page
        return urljoin(address, html.unescape(action[1])), {"name": self.name, "password": self.password} if asked else {}


class Stored:
    """What the SDK keeps, in memory."""

    def __init__(self, client_id: str | None, token: str | None) -> None:
        self.client = client_id and OAuthClientInformationFull(client_id=client_id, redirect_uris=[REDIRECT])
        self.tokens = token and OAuthToken(access_token=token)

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens or None

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client or None

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class Unanswered(Exception):
    """Nobody logs in."""


class Login:
    """The user's side of the flow."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self.opened: list[str] = []

    async def redirect(self, address: str) -> None:
        self.opened.append(address)
        if self.user is None:
            raise Unanswered("it waits for the user")

    async def answer(self) -> AuthorizationCodeResult:
        assert self.user
        query = parse_qs(urlsplit(await self.user.log_in(self.opened[-1])).query)
        one = {name: values[0] for name, values in query.items()}
        return AuthorizationCodeResult(code=one["code"], state=one.get("state"), iss=one.get("iss"))


async def enter(given: argparse.Namespace, login: Login, token: str | None) -> dict[str, Any]:
    """Connects, lists the tools and calls one."""
    metadata = OAuthClientMetadata(
        client_name="tollbar-tests",
        redirect_uris=[REDIRECT],
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method="none",
        application_type="native",
    )
    auth = OAuthClientProvider(
        server_url=given.url,
        client_metadata=metadata,
        storage=Stored(given.client_id, token),
        redirect_handler=login.redirect,
        callback_handler=login.answer,
    )
    who = Implementation(name="tollbar-tests", version="1.0.0")
    async with httpx2.AsyncClient(auth=auth, timeout=given.timeout, trust_env=False) as http:
        async with Client(streamable_http_client(given.url, http_client=http), client_info=who, mode=given.era) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            called = await client.call_tool("add", {"a": 2, "b": 40})
            told = {"tools": sorted(tools), "called": called.content[0].text}
            if given.further:
                await asyncio.sleep(given.pause)
                told["further"] = (await client.call_tool(given.further, {})).content[0].text
            return told


async def attempt(given: argparse.Namespace, token: str | None) -> dict[str, Any]:
    """What comes of it."""
    login = Login(User(given.user, given.password, given.sign_up) if given.user else None)
    try:
        async with asyncio.timeout(given.timeout):
            told = await enter(given, login, token)
    except TimeoutError:
        told = {"hung": True}
    except Exception as error:  # Whatever a user of the SDK gets to see.
        cause = first(error)
        told = {"error": {"class": type(cause).__name__, "text": str(cause)}}
    return {**told, "opened": login.opened}


def read_options() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Logs in to an MCP server with the Python SDK.")
    parser.add_argument("--url", required=True, help="the MCP endpoint")
    parser.add_argument("--era", choices=["legacy", "auto"], default="legacy")
    parser.add_argument("--timeout", type=float, default=20.0, help="the limit of an attempt, in seconds")
    parser.add_argument("--pause", type=float, default=0.0, help="how long to wait before the further tool, in seconds")
    for name in ["user", "password", "client-id", "token", "further"]:
        parser.add_argument(f"--{name}")
    parser.add_argument("--sign-up", action="store_true", help="register as this user on the way")
    parser.add_argument("--each", action="store_true", help="an attempt for each token on standard input")
    return parser.parse_args()


def main() -> int:
    """Enters, and gives the exit code."""
    given = read_options()
    for token in sys.stdin if given.each else [given.token or ""]:
        # What hangs may not listen to a cancellation.
        watchdog = threading.Timer(given.timeout * 2, give_up)
        watchdog.daemon = True
        watchdog.start()
        told = asyncio.run(attempt(given, token.strip() or None))
        watchdog.cancel()
        tell(told)
    if given.each or "tools" in told:
        return 0
    return 3 if told.get("hung") else 1


if __name__ == "__main__":
    sys.exit(main())
