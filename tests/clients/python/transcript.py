"""The transcript: one line of JSON on stdout for every step, the same in every run."""

import asyncio
import hashlib
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel

from exchanges import Exchanges

LONGEST = 2000
"""Longer texts are written as their length and digest, in characters of UTF-16 as in JavaScript."""

Outcome = dict[str, Any]


class NotApplicable(Exception):
    """Raised by a step that means nothing for this server or era."""


def _is_error(outcome: Outcome) -> bool:
    result = outcome.get("result")
    return isinstance(result, dict) and result.get("isError") is True


EXPECTATIONS: dict[str, Callable[[Outcome], bool]] = {
    "result": lambda outcome: "result" in outcome and not _is_error(outcome),
    "isError": _is_error,
    "error": lambda outcome: "error" in outcome,
    "refused": lambda outcome: "error" in outcome or _is_error(outcome),
    "any": lambda outcome: "timeout" not in outcome,
}
"""What a step may end with: a result, a tool's error, a raised error, one of the two, or anything."""


class Transcript:
    """Runs steps, one after the other, and writes down how each of them ended."""

    def __init__(self, timeout: float, exchanges: Exchanges) -> None:
        self._timeout = timeout
        self._exchanges = exchanges
        self._steps = 0
        self._failures = 0

    async def step(self, name: str, expected: str, run: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Runs one step, whose outcome is a dictionary with a ``result``, or an exception."""
        self._exchanges.begin()
        outcome = await self._outcome(run)
        if "notApplicable" not in outcome and not EXPECTATIONS[expected](outcome):
            self._failures += 1
            told = json.dumps(_shorten(outcome), ensure_ascii=False)
            print(f"{name}: {expected} expected, but it ended with {told}", file=sys.stderr)
        self._steps += 1
        line: dict[str, Any] = {"step": name, "outcome": outcome}
        if http := await self._exchanges.end():
            line["http"] = http
        print(json.dumps(_shorten(line), ensure_ascii=False, sort_keys=True, separators=(",", ":")), flush=True)
        return outcome

    async def skip(self, name: str, why: str) -> None:
        """Writes down a step that means nothing here, and why."""

        async def run() -> Outcome:
            raise NotApplicable(why)

        await self.step(name, "any", run)

    def finish(self) -> int:
        """Says how it went on stderr, and gives the exit code."""
        print(f"{self._steps} steps, {self._failures} of them unexpected", file=sys.stderr)
        return 0 if self._failures == 0 else 1

    async def _outcome(self, run: Callable[[], Awaitable[Outcome]]) -> Outcome:
        try:
            async with asyncio.timeout(self._timeout) as limit:
                return await run()
        except NotApplicable as why:
            return {"notApplicable": str(why)}
        except Exception as error:
            if limit.expired():
                return {"timeout": "the step did not end in time"}
            return {"error": describe(error)}


def describe(error: BaseException) -> Outcome:
    """What there is to compare of an error; a group of one is that one."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    told: Outcome = {"kind": type(error).__name__, "message": getattr(error, "message", None) or str(error)}
    for field in ("code", "data"):
        if getattr(error, field, None) is not None:
            told[field] = getattr(error, field)
    return told


def plain(value: Any) -> Any:
    """A model of the SDK as it was on the wire."""
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True, mode="json", exclude_unset=True)
    return value


def _shorten(value: Any) -> Any:
    if isinstance(value, str) and (length := len(value.encode("utf-16-le")) // 2) > LONGEST:
        return {"length": length, "sha256": hashlib.sha256(value.encode()).hexdigest()}
    if isinstance(value, list):
        return [_shorten(item) for item in value]
    if isinstance(value, dict):
        return {key: _shorten(item) for key, item in value.items()}
    return value
