"""Before a passage leaves the team: is it from a story that somebody checked, and what is in it?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.db import slices
from storybank.details.models import Detail, DetailsCheck
from storybank.details.rules import Answer, Tier
from storybank.stories.models import Story
from storybank.stories.rules import Place


@dataclass(frozen=True)
class Leaving:
    """What is said beside passages that are about to leave the team."""

    passages: int
    unchecked: int
    """How many are from stories that nobody has checked, as they stand now."""
    stories: tuple[int, ...]
    """Those stories, by number."""
    likely: int
    """Likely details inside the passages that nobody has answered, or that are to be replaced."""

    @property
    def troubles(self) -> bool:
        return bool(self.unchecked or self.likely)


def checked_among(session: Session, story_ids: Iterable[int]) -> set[int]:
    """Those of these stories that a person signed for, in the version that stands."""
    found: set[int] = set()
    for ids in slices(story_ids):
        found.update(
            session.scalars(
                select(DetailsCheck.story_id)
                .join(Story, Story.id == DetailsCheck.story_id)
                .where(
                    DetailsCheck.story_id.in_(ids),
                    DetailsCheck.version == Story.current_version,
                    DetailsCheck.taken_back_at.is_(None),
                )
            )
        )
    return found


def unanswered() -> sa.ColumnElement[bool]:
    """A clause that holds for a likely detail that stands in a story still."""
    return sa.and_(
        sa.or_(Detail.answer.is_(None), Detail.answer == Answer.REPLACE.value),
        sa.or_(Detail.tier == Tier.LIKELY.value, Detail.answer.is_not(None)),
    )


def counted(session: Session, passages: Mapping[int, int], likely: int) -> Leaving:
    """``passages`` is how many leave of each story; ``likely`` how many details are in them.

    All of them came through the door already.
    """
    unchecked = sorted(set(passages) - checked_among(session, passages))
    return Leaving(
        sum(passages.values()), sum(passages[one] for one in unchecked), tuple(unchecked), likely
    )


def of_places(session: Session, places: Collection[Place]) -> Leaving:
    """The same for passages by their places, let out by the door."""
    passages: dict[int, int] = {}
    for place in places:
        passages[place.story_id] = passages.get(place.story_id, 0) + 1
    met: set[int] = set()
    for ids in slices(passages):
        rows = session.execute(
            select(Detail.id, Detail.story_id, Detail.version, Detail.start, Detail.end).where(
                Detail.story_id.in_(ids), unanswered()
            )
        ).all()
        by_text: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
        for number, story_id, version, start, end in rows:
            by_text.setdefault((story_id, version), []).append((start, end, number))
        for place in places:
            for start, end, number in by_text.get((place.story_id, place.version), ()):
                if start < place.end and place.start < end:
                    met.add(number)
    return counted(session, passages, len(met))
