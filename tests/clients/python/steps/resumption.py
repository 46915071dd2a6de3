"""A connection breaks in the middle of a call, and the SDK resumes it with ``Last-Event-ID``."""

from typing import Any

from observations import Observations
from peer import Peer
from story import Story
from transcript import NotApplicable, Outcome


async def run(story: Story) -> None:
    """Cuts the connection of a call after some progress; its result has to arrive nevertheless."""
    await story.transcript.step("a cut stream is resumed", "result", lambda: _resume(story))


async def _resume(story: Story) -> Outcome:
    if story.peer.era == "modern":
        raise NotApplicable("2026-07-28 has no resumption: a cut request is lost")
    about = story.table.get("resumption")
    if about is None:
        raise NotApplicable("the table of calls has nothing to resume")
    # A session of its own, in which nothing else is ever resumed.
    observations = Observations(story.table.get("answers", {}))
    other = Peer(story.options, story.exchanges, observations)
    await other.connect()
    # Some servers repeat all that came after an event, on whichever stream: let the rest be over.
    await observations.arrived(story.table.get("afterConnect", {}).get("legacy"))
    progress: list[dict[str, Any]] = []

    async def note(step: float, total: float | None, message: str | None) -> None:
        told = {"progress": step, "total": total, "message": message}
        progress.append({key: value for key, value in told.items() if value is not None})
        if len(progress) == about["cutAfter"]:
            story.exchanges.cut("tools/call")

    result = await other.call_tool(about["tool"], about["arguments"], note)
    await other.terminate()
    return {"result": result, "progress": progress}
