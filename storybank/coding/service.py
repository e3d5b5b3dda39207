"""Coding: a person puts codes on a passage and takes them off; ``acts`` undoes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.coding import voices
from storybank.coding.acts import ADD, REMOVE, note
from storybank.coding.models import Coding
from storybank.coding.own import coder_of, hold_story
from storybank.coding.reading import (
    CodingCard,
    count_by_code,
    count_by_story,
    on_story,
    places_with_codes,
    with_codes,
)
from storybank.coding.rules import clean_place
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.stories import reading
from storybank.stories.reading import StoryText
from storybank.stories.rules import MASK, Place

__all__ = [
    "CodingCard", "apply", "apply_all", "check_open", "count_by_code", "count_by_story",
    "on_story", "remove", "places_with_codes", "with_codes",
]  # fmt: skip

KEPT_BACK = "A part of these words is left out. Choose words beside the grey bar."


def apply(
    session: Session,
    use: Use,
    place: Place,
    code_ids: Iterable[int],
    *,
    quote: str | None = None,
    suggestion_id: int | None = None,
    noted: bool = True,
    story: StoryText | None = None,
    on_purpose: bool = False,
) -> list[Coding]:
    """Put these codes on a passage in the name of the person asking.

    A code that this coder has on exactly these words already is left as it is. ``quote`` is
    what the person saw selected. Not ``noted``: whoever asks notes an act of their own.
    ``story`` is what was read of it for this use since it was held, so that it is read once.
    ``on_purpose``: also where an interviewer says the words.

    Raises BadInput without a code or words, or where a part of them is kept back; AskedOnceMore
    where an interviewer says them; Conflict where
    the words are no longer what the person saw; NotFound where the use does not allow the story;
    Refused for anybody who may not code.
    """
    return apply_all(
        session, use, [place], code_ids, quote=quote, suggestion_id=suggestion_id, noted=noted,
        story=story, on_purpose=on_purpose,
    )  # fmt: skip


def apply_all(
    session: Session,
    use: Use,
    places: Sequence[Place],
    code_ids: Iterable[int],
    *,
    quote: str | None = None,
    suggestion_id: int | None = None,
    noted: bool = True,
    story: StoryText | None = None,
    on_purpose: bool = False,
) -> list[Coding]:
    """Put these codes on several passages of one story, as one act to undo: see ``apply``."""
    coder = coder_of(use)
    codes = codebook.codes(session, code_ids)
    if not codes:
        raise BadInput("Choose at least one code.")
    if not places:
        raise BadInput("Choose some words first.")
    [(story_id, version)] = {(place.story_id, place.version) for place in places}
    if story is None:
        hold_story(session, story_id)
        story = reading.story(session, use, story_id)
    if story.version != version or any(
        quote is not None and _loose(story.text[place.start : place.end]) != _loose(quote)
        for place in places
    ):
        raise Conflict("The story has changed since you opened it. Open it again and select anew.")
    cleaned = [clean_place(story.text, place.start, place.end) for place in places]
    voices.check(story.asides, cleaned, on_purpose)
    if any(MASK in story.text[start:end] for start, end in cleaned):
        check_open(session, use, [Place(story_id, version, *stretch) for stretch in cleaned])
    there = {
        (coding.start, coding.end, coding.code_id): coding
        for coding in session.scalars(
            select(Coding).where(
                Coding.story_id == story_id,
                Coding.version == version,
                Coding.start.in_([start for start, _ in cleaned]),
                Coding.coder_id == coder,
                Coding.removed_at.is_(None),
            )
        )
    }
    wanted = [(start, end, code.id) for start, end in cleaned for code in codes]
    for coding in there.values():
        coding.aside = coding.aside and not on_purpose
    made = {
        (start, end, code_id): Coding(
            story_id=story_id,
            version=version,
            start=start,
            end=end,
            code_id=code_id,
            coder_id=coder,
            made_at=now(),
            suggestion_id=suggestion_id,
        )  # fmt: skip
        for start, end, code_id in wanted
        if (start, end, code_id) not in there
    }
    session.add_all(made.values())
    session.flush()
    if made and noted:
        note(session, use, ADD, story_id, list(made.values()), suggestion_id)
    return [there[key] for key in wanted if key in there] + list(made.values())


def check_open(session: Session, use: Use, places: Sequence[Place]) -> None:
    """Raises BadInput where the use does not allow every one of these places."""
    if len(reading.excerpts(session, use, places)) < len(places):
        raise BadInput(KEPT_BACK)


def remove(session: Session, use: Use, coding_id: int) -> Coding:
    """Take one of the person's own codings off.

    Raises NotFound where it is not there for this use; Refused for another person's coding.
    """
    coder = coder_of(use)
    coding = session.get(Coding, coding_id, with_for_update=True)
    if coding is None or not reading.may(session, use, coding.story_id):
        raise NotFound("That coding is not there.")
    if coding.coder_id != coder:
        raise Refused("Only the person who put a code on can take it off.")
    if coding.removed_at is None:
        coding.removed_at = now()
        session.flush()
        note(session, use, REMOVE, coding.story_id, [coding])
    return coding


def _loose(words: str) -> str:  # White space between blocks may come back as another.
    return " ".join(words.split())
