"""What a storyteller sees of their own stories, and changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.coding import service as coding
from storybank.consent import service as consent
from storybank.consent.models import Receipt, UseRecord
from storybank.consent.receipts import SHORT_NAMES
from storybank.consent.rules import EIGHT, Answer, Choice, Purpose, StoryState, Use
from storybank.consent.standing import state_of
from storybank.errors import NotFound
from storybank.stories import reading
from storybank.stories.reading import Excerpt

MEDIA = {"print": "On printed cards"}


@dataclass(frozen=True)
class MyChoice:
    """One use, as the storyteller reads it."""

    use: Purpose
    label: str
    choice: Choice | None
    open: bool
    """There is something to stop: the answer is yes, or ask me each time."""
    run_out: bool


@dataclass(frozen=True)
class BeenUsed:
    """One time part of the story was shown."""

    at: datetime
    label: str
    place: str
    how: str
    copies: int
    name: str


@dataclass(frozen=True)
class MyStory:
    """A storyteller's story with its choices and where it has been."""

    story_id: int
    title: str
    attribution: str
    choices: tuple[MyChoice, ...]
    state: StoryState
    used: tuple[BeenUsed, ...]
    codings: int
    last_receipt: int | None

    @property
    def any_open(self) -> bool:
        return any(choice.open for choice in self.choices)


@dataclass(frozen=True)
class Noticed:
    """A code somebody put on part of the story."""

    excerpt: Excerpt
    code: CodeCard


def my_stories(session: Session, use: Use) -> list[MyStory]:
    """Every story of the person asking, newest first."""
    ids = sorted(reading.permitted_ids(session, use), reverse=True)
    heads = reading.titles(session, use, ids)
    counts = coding.count_by_story(session, use, ids)
    return [
        _my_story(session, use, heads[number], counts.get(number, 0))
        for number in ids
        if number in heads
    ]


def my_story(session: Session, use: Use, story_id: int) -> MyStory:
    """One story of the person asking.

    Raises NotFound when it is not theirs.
    """
    head = reading.titles(session, use, [story_id]).get(story_id)
    if head is None:
        raise NotFound("That story is not here.")
    count = coding.count_by_story(session, use, [story_id]).get(story_id, 0)
    return _my_story(session, use, head, count)


def noticed(session: Session, use: Use, story_id: int, version: int) -> list[Noticed]:
    """The codes people put on a story, each code once for the same words, in reading order."""
    codes = codebook.codes_by_id(session)
    cards = coding.on_story(session, use, story_id, version)
    wanted = list(dict.fromkeys((card.place, card.code_id) for card in cards))
    excerpts = {e.place: e for e in reading.excerpts(session, use, [place for place, _ in wanted])}
    return [
        Noticed(excerpts[place], codes[code_id]) for place, code_id in wanted if place in excerpts
    ]


def stop(session: Session, use: Use, story_id: int, uses: Sequence[Purpose]) -> Receipt:
    """Stop these uses, now, in the storyteller's own name.

    Raises NotFound when the story is not theirs.
    """
    my_story(session, use, story_id)
    person_id = consent.person_of(session, story_id)
    return consent.stop(session, use.actor, story_id, person_id, uses, "web")


def put_back(session: Session, use: Use, receipt_id: int) -> Receipt:
    """Undo a stop made by mistake.

    Raises NotFound when the receipt is not theirs; Conflict when something was chosen since.
    """
    mine = receipt(session, use, receipt_id)
    return consent.put_back(session, use.actor, mine)


def receipt(session: Session, use: Use, receipt_id: int) -> Receipt:
    """One receipt of the person asking.

    Raises NotFound when it is not theirs.
    """
    found = session.get(Receipt, receipt_id)
    if found is None or found.person_id != use.actor.person_id:
        raise NotFound("That receipt is not here.")
    return found


def receipts(session: Session, use: Use, story_id: int) -> list[Receipt]:
    """Every receipt for a story of the person asking, newest first."""
    rows = session.scalars(
        select(Receipt)
        .where(Receipt.story_id == story_id, Receipt.person_id == use.actor.person_id)
        .order_by(Receipt.id.desc())
    )
    return list(rows)


def _my_story(session: Session, use: Use, head: reading.Title, codings: int) -> MyStory:
    state = state_of(session, head.story_id) or StoryState(use.actor.person_id or 0)
    own_receipts = receipts(session, use, head.story_id)
    return MyStory(
        story_id=head.story_id,
        title=head.title,
        attribution=head.attribution,
        choices=tuple(_my_choice(state, purpose, use.at) for purpose in EIGHT),
        state=state,
        used=tuple(_been_used(session, head.story_id, state)),
        codings=codings,
        last_receipt=own_receipts[0].id if own_receipts else None,
    )


def _my_choice(state: StoryState, purpose: Purpose, at: datetime) -> MyChoice:
    choice = state.choices.get(purpose)
    is_open = choice is not None and choice.answer in (Answer.YES, Answer.ASK)
    run_out = is_open and choice is not None and choice.until is not None and choice.until <= at
    return MyChoice(purpose, SHORT_NAMES[purpose], choice, is_open and not run_out, run_out)


def _been_used(session: Session, story_id: int, state: StoryState) -> list[BeenUsed]:
    rows = session.scalars(
        select(UseRecord).where(UseRecord.story_id == story_id).order_by(UseRecord.at.desc())
    )
    return [
        BeenUsed(
            at=row.at,
            label=SHORT_NAMES[Purpose(row.use)],
            place=row.place,
            how=MEDIA.get(row.medium, row.medium),
            copies=row.copies,
            name=row.name_style,
        )
        for row in rows
    ]
