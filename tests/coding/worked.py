"""Work at the desk, for tests that walk every page: something can be done to it, and undone."""

from __future__ import annotations

from storybank.codebook import service as codebook
from storybank.coding import service as coding
from storybank.coding.models import Coding
from storybank.stories import reading
from storybank.stories.rules import Place
from storybank.undoing import service as undoing
from storybank.wiring import UNDOERS


def worked_on(session, use, story_id: int) -> dict[str, list]:
    """Two codings side by side, the first on words that were corrected, and one that was undone.
    A number for each argument of an address."""
    code = codebook.code(session, "EN-PEER").id
    length = len(reading.story(session, use, story_id).text)
    version = reading.story(session, use, story_id).version
    made = [
        coding.apply(session, use, Place(story_id, version, start, start + 30), [code])[0].id
        for start in (length - 200, length - 150, length - 100)
    ]
    session.get_one(Coding, made[0]).to_check = True
    undoing.undo(session, use, UNDOERS)
    return {"coding_id": made[:1]}
