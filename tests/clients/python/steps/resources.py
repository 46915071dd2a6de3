"""Reading resources."""

from story import Story
from transcript import Outcome, plain


async def run(story: Story) -> None:
    """Reads every resource in the table, and one that does not exist."""
    if "resources" not in story.peer.capabilities:
        await story.transcript.skip("resources/read", "the server has no resources")
        return

    async def read(uri: str) -> Outcome:
        return {"result": plain(await story.peer.client.read_resource(uri))}

    for uri in story.table["resources"]:
        await story.transcript.step(f"resources/read {uri}", "result", lambda uri=uri: read(uri))
    await story.transcript.step(
        "resources/read of an unknown resource", "error", lambda: read(story.table["unknownResource"])
    )
