"""What a storyteller sees: each story with its choices, where it has been, what people noticed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.coding import service as coding
from storybank.consent.models import ConsentChoice, ConsentEvent, Receipt
from storybank.consent.rules import EIGHT, Kind, Purpose, Reason, StoryState, Use
from storybank.consent.standing import state_of
from storybank.errors import NotFound
from storybank.portal.choices import MyChoice, my_choices
from storybank.portal.where import BeenUsed, been_used
from storybank.stories import reading
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place


@dataclass(frozen=True)
class MyStory:
    """A storyteller's story with its choices and where it has been."""

    story_id: int
    title: str
    attribution: str
    choices: tuple[MyChoice, ...]
    state: StoryState
    kept: bool
    """Keeping it is allowed now; without that nobody can use it."""
    used: tuple[BeenUsed, ...]
    codings: int
    last_receipt: int | None
    can_put_back: bool
    """The last thing that happened was a stop."""

    @property
    def any_open(self) -> bool:
        return any(choice.open for choice in self.choices)


@dataclass(frozen=True)
class Noticed:
    """Part of the story that somebody put codes on."""

    excerpt: Excerpt
    codes: tuple[CodeCard, ...]


@dataclass(frozen=True)
class MyReceipt:
    """A receipt beside the story it is for."""

    receipt: Receipt
    story: MyStory
    stopped: tuple[Purpose, ...]
    """The uses it stopped, if that is what it is for."""
    out: tuple[BeenUsed, ...]
    """Copies made under those uses before the stop: they can not be called back."""
    can_put_back: bool


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
    """The parts of a story that people put codes on, in reading order, each code once."""
    codes = codebook.codes_by_id(session)
    put_on: dict[Place, set[int]] = {}
    for card in coding.on_story(session, use, story_id, version):
        put_on.setdefault(card.place, set()).add(card.code_id)
    return [
        Noticed(excerpt, tuple(code for code in codes.values() if code.id in put_on[excerpt.place]))
        for excerpt in reading.excerpts(session, use, put_on)
    ]


def receipt(session: Session, use: Use, receipt_id: int) -> Receipt:
    """One receipt of the person asking.

    Raises NotFound when it is not theirs.
    """
    found = session.get(Receipt, receipt_id)
    if found is None or found.person_id != use.actor.person_id:
        raise NotFound("That receipt is not here.")
    return found


def my_receipt(session: Session, use: Use, receipt_id: int) -> MyReceipt:
    """A receipt of the person asking, with its story and the copies that are out.

    Raises NotFound when it is not theirs.
    """
    found = receipt(session, use, receipt_id)
    story = my_story(session, use, found.story_id)
    stopped = _stopped_by(session, found)
    out = tuple(one for one in story.used if one.use in stopped and one.at <= found.made_at)
    return MyReceipt(
        found, story, stopped, out, story.can_put_back and story.last_receipt == found.id
    )


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
    own = receipts(session, use, head.story_id)
    kept = state.choices.get(Purpose.KEEP)
    return MyStory(
        story_id=head.story_id,
        title=head.title,
        attribution=head.attribution,
        choices=my_choices(session, head.story_id, state, use.at),
        state=state,
        kept=kept is not None and kept.reason_against(use.at, Reason.STOPPED) is None,
        used=been_used(session, use, head.story_id),
        codings=codings,
        last_receipt=own[0].id if own else None,
        can_put_back=bool(own) and bool(_stopped_by(session, own[0])),
    )


def _stopped_by(session: Session, receipt: Receipt) -> tuple[Purpose, ...]:
    """The uses that the event of this receipt stopped; none where it was another kind."""
    chosen = session.scalars(
        select(ConsentChoice.use)
        .join(ConsentEvent, ConsentEvent.id == ConsentChoice.event_id)
        .where(ConsentEvent.id == receipt.event_id, ConsentEvent.kind == Kind.WITHDRAWN.value)
    ).all()
    return tuple(purpose for purpose in EIGHT if purpose.value in chosen)
