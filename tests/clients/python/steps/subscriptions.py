"""Hearing of changes: subscriptions in the legacy era, ``subscriptions/listen`` in the modern one."""

from contextlib import AsyncExitStack
from typing import Any

import anyio

from story import Story
from transcript import NotApplicable, Outcome, plain

from steps.tools import call

SILENCE = 0.3
"""How long nothing has to arrive before it is believed, in seconds."""


async def run(story: Story) -> None:
    """Subscribes, has the server announce changes, and unsubscribes."""
    peer, observations, about = story.peer, story.observations, story.table.get("subscription", {})

    def legacy() -> None:
        if not about:
            raise NotApplicable("the table of calls has no subscription")
        if peer.era == "modern":
            raise NotApplicable("2026-07-28 has subscriptions/listen instead")
        if not peer.capabilities.get("resources", {}).get("subscribe"):
            raise NotApplicable("the server has no subscriptions")

    async def change(subscribe: bool) -> Outcome:
        legacy()
        observations.begin()
        method = peer.client.subscribe_resource if subscribe else peer.client.unsubscribe_resource
        result = plain(await method(about["uri"]))
        await observations.arrived(about.get("afterSubscribe" if subscribe else "afterUnsubscribe"))
        return {"result": result, **observations.seen()}

    async def updated() -> Outcome:
        legacy()
        return await call(story, about["call"] | {"awaits": {"legacy": {"notifications/resources/updated": 1}}})

    async def silent() -> Outcome:
        legacy()
        outcome = await call(story, about.get("callAfter", about["call"]))
        await anyio.sleep(SILENCE)
        return outcome | observations.seen()

    await story.transcript.step("resources/subscribe", "result", lambda: change(True))
    await story.transcript.step("a subscribed resource is updated", "result", updated)
    await story.transcript.step("resources/unsubscribe", "result", lambda: change(False))
    await story.transcript.step("an unsubscribed resource is updated", "result", silent)
    await _listen(story)


async def _listen(story: Story) -> None:
    """One stream for all changes; the filter asks for everything that the table announces."""
    peer, observations, about = story.peer, story.observations, story.table.get("listen", {})
    stack = AsyncExitStack()

    def modern() -> None:
        if peer.era == "legacy":
            raise NotApplicable("only 2026-07-28 has subscriptions/listen")
        if not about:
            raise NotApplicable("the table of calls has nothing to listen for")

    async def open_stream() -> Outcome:
        modern()
        subscription = await stack.enter_async_context(peer.listen(about["filter"]))
        return {"result": {"honoured": plain(subscription.honored)}}

    async def hear(entry: dict[str, Any]) -> Outcome:
        modern()
        observations.begin()
        result = await peer.call_tool(entry["tool"], entry["arguments"])
        await observations.arrived(entry["awaits"])
        if not entry["awaits"]:
            await anyio.sleep(SILENCE)
        return {"result": result, **observations.seen()}

    async def close() -> Outcome:
        modern()
        await stack.aclose()
        return {"result": {"closed": "local"}}

    await story.transcript.step("subscriptions/listen", "result", open_stream)
    for entry in about.get("calls", []):
        step = f"heard while listening: {entry['tool']} {' '.join(entry['arguments'].values())}"
        await story.transcript.step(step, "result", lambda entry=entry: hear(entry))
    await story.transcript.step("end of subscriptions/listen", "result", close)
