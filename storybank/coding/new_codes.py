"""A new code made at the desk, out of words that a coder selected there."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storybank.codebook import changing
from storybank.codebook.models import Code
from storybank.codebook.rules import CodeWords
from storybank.coding import service, voices
from storybank.coding.models import Coding
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.stories import reading
from storybank.stories.rules import Place

LONGEST = 80
"""Of the name of a code made at the desk, in code points."""
MOST_OF_THE_STORY = 5
"""How many words in a row a name may share with the story it was made in."""
NO_DEFINITION = "New. What it means is still to be written."


def put_new(
    session: Session,
    use: Use,
    place: Place,
    name: str,
    family_key: str,
    *,
    definition: str = "",
    quote: str | None = None,
    on_purpose: bool = False,
) -> tuple[Code, list[Coding]]:
    """Add a code to the codebook and put it on a passage.

    A code stays when a story goes: so its name may hold a few of the story's words, and no
    sentence. Raises BadInput for such a name, and as ``service.apply`` does.
    """
    name = " ".join(name.split())
    if len(name) > LONGEST:
        raise BadInput(f"Keep the name under {LONGEST} letters.")
    story = reading.story(session, use, place.story_id)
    if shares(name, story.text) or shares(definition, story.text):
        raise BadInput(
            "Say it in your own words: a code stays when its story goes, so it may share "
            f"{MOST_OF_THE_STORY} words in a row with the story and no more."
        )
    voices.check(story.asides, [(place.start, place.end)], on_purpose)
    words = CodeWords(name=name, definition=definition.strip() or NO_DEFINITION)
    code = changing.add_code(session, use, family_key, words)
    return code, service.apply(
        session, use, place, [code.id], quote=quote, on_purpose=on_purpose
    )  # fmt: skip


def shares(typed: str, text: str) -> bool:
    """Does what was typed hold more words in a row of the text than it may?"""
    words = _bare(typed)
    runs = {
        tuple(words[at : at + MOST_OF_THE_STORY + 1])
        for at in range(len(words) - MOST_OF_THE_STORY)
    }
    if not runs:
        return False
    told = _bare(text)
    return any(
        tuple(told[at : at + MOST_OF_THE_STORY + 1]) in runs
        for at in range(len(told) - MOST_OF_THE_STORY)
    )


def _bare(words: str) -> list[str]:
    """The words without capitals and without the signs around them."""
    letters = "".join(c if c.isalnum() or c in "'\u2019" else " " for c in words.casefold())
    return letters.split()
