"""Parts of a story that its teller keeps back: read sentence by sentence, marked, given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.rules import runs
from storybank.consent import passages
from storybank.consent.evidence import Proof
from storybank.consent.happenings import happenings
from storybank.consent.models import ConsentEvent, Receipt
from storybank.consent.rules import Kind, Mark, Span, Use, own_state
from storybank.consent.standing import state_of
from storybank.errors import BadInput, Conflict, NotFound
from storybank.portal.acting import acts_for
from storybank.stories import reading
from storybank.stories.canon import Block, sentences
from storybank.stories.reading import StoryText

CHANGED = "Your story has changed since you opened it. Open it again."
ASKED_HERE = Proof("web_session", "They took the mark back on their own page.")


@dataclass(frozen=True)
class Sentence:
    """One sentence, as it was written down."""

    number: int
    start: int
    end: int
    words: str
    first: bool
    """It begins a paragraph."""
    mark: Mark | None
    """What its teller said of it, or of a part that it belongs to."""


@dataclass(frozen=True)
class Marked:
    """A part that is kept back."""

    span: Span
    mark: Mark
    words: str
    mine: bool
    receipt_id: int | None


@dataclass(frozen=True)
class Parts:
    """A story in sentences, and what is kept back of it."""

    story: StoryText
    sentences: tuple[Sentence, ...]
    marked: tuple[Marked, ...]


def parts_of(session: Session, use: Use, story_id: int) -> Parts:
    """A story of the person asking.

    Raises NotFound when it is not theirs.
    """
    story = reading.story(session, use, story_id)
    mine = _own_marks(session, use, story)
    others = _others_marks(session, story, mine)
    every = {**others, **mine}
    lines, starts = [], {block.start for block in story.blocks}
    for number, (start, end) in enumerate(sentences(story.text, story.blocks)):
        here = Span(story.version, start, end)
        marks = {mark for span, mark in every.items() if span.meets(here)}
        mark = Mark.LEAVE_OUT if Mark.LEAVE_OUT in marks else next(iter(marks), None)
        words = story.text[start:end]
        lines.append(Sentence(number, start, end, words, start in starts, mark))
    receipts = _receipts(session, use, story)
    marked = tuple(
        Marked(span, mark, story.text[span.start : span.end], span in mine, receipts.get(span))
        for span, mark in sorted(every.items())
    )
    return Parts(story, tuple(lines), marked)


def mark(
    session: Session, use: Use, story_id: int, version: int, numbers: Sequence[int], how: Mark
) -> list[Receipt]:
    """Keep these sentences back; neighbours become one part. A receipt for each part.

    Raises NotFound when the story is not theirs, Conflict when it was changed meanwhile,
    BadInput for no sentence, or one that is not there.
    """
    story = reading.story(session, use, story_id)
    if story.version != version:
        raise Conflict(CHANGED)
    whole = [Block("p", 0, len(story.text))]
    found = runs(sentences(story.text, story.blocks), whole, numbers)
    person_id = acts_for(session, use, story_id)
    there = _own_marks(session, use, story)
    return [
        passages.mark_passage(session, use.actor, story_id, person_id, span, how, "web")
        for span in (Span(version, start, end) for start, end in found)
        if there.get(span) is not how
    ]


def take_back(session: Session, use: Use, story_id: int, span: Span) -> Receipt:
    """Give a part back that the person kept back: it follows the other choices again.

    Raises NotFound when there is no such mark of theirs.
    """
    story = reading.story(session, use, story_id)
    if span not in _own_marks(session, use, story):
        raise NotFound("That mark is not there any more.")
    person_id = acts_for(session, use, story_id)
    return passages.unmark_passage(session, use.actor, story_id, person_id, span, ASKED_HERE, "web")


def sentence_at(session: Session, use: Use, story_id: int, number: int) -> Sentence:
    """One sentence by its number. Raises NotFound, BadInput where there is none."""
    every = parts_of(session, use, story_id).sentences
    if not 0 <= number < len(every):
        raise BadInput("Choose one sentence.")
    return every[number]


def _own_marks(session: Session, use: Use, story: StoryText) -> dict[Span, Mark]:
    person_id = acts_for(session, use, story.story_id)
    own = own_state(person_id, happenings(session, story.story_id, person_id))
    return {span: mark for span, mark in own.marks.items() if span.version == story.version}


def _others_marks(session: Session, story: StoryText, mine: dict[Span, Mark]) -> dict[Span, Mark]:
    state = state_of(session, story.story_id)
    return {
        part.span: part.mark
        for part in (state.kept_back if state else ())
        if part.mark in passages.TELLERS
        and part.span.version == story.version
        and part.span not in mine
    }


def _receipts(session: Session, use: Use, story: StoryText) -> dict[Span, int]:
    """The last receipt of each part that the person marked."""
    rows = session.execute(
        select(ConsentEvent.start, ConsentEvent.end, Receipt.id)
        .join(Receipt, Receipt.event_id == ConsentEvent.id)
        .where(
            ConsentEvent.story_id == story.story_id,
            ConsentEvent.person_id == acts_for(session, use, story.story_id),
            ConsentEvent.kind == Kind.MARKED.value,
            ConsentEvent.version == story.version,
            Receipt.person_id == use.actor.person_id,
        )
        .order_by(ConsentEvent.seq)
    )
    return {Span(story.version, start or 0, end or 0): number for start, end, number in rows}
