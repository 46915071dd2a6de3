"""The fixed order of the steps, for every server."""

from dataclasses import dataclass, field
from typing import Any

from exchanges import Exchanges
from observations import Observations
from options import Options
from peer import Peer
from transcript import Outcome, Transcript


@dataclass
class Story:
    """Everything that a step needs."""

    options: Options
    exchanges: Exchanges
    observations: Observations
    transcript: Transcript
    peer: Peer
    listed: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def table(self) -> dict[str, Any]:
        """The table of calls for this server."""
        return self.options.table


async def tell(options: Options) -> int:
    """Tells the story, and gives the exit code."""
    from steps import cancellation, connection, lists, logs, prompts, resources, resumption, subscriptions, tools

    exchanges = Exchanges()
    observations = Observations(options.table.get("answers", {}))
    transcript = Transcript(options.timeout, exchanges)
    story = Story(options, exchanges, observations, transcript, Peer(options, exchanges, observations))
    eras = options.table.get("eras")
    if eras is not None and options.era != "auto" and options.era not in eras:

        async def refused() -> Outcome:
            return {"result": (await story.peer.connect()).describe()}

        await transcript.step("connect", "error", refused)
        await transcript.skip("everything else", f"the server does not speak the {options.era} era")
        return transcript.finish()
    if await connection.arrive(story):
        for chapter in (lists.run, tools.run, resources.run, subscriptions.run, prompts.run, prompts.complete, logs.run):
            await chapter(story)
        await cancellation.run(story)
        await resumption.run(story)
        await transcript.skip("task", "the SDK has no tasks")
        await transcript.skip("wire", "the raw steps are the same for all clients, and the TypeScript ones run them")
        await connection.depart(story)
    return transcript.finish()
