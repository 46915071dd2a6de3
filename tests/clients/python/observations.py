"""What a server sends on its own: requests to the client, and notifications."""

from typing import Any

from mcp_types import (
    CreateMessageResult,
    ElicitResult,
    ErrorData,
    ListRootsResult,
    ProgressNotification,
)
from pydantic import BaseModel

from exchanges import until
from transcript import plain

PATIENCE = 5.0
"""How long to wait for what was announced, in seconds."""

RESULTS: dict[str, type[BaseModel]] = {
    "sampling/createMessage": CreateMessageResult,
    "elicitation/create": ElicitResult,
    "roots/list": ListRootsResult,
}


class Observations:
    """Answers the server's requests from a table, and keeps everything that arrived."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers
        self.begin()

    def begin(self, overrides: dict[str, Any] | None = None) -> None:
        """Begins anew; ``overrides`` are answers for the time being."""
        self._requests: list[dict[str, Any]] = []
        self._notifications: list[dict[str, Any]] = []
        self._overrides = overrides or {}

    async def sample(self, _context: Any, params: Any) -> Any:
        """Answers ``sampling/createMessage``."""
        return self._answer("sampling/createMessage", params)

    async def elicit(self, _context: Any, params: Any) -> Any:
        """Answers ``elicitation/create``."""
        return self._answer("elicitation/create", params)

    async def roots(self, _context: Any) -> Any:
        """Answers ``roots/list``."""
        return self._answer("roots/list", None)

    async def note(self, message: Any) -> None:
        """Takes note of a notification; progress has a way of its own."""
        if isinstance(message, Exception) or isinstance(message, ProgressNotification):
            return
        self._notifications.append({"method": message.method, "params": _told(message.params)})

    async def arrived(self, announced: dict[str, int] | None) -> None:
        """Waits until as many notifications or requests of each method have arrived as announced."""

        def missing() -> list[str]:
            seen = [one["method"] for one in self._requests + self._notifications]
            return [method for method, count in (announced or {}).items() if seen.count(method) < count]

        if not await until(lambda: not missing(), PATIENCE):
            raise RuntimeError(f"these did not arrive: {', '.join(missing())}")

    def seen(self) -> dict[str, Any]:
        """What has arrived: requests in order, and notifications by method.

        Notifications come on several streams, so that their order is only known within a method.
        """
        seen: dict[str, Any] = {}
        if self._requests:
            seen["requests"] = self._requests
        for one in self._notifications:
            seen.setdefault("notifications", {}).setdefault(one["method"], []).append(one["params"])
        return seen

    def _answer(self, method: str, params: Any) -> Any:
        told = _told(params)
        self._requests.append({"method": method, "params": told})
        result = self._overrides.get(method) or self._answers[method]
        if "error" in result:
            return ErrorData(**result["error"])
        # A visit to a page is accepted without content, only a form has some.
        if method == "elicitation/create" and told.get("mode") == "url":
            result = {"action": result["action"]}
        return RESULTS[method].model_validate(result)


def _told(params: Any) -> dict[str, Any]:
    told = plain(params) or {}
    return {key: value for key, value in told.items() if key != "_meta"}
