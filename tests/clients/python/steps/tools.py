"""Tool calls of every kind."""

from typing import Any

import anyio

from story import Story
from transcript import NotApplicable, Outcome

PARALLEL = 16
"""How many calls run at the same time."""


async def call(story: Story, entry: dict[str, Any], meta: Any = None) -> Outcome:
    """Makes one call of the table, and tells everything that happened meanwhile."""
    observations, peer = story.observations, story.peer
    observations.begin(entry.get("answers"))
    progress: list[dict[str, Any]] = []

    async def note(step: float, total: float | None, message: str | None) -> None:
        told = {"progress": step, "total": total, "message": message}
        progress.append({key: value for key, value in told.items() if value is not None})

    result = await peer.call_tool(entry["tool"], entry.get("arguments"), note, meta)
    await observations.arrived(entry.get("awaits", {}).get(peer.era))
    return {"result": result, **({"progress": progress} if progress else {}), **observations.seen()}


async def run(story: Story) -> None:
    """Calls every tool in the table, and accounts for each tool that the server lists."""
    table, transcript = story.table, story.transcript
    if "tools" not in story.peer.capabilities:
        await transcript.skip("tools/call", "the server has no tools")
        return
    names = {tool["name"] for tool in story.listed["tools"]}
    for entry in table["calls"]:
        await _entry(story, entry, names)
    for name in sorted(names - {entry["tool"] for entry in table["calls"]}):
        why = table.get("uncalled", {}).get(name, "the table of calls has no arguments for it")
        await transcript.skip(f"tools/call {name}", why)
    bad = table["badArguments"]
    await transcript.step("tools/call of an unknown tool", "refused", lambda: call(story, {"tool": "no-such-tool", "arguments": {}}))
    await transcript.step("tools/call with bad arguments", "refused", lambda: call(story, bad))
    await transcript.step("tools/call without arguments", "refused", lambda: call(story, {"tool": bad["tool"]}))
    await transcript.step(f"tools/call {PARALLEL} times at once", "result", lambda: _parallel(story))


async def _entry(story: Story, entry: dict[str, Any], names: set[str]) -> None:
    async def run() -> Outcome:
        if story.peer.era not in entry.get("eras", [story.peer.era]):
            raise NotApplicable(entry.get("why", f"not in the {story.peer.era} era"))
        if "needs" in entry:
            raise NotApplicable(f"the client has no {entry['needs']}")
        if entry["tool"] not in names:
            raise RuntimeError(f"the server does not list `{entry['tool']}`")
        return await call(story, entry)

    step = f"tools/call {entry['tool']}" + (f" {entry['as']}" if "as" in entry else "")
    await story.transcript.step(step, entry.get("expect", "result"), run)


async def _parallel(story: Story) -> Outcome:
    """Many calls at once: every answer has to find its way back to its question."""
    story.observations.begin()
    about = story.table["parallel"]
    answers: list[Any] = [None] * PARALLEL

    async def one(index: int) -> None:
        result = await story.peer.call_tool(about["tool"], {about["argument"]: f"call {index}"})
        answers[index] = result["content"]

    async with anyio.create_task_group() as group:
        for index in range(PARALLEL):
            group.start_soon(one, index)
    return {"result": {"answers": answers}}
