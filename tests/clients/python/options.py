"""The command line, and the table of calls that it names."""

import argparse
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLES = Path(__file__).resolve().parent.parent / "calls"


@dataclass(frozen=True)
class Options:
    """What a run is about."""

    url: str
    table: dict[str, Any]
    era: str
    headers: dict[str, str]
    timeout: float
    """The limit of each step, in seconds."""


def read_options(tabled: bool = True) -> Options:
    """Reads the command line, and ends the process with 2 when it is wrong.

    A client that only enters needs no table: ``tabled`` is false then, and the table is empty.
    """
    parser = argparse.ArgumentParser(description="Drives an MCP server with the Python SDK.")
    parser.add_argument("--url", required=True, help="the MCP endpoint")
    if tabled:
        parser.add_argument("--server", required=True, help="names the table tests/clients/calls/<server>.json")
    parser.add_argument("--era", choices=["legacy", "modern", "auto"], default="legacy")
    parser.add_argument("--header", action="append", default=[], help="`Name: value`, sent with every request")
    parser.add_argument("--timeout", type=float, default=20.0, help="the limit of each step, in seconds")
    given = parser.parse_args()
    if any(":" not in line for line in given.header):
        parser.error("write a header as `Name: value`")
    headers = {name.strip(): value.strip() for name, value in (line.split(":", 1) for line in given.header)}
    table = _read_table(parser, given.server) if tabled else {}
    return Options(given.url, table, given.era, headers, given.timeout)


def _read_table(parser: argparse.ArgumentParser, server: str) -> dict[str, Any]:
    """Reads the table of calls for a server."""
    file = TABLES / f"{server}.json"
    if not re.fullmatch(r"[\w-]+", server) or not file.is_file():
        parser.error(f"`{server}` is not the name of a table in tests/clients/calls")
    # Servers are asked about runs by name, and each run needs a name of its own.
    return _fill(json.loads(file.read_text("utf-8")), f"run-{os.getpid()}-{time.time_ns()}")


def _fill(value: Any, run: str) -> Any:
    """Replaces ``{"$run": true}`` by the name of this run, and ``{"$repeat": [text, times]}`` by a long text."""
    if isinstance(value, list):
        return [_fill(item, run) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("$run") is True:
        return run
    if "$repeat" in value:
        text, times = value["$repeat"]
        return text * times
    return {key: _fill(item, run) for key, item in value.items()}
