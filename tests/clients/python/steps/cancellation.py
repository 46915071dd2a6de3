"""Cancelling a call that takes long."""

from typing import Any

import anyio

from story import Story
from transcript import NotApplicable, Outcome

PATIENCE = 3.0
"""How long to wait for the notification of the cancellation, in seconds."""


async def run(story: Story) -> None:
    """Cancels after the first sign of progress, and asks the server whether it noticed."""
    about = story.table.get("cancellation", {})

    async def cancel() -> Outcome:
        if not about:
            raise NotApplicable("the table of calls has nothing to cancel")
        story.observations.begin()
        with anyio.CancelScope() as scope:

            async def enough(*_: Any) -> None:
                scope.cancel()

            await story.peer.call_tool(about["tool"], about["arguments"], enough)
        if not scope.cancelled_caught:
            raise RuntimeError("the call was not cancelled")
        if story.peer.era == "legacy":
            # The SDK sends notifications on the side; in the modern era closing the stream is enough.
            await story.exchanges.answered("notifications/cancelled", PATIENCE)
        return {"result": {"error": {"kind": "Cancelled"}}}

    async def ask() -> Outcome:
        if "ask" not in about:
            raise NotApplicable("this server cannot be asked")
        question = about["ask"]
        result = await story.peer.call_tool(question["tool"], question["arguments"])
        if result["content"] != question["answer"]:
            raise RuntimeError(f"the server says {result['content']}")
        return {"result": result}

    await story.transcript.step("cancellation", "result", cancel)
    await story.transcript.step("the server noticed the cancellation", "result", ask)
