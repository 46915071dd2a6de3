"""Log messages, as many as were asked for."""

from story import Story
from transcript import NotApplicable, Outcome, plain

from steps.tools import call

LEVEL = "io.modelcontextprotocol/logLevel"
"""The key with which a modern request asks for log messages."""


async def run(story: Story) -> None:
    """Asks for each level in the table, and has the server log something."""
    peer, transcript, about = story.peer, story.transcript, story.table.get("logging", {})
    if "logging" not in peer.capabilities:
        await transcript.skip("logging", "the server does not log")
        return

    def legacy() -> None:
        if peer.era == "modern":
            raise NotApplicable("2026-07-28 has no logging/setLevel")

    async def bad() -> Outcome:
        legacy()
        return {"result": await peer.request("logging/setLevel", {"level": "loud"})}

    async def ask(level: str) -> Outcome:
        legacy()
        return {"result": plain(await peer.client.set_logging_level(level))}

    async def listen(level: str, count: int) -> Outcome:
        entry = about["call"] | {"awaits": {peer.era: {"notifications/message": count}}}
        return await call(story, entry, {LEVEL: level} if peer.era == "modern" else None)

    await transcript.step("logging/setLevel with a bad level", "error", bad)
    for level, count in about.get("levels", {}).items():
        await transcript.step(f"logging/setLevel {level}", "result", lambda level=level: ask(level))
        await transcript.step(
            f"log messages from {level}", "result", lambda level=level, count=count: listen(level, count)
        )
        for after in about.get("after", []):
            step = f"after log messages from {level}: {after['tool']}"
            await transcript.step(step, "result", lambda after=after: call(story, after))
