"""Prompts, and the completion of arguments."""

from typing import Any

from story import Story
from transcript import Outcome, plain


async def run(story: Story) -> None:
    """Gets every prompt in the table; entries without ``expect`` have to succeed."""
    if "prompts" not in story.peer.capabilities:
        await story.transcript.skip("prompts/get", "the server has no prompts")
        return

    async def get(entry: dict[str, Any]) -> Outcome:
        return {"result": plain(await story.peer.client.get_prompt(entry["name"], entry.get("arguments")))}

    for entry in story.table["prompts"]:
        step = f"prompts/get {entry['name']}" + (f" {entry['as']}" if "as" in entry else "")
        await story.transcript.step(step, entry.get("expect", "result"), lambda entry=entry: get(entry))
    await story.transcript.step("prompts/get of an unknown prompt", "error", lambda: get({"name": "no-such-prompt"}))


async def complete(story: Story) -> None:
    """Completes every argument in the table."""
    if "completions" not in story.peer.capabilities:
        await story.transcript.skip("completion/complete", "the server has no completions")
        return

    async def one(entry: dict[str, Any]) -> Outcome:
        return {"result": await story.peer.complete(entry["ref"], entry["argument"], entry.get("context"))}

    for entry in story.table["completions"]:
        ref, argument = entry["ref"], entry["argument"]
        step = f"completion/complete {ref.get('name') or ref.get('uri')} {argument['name']}={argument['value']}"
        await story.transcript.step(step, entry.get("expect", "result"), lambda entry=entry: one(entry))
