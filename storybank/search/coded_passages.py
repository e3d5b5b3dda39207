"""Keeps the index of coded passages in step with the codings that stand on words it may hold."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding.models import Coding
from storybank.coding.seeing import seen, seen_throughout
from storybank.consent.rules import Purpose, Use
from storybank.db import slices
from storybank.people.rules import MACHINE
from storybank.search.index import HoldsPassages, Passage
from storybank.stories import reading

SLICE = 200
"""How many stories are read at a time."""

Places = dict[int, Passage]
"""Passages without their words, by coding."""


def keep(
    session: Session,
    held: HoldsPassages,
    story_ids: Collection[int] | None,
    stories: Mapping[int, int],
) -> None:
    """Hold the passages of these stories, or of all: those whose story is in ``stories``, which
    says its edition; and of no other."""
    there = held.editions(story_ids)
    wanted = _wanted(session, stories)
    gone = [coding for coding in there if _edition(wanted.get(coding)) != there[coding]]
    if gone:
        held.forget(gone)
    lacking = {
        coding: place for coding, place in wanted.items() if there.get(coding) != place.edition
    }
    if lacking:
        held.put(_with_words(session, lacking))


def strays(session: Session, held: HoldsPassages) -> set[int]:
    """The stories of which a passage is held that should not be."""
    use = _indexing()
    may = set(session.scalars(select(Coding.id).where(seen_throughout(use))))
    return {story_id for coding, story_id in held.stories().items() if coding not in may}


def _edition(passage: Passage | None) -> int | None:
    return passage.edition if passage else None


def _wanted(session: Session, stories: Mapping[int, int]) -> Places:
    use, found = _indexing(), {}
    for ids in slices(stories):
        rows = session.execute(
            select(
                Coding.id, Coding.story_id, Coding.version, Coding.start, Coding.end, Coding.code_id
            ).where(Coding.story_id.in_(ids), seen(use))
        )
        for row in rows:
            said = repr((stories[row.story_id], *row[2:])).encode()
            edition = zlib.crc32(said) & 0x7FFF_FFFF
            place = row.version, row.start, row.end
            found[row.id] = Passage(row.id, edition, row.story_id, *place, row.code_id, "")
    return found


def _with_words(session: Session, places: Places) -> Iterator[Passage]:
    """The same with their words, masked as the whole story is; without those of an old version."""
    use = _indexing()
    by_story: dict[int, list[Passage]] = {}
    for place in places.values():
        by_story.setdefault(place.story_id, []).append(place)
    for ids in slices(sorted(by_story), SLICE):
        for story in reading.stories(session, use, ids):
            for place in by_story[story.story_id]:
                if place.version == story.version:
                    yield place._replace(text=story.text[place.start : place.end])


def _indexing() -> Use:
    return Use.claim(MACHINE, Purpose.INDEX, now())
