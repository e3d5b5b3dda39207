"""Words within a code: which passages that carry it hold them, as the index of passages says.

The database says which codings somebody may see; the index is asked about those alone, and whatever
it does not hold yet is read through the door.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.coding.seeing import seen, seen_throughout
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.search.index import Hits, Looks
from storybank.search.marks import Stem, holds
from storybank.search.query import Node
from storybank.stories import reading
from storybank.stories.rules import Place

MOST_READ = 2_000
"""The most passages, among those just coded, whose words are read for one search."""
MANY = 500
"""From so many stories on, codings are asked about all at once."""


class FindsWithin(Protocol):
    """Coded passages, to ask and to ask what is there."""

    def look(self, query: Node | None, allow: Collection[int]) -> Hits:
        """As ``index.FindsPassages`` says."""

    def editions(self, story_ids: Collection[int] | None = None) -> dict[int, int]:
        """As ``index.HoldsPassages`` says."""


class Searches(Looks, Protocol):
    """An index of stories with that of their coded passages."""

    @property
    def passages(self) -> FindsWithin:
        """The coded passages."""


def holding(
    session: Session,
    use: Use,
    index: Searches,
    story_ids: Collection[int],
    codes: Collection[int],
    part: Node,
) -> set[int]:
    """Those of these stories in which a passage with one of these codes holds what is asked.

    Raises BadInput where a beginning stands for too many words; NotReady without an index.
    """
    places = _places(session, use, story_ids, codes)
    found = {places[one].story_id for one in index.passages.look(part, places).ids.tolist()}
    lacking = places.keys() - index.passages.editions({place.story_id for place in places.values()})
    unread = [places[one] for one in sorted(lacking) if places[one].story_id not in found]
    return found | _read(session, use, islice(unread, MOST_READ), part, index.stem)


def _places(
    session: Session, use: Use, story_ids: Collection[int], codes: Collection[int]
) -> dict[int, Place]:
    """{coding: its place} of the codings that this use may see."""
    wanted = set(story_ids)
    asked = select(Coding.id, Coding.story_id, Coding.version, Coding.start, Coding.end).where(
        Coding.code_id.in_(codes)
    )
    some = (
        [asked.where(seen_throughout(use))]
        if len(wanted) > MANY
        else [asked.where(Coding.story_id.in_(ids), seen(use)) for ids in slices(wanted)]
    )
    return {
        row[0]: Place(*row[1:])
        for query in some
        for row in session.execute(query)
        if row[1] in wanted
    }


def _read(session: Session, use: Use, places: Iterable[Place], part: Node, stem: Stem) -> set[int]:
    return {
        excerpt.story_id
        for excerpt in reading.excerpts(session, use, places)
        if holds(part, excerpt.words, stem)
    }
