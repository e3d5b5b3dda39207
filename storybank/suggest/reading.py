"""What waits for an answer: cards for one story, the queue over all, and counts.

Everything asks the door anew, so a stop is true here before any job has run.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.codebook import service as codebook
from storybank.codebook.models import Code, Family
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.errors import Refused
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.reading import StoryText
from storybank.suggest.cards import SuggestionCard, Told
from storybank.suggest.models import Suggestion, waits

A_PAGE = 10


class Order(StrEnum):
    """How the queue is ordered."""

    STRONGEST = "strongest"
    STORY = "story"
    CODE = "code"

    @property
    def words(self) -> str:
        return ORDER_WORDS[self]


ORDER_WORDS = {
    Order.STRONGEST: "Strongest first",
    Order.STORY: "Story by story",
    Order.CODE: "Code by code",
}


@dataclass(frozen=True)
class Queue:
    """One page of what waits, and how much there is in all."""

    cards: tuple[SuggestionCard, ...]
    total: int
    page: int
    pages: int


def waiting(session: Session, use: Use, story_id: int) -> list[SuggestionCard]:
    """Every open suggestion of one story, in order of place.

    Raises NotFound where the use does not allow the story.
    """
    _check(use)
    text = reading.story(session, use, story_id)
    rows = session.scalars(
        _ordered(Order.STORY).where(*_open(use), Suggestion.story_id == story_id)
    ).all()
    return _cards(session, [text], rows)


def queue(
    session: Session,
    use: Use,
    page: int = 1,
    order: Order = Order.STRONGEST,
    code_id: int | None = None,
) -> Queue:
    """One page of the open suggestions of all stories that the use allows.

    A page number beyond the end gives the last page; ``code_id`` leaves one code only.
    """
    _check(use)
    chosen = _open(use)
    if code_id is not None:
        chosen = (*chosen, Suggestion.code_id == code_id)
    total = session.scalar(select(sa.func.count(Suggestion.id)).where(*chosen)) or 0
    pages = max(1, -(-total // A_PAGE))
    page = min(max(1, page), pages)
    rows = session.scalars(
        _ordered(order).where(*chosen).offset((page - 1) * A_PAGE).limit(A_PAGE)
    ).all()
    texts = reading.stories(session, use, list(dict.fromkeys(row.story_id for row in rows)))
    return Queue(tuple(_cards(session, texts, rows)), total, page, pages)


def count_by_code(session: Session, use: Use) -> dict[int, int]:
    """How many wait for each code, in stories the use allows; codes without any are left out."""
    _check(use)
    rows = session.execute(
        select(Suggestion.code_id, sa.func.count()).where(*_open(use)).group_by(Suggestion.code_id)
    )
    return {code_id: count for code_id, count in rows}


def count_by_story(session: Session, use: Use, story_ids: Collection[int]) -> dict[int, int]:
    """How many wait in each of these stories that the use allows."""
    _check(use)
    rows = session.execute(
        select(Suggestion.story_id, sa.func.count())
        .where(*_open(use), Suggestion.story_id.in_(list(story_ids)))
        .group_by(Suggestion.story_id)
    )
    return {story_id: count for story_id, count in rows}


def _check(use: Use) -> None:
    if use.purpose is not Purpose.STUDY:
        raise Refused("Suggestions are there for studying stories, and for nothing else.")


def _open(use: Use) -> tuple[sa.ColumnElement[bool], ...]:
    """What holds for a suggestion that waits in the present text of a story the use allows, and
    whose code is in use."""
    code = aliased(Code)  # the statement may read codes itself
    used = sa.exists().where(code.id == Suggestion.code_id, code.retired_at.is_(None))
    current = sa.exists().where(
        Story.id == Suggestion.story_id, Story.current_version == Suggestion.version
    )
    return waits(), used, current, permits(use, Suggestion.story_id, Suggestion)


def _ordered(order: Order) -> sa.Select[Suggestion]:
    return (
        select(Suggestion)
        .join(Code, Code.id == Suggestion.code_id)
        .join(Family, Family.id == Code.family_id)
        .order_by(*_ORDERS[order])
    )


_BY_CODE = (Family.position, Code.position)
_IN_STORY = (Suggestion.story_id, Suggestion.start, *_BY_CODE, Suggestion.id)
_ORDERS = {
    Order.STRONGEST: (Suggestion.score.desc(), *_IN_STORY),
    Order.STORY: _IN_STORY,
    Order.CODE: (*_BY_CODE, *_IN_STORY),
}


def _cards(
    session: Session, texts: Sequence[StoryText], rows: Sequence[Suggestion]
) -> list[SuggestionCard]:
    codes = codebook.codes_by_id(session)
    told = {text.story_id: Told(text) for text in texts}
    return [
        told[row.story_id].card(codes[row.code_id], row) for row in rows if row.story_id in told
    ]
