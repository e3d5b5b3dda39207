"""Notes that came in a file beside a story: comments, footnotes, what a change took out, and the
like. They help whoever studies it; they are not the teller's words and are coded by nobody.

Their words lie with the story's words, behind the door, who wrote them on the first line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import PartStanding
from storybank.consent.rules import Purpose, Use
from storybank.stories import reading, writing
from storybank.stories.canon import Note, normalise, one_line
from storybank.stories.mending import Edit
from storybank.stories.models import Story, StoryNote

SAYS = {
    "comment": "Comment",
    "footnote": "Footnote",
    "endnote": "Note at the end",
    "dropped": "Taken out by a tracked change",
    "edge": "Head or foot of a page",
    "hidden": "Hidden in the file",
}
MAX_NOTES = 2_000
"""How many notes are kept of one file; what is over is left out."""
MAX_NOTE = 5_000
"""The longest note kept, in code points."""
MAX_BY = 100


@dataclass(frozen=True)
class NoteCard:
    """A note let out for one use. ``start``/``end`` is the place in the story that stands, in
    code points; None where the file told none, or the words there have changed since."""

    ref: int
    kind: str
    says: str
    by: str
    words: str
    start: int | None
    end: int | None


def keep(session: Session, use: Use, story_id: int, notes: Iterable[Note]) -> int:
    """Write down the notes that came with a story that was just taken in; how many.

    Equal ones (a head on every page) are kept once, empty ones not at all; a story that has
    notes already stays as it is. Raises as ``writing.write_note`` does.
    """
    there = select(sa.literal(1)).where(StoryNote.story_id == story_id).limit(1)
    if session.scalar(there):
        return 0
    version, ref = session.get_one(Story, story_id).current_version, 0
    before: set[tuple[str, str, str, int | None, int | None]] = set()
    for note in notes:
        words = normalise(note.words)[0].strip()[:MAX_NOTE]
        by = one_line(note.by)[:MAX_BY]
        same = (note.kind, by, words, note.start, note.end)
        if not words or same in before or len(before) == MAX_NOTES:
            continue
        before.add(same)
        ref += 1
        writing.write_note(session, use, story_id, ref, f"{by}\n{words}")
        session.add(
            StoryNote(
                story_id=story_id,
                ref=ref,
                kind=note.kind,
                version=version,
                start=note.start,
                end=note.end,
                made_at=now(),
            )
        )
    session.flush()
    return len(before)


def of(session: Session, use: Use, story_id: int) -> list[NoteCard]:
    """The notes of a story that this use may see, in the order in which they stood.

    A note says what the words say, so where a part of the story is kept back, or personal details
    were replaced, only a steward and its teller see them. Raises as ``reading.note_words`` does.
    """
    words = reading.note_words(session, use, story_id)
    if not words or (use.purpose is Purpose.STUDY and _kept_from_team(session, story_id)):
        return []
    version = session.get_one(Story, story_id).current_version
    rows = session.scalars(
        select(StoryNote)
        .where(StoryNote.story_id == story_id)
        .order_by(sa.func.coalesce(StoryNote.start, -1), StoryNote.ref)
    )
    return [_card(row, words[row.ref], version) for row in rows if row.ref in words]


def carry(session: Session, story_id: int, old: int, new: int, edit: Edit) -> None:
    """Let notes follow their words into a new version; one whose words changed loses its place."""
    rows = select(StoryNote).where(StoryNote.story_id == story_id, StoryNote.version == old)
    for note in session.scalars(rows):
        place = None
        if note.start is not None and note.end is not None:
            place = edit.moved(note.start, note.end)
        note.version, (note.start, note.end) = new, place or (None, None)
    session.flush()


def _kept_from_team(session: Session, story_id: int) -> bool:
    parts = select(sa.literal(1)).where(PartStanding.story_id == story_id)
    return bool(session.scalar(parts.limit(1))) or reading.has_sealed(session, story_id)


def _card(note: StoryNote, body: str, version: int) -> NoteCard:
    by, _, words = body.partition("\n")
    placed = note.version == version
    return NoteCard(
        note.ref, note.kind, SAYS.get(note.kind, "Note"), by, words,
        note.start if placed else None, note.end if placed else None,
    )  # fmt: skip
