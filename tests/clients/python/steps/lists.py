"""All lists, by the SDK and page by page."""

from story import Story
from transcript import NotApplicable, Outcome

LISTS = [
    ("tools/list", "tools", "tools"),
    ("resources/list", "resources", "resources"),
    ("resources/templates/list", "resources", "resourceTemplates"),
    ("prompts/list", "prompts", "prompts"),
]
"""The methods, the capability that each one needs, and the name of its items."""

MOST = 50
"""The most pages of a list: more of them would be a loop."""


async def run(story: Story) -> None:
    """Lists everything, and keeps it in ``story.listed`` for the chapters to come."""
    for method, capability, kind in LISTS:
        await _run(story, method, capability, kind)


async def _run(story: Story, method: str, capability: str, kind: str) -> None:
    peer, listed = story.peer, story.listed.setdefault(kind, [])

    def needed() -> None:
        if capability not in peer.capabilities:
            raise NotApplicable(f"the server has no {capability}")

    async def one() -> Outcome:
        needed()
        return {"result": await peer.list(kind)}

    async def all_pages() -> Outcome:
        needed()
        pages = [await peer.list(kind)]
        while (cursor := pages[-1].get("nextCursor")) is not None and len(pages) < MOST:
            pages.append(await peer.list(kind, cursor))
        listed.extend(item for page in pages for item in page[kind])
        return {"result": {"pages": pages}}

    async def bad() -> Outcome:
        needed()
        return {"result": await peer.list(kind, "no such cursor")}

    await story.transcript.step(method, "result", one)
    await story.transcript.step(f"{method} by pages", "result", all_pages)
    # Some servers ignore a bad cursor, so that any answer will do; it only has to stay the same.
    await story.transcript.step(f"{method} with a bad cursor", story.table.get("badCursor", "any"), bad)
