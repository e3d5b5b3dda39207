"""A round that two coders have finished, with something decided, for tests that walk all pages."""

from __future__ import annotations

from storybank.agreement import deciding, service
from storybank.agreement.differences import differing
from storybank.agreement.gathering import Scope, gather
from storybank.agreement.rules import Pick
from storybank.codebook import service as codebook
from storybank.coding import service as coding
from storybank.stories.rules import Place


def coded_together(session, one, other, story_id) -> dict[str, list]:
    """Of two coders one codes the beginning of a story; both have finished it."""
    ids = [one.actor.account_id, other.actor.account_id]
    made = service.make(
        session, one, "Pilot", ids, Pick.NUMBERS, numbers=str(story_id), blind=False
    )
    code = codebook.code(session, "BA-TOKEN")
    coding.apply(session, one, Place(story_id, 1, 0, 60), [code.id])
    for use in (one, other):
        service.finish(session, use, made.id, story_id)
    found = differing(gather(session, one, Scope(made.id)).stories)
    deciding.decide(session, one, found[0], True, "Both read it so.", made.id)
    return {"round_id": [made.id], "at": [".".join(map(str, found[0].key))]}
