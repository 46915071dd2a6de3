"""The beginning and the end of a connection."""

from story import Story
from transcript import NotApplicable, Outcome, plain

PATIENCE = 3.0
"""How long to wait for what the SDK does on the side, in seconds."""


async def arrive(story: Story) -> bool:
    """Connects; false when that failed, as nothing can follow then."""
    peer, observations = story.peer, story.observations

    async def connect() -> Outcome:
        observations.begin()
        await peer.connect()
        # A legacy client opens its GET stream on the side: the step is over when that is answered too.
        if peer.era == "legacy":
            await story.exchanges.answered("GET", PATIENCE)
        return {"result": peer.describe()}

    async def after() -> Outcome:
        awaited = story.table.get("afterConnect", {}).get(peer.era)
        if awaited is None:
            raise NotApplicable("this server sends nothing of its own after the start")
        await observations.arrived(awaited)
        return {"result": {}, **observations.seen()}

    async def ping() -> Outcome:
        if peer.era == "modern":
            raise NotApplicable("2026-07-28 has no ping")
        return {"result": plain(await peer.client.send_ping())}

    async def unknown() -> Outcome:
        return {"result": await peer.request("tests/unknown", {})}

    if "result" not in await story.transcript.step("connect", "result", connect):
        return False
    await story.transcript.step("after connect", "result", after)
    await story.transcript.step("ping", "result", ping)
    await story.transcript.step("unknown method", "error", unknown)
    return True


async def depart(story: Story) -> None:
    """Ends the session, and sees that it is gone."""
    peer, observations = story.peer, story.observations

    def sessions() -> None:
        if peer.era == "modern":
            raise NotApplicable("2026-07-28 has no sessions")

    async def roots() -> Outcome:
        if peer.era == "modern":
            raise NotApplicable("2026-07-28 has no notifications of the client")
        observations.begin()
        await peer.client.send_roots_list_changed()
        # The SDK sends notifications on the side.
        await story.exchanges.answered("notifications/roots/list_changed", PATIENCE)
        await observations.arrived(story.table.get("afterRootsChanged"))
        return {"result": {}, **observations.seen()}

    async def end() -> Outcome:
        # In the modern era this only closes connections, and there is nothing to tell.
        await peer.terminate()
        sessions()
        return {"result": {}}

    async def after() -> Outcome:
        sessions()
        return {"result": await peer.after_the_end()}

    async def close() -> Outcome:
        await peer.http.aclose()
        return {"result": {}}

    await story.transcript.step("notifications/roots/list_changed", "result", roots)
    await story.transcript.step("end of the session", "result", end)
    await story.transcript.step("after the end of the session", "error", after)
    await story.transcript.step("close", "result", close)
