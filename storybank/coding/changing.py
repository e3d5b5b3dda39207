"""Changing where a coding stands: its ends moved, one split in two, two merged into one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding import flags
from storybank.coding.change_acts import MERGE, NUDGE, SPLIT, note_change
from storybank.coding.models import Coding
from storybank.coding.own import check_unanswered, held, place_of
from storybank.coding.rules import MAX_PASSAGE, clean_place, part_of
from storybank.coding.service import check_open
from storybank.coding.steps import Edge, nudged
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict
from storybank.stories import reading
from storybank.stories.rules import Place
from storybank.stories.speaking import Spoken, spoken

SAME = "You have this code on exactly those words already. Merge the two, or take one off."


@dataclass(frozen=True)
class Change:
    """What a change left: the coding that goes on, and every place that looks different now."""

    coding: Coding
    places: tuple[Place, ...]


def nudge(
    session: Session, use: Use, coding_id: int, edge: Edge, by: int, seen: Place | None = None
) -> Change:
    """Move one end of a coding of one's own by a word: on (``by`` 1) or back (-1).

    Raises as ``own.held`` does; BadInput where there is no word, or a part would be kept back.
    """
    coding = held(session, use, coding_id, seen)
    check_unanswered(session, coding)
    was = place_of(coding)
    text = reading.story(session, use, coding.story_id).text
    start, end = nudged(text, coding.start, coding.end, edge, by)
    _check(session, use, coding, start, end)
    coding.start, coding.end = start, end
    session.flush()
    note_change(session, use, NUDGE, [(coding, was)])
    return Change(coding, (was, place_of(coding)))


def split(session: Session, use: Use, coding_id: int, at: int, seen: Place | None = None) -> Change:
    """Make two codings of one: the second begins at the code point ``at``, with the same flags.

    Raises as ``own.held`` does; BadInput where ``at`` is not between words of it.
    """
    coding = held(session, use, coding_id, seen)
    check_unanswered(session, coding)
    was = place_of(coding)
    text = reading.story(session, use, coding.story_id).text
    if not coding.start < at < coding.end:
        raise BadInput("Choose words inside the coding: its second part begins with them.")
    first = clean_place(text, coding.start, at)
    second = clean_place(text, at, coding.end)
    for stretch in (first, second):
        _check(session, use, coding, *stretch)
    coding.start, coding.end = first
    new = Coding(
        story_id=coding.story_id, version=coding.version, start=second[0], end=second[1],
        code_id=coding.code_id, coder_id=coding.coder_id, made_at=now(),
        suggestion_id=coding.suggestion_id, to_check=coding.to_check, aside=coding.aside,
    )  # fmt: skip
    session.add(new)
    session.flush()
    flags.copy(session, coding.id, new.id)
    note_change(session, use, SPLIT, [(coding, was)], born=[new])
    return Change(coding, (was,))


def split_before(
    session: Session, use: Use, coding_id: int, words: str, seen: Place | None = None
) -> Change:
    """The same, where the second part begins with ``words``."""
    coding = held(session, use, coding_id, seen)
    if not words.strip():
        raise BadInput("Write the first words of the second part.")
    text = reading.story(session, use, coding.story_id).text
    at, _ = part_of(text, coding.start, coding.end, words, "")
    return split(session, use, coding_id, at, seen)


def merge(
    session: Session, use: Use, coding_id: int, other_id: int, seen: Place | None = None
) -> Change:
    """Make one coding of two of one's own with the same code; it takes in what lies between.

    The first goes on, with the flags of both; where they differ, its own. Raises as ``own.held``
    does; BadInput where the two are not alike.
    """
    coding, other = held(session, use, coding_id, seen), held(session, use, other_id)
    if coding.id == other.id or (coding.story_id, coding.code_id) != (
        other.story_id, other.code_id,
    ):  # fmt: skip
        raise BadInput("Choose two of your codings with the same code in the same story.")
    check_unanswered(session, coding, other)
    was, its = place_of(coding), place_of(other)
    start, end = min(coding.start, other.start), max(coding.end, other.end)
    if end - start > MAX_PASSAGE:
        raise BadInput("Those two are too far apart to be one passage.")
    _check(session, use, coding, start, end, but=other.id)
    coding.start, coding.end = start, end
    coding.to_check = coding.to_check or other.to_check
    other.removed_at = now()
    session.flush()
    added = flags.copy(session, other.id, coding.id)
    note_change(session, use, MERGE, [(coding, was)], gone=[other], flags=added)
    return Change(coding, (was, its, place_of(coding)))


def _check(
    session: Session, use: Use, coding: Coding, start: int, end: int, but: int | None = None
) -> None:
    """Raises BadInput where the words are kept back, Conflict where the code is there already.

    With words of the teller's in it, a coding does not lie aside any more."""
    story = reading.story(session, use, coding.story_id)
    clean_place(story.text, start, end)
    coding.aside = coding.aside and spoken(story.asides, start, end) is Spoken.INTERVIEWER
    check_open(session, use, [Place(coding.story_id, coding.version, start, end)])
    there = session.scalar(
        select(Coding.id)
        .where(
            Coding.story_id == coding.story_id,
            Coding.version == coding.version,
            Coding.start == start,
            Coding.end == end,
            Coding.code_id == coding.code_id,
            Coding.coder_id == coding.coder_id,
            Coding.removed_at.is_(None),
            Coding.id.not_in([coding.id, but or coding.id]),
        )
        .limit(1)
    )
    if there is not None:
        raise Conflict(SAME)
