"""Parts that are kept back: in a whole story they are masked, letter for letter.

The mask is as long as what it hides, so that every place in a story stays where it was.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.permits import kept_back_parts, masked
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.stories.models import Story
from storybank.stories.rules import MASK, Place

Parts = Iterable[tuple[int, int]]
"""(start, end) in code points, end exclusive."""


def closed_parts(
    session: Session, use: Use, story_ids: Collection[int]
) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """{(story id, version): the parts that this use may not see}."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    if not masked(use):
        return found
    for ids in slices(story_ids):
        for story_id, version, start, end in session.execute(kept_back_parts(use, ids)):
            found.setdefault((story_id, version), []).append((start, end))
    return found


def mask(text: str, parts: Parts) -> str:
    """``text`` with these parts hidden; line ends stay, so that paragraphs do."""
    letters = list(text) if parts else []
    for start, end in parts:
        for at in range(start, min(end, len(letters))):
            if letters[at] != "\n":
                letters[at] = MASK
    return "".join(letters) if parts else text


def merged(parts: Parts) -> list[tuple[int, int]]:
    """The same parts with those that touch made one, in order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def meets(place: Place, parts: Parts) -> bool:
    return any(place.start < end and start < place.end for start, end in parts)


def editions(session: Session, use: Use, story_ids: Collection[int]) -> dict[int, int]:
    """{story id: a number that tells one masked text from another}, below 2**31.

    It is the version's own number where nothing is masked.
    """
    closed = closed_parts(session, use, story_ids)
    found: dict[int, int] = {}
    for ids in slices(story_ids):
        rows = session.execute(select(Story.id, Story.current_version).where(Story.id.in_(ids)))
        for story_id, version in rows:
            parts = sorted(closed.get((story_id, version), ()))
            masks = zlib.crc32(repr((version, parts)).encode()) & 0x3FFF_FFFF
            found[story_id] = 0x4000_0000 | masks if parts else version
    return found
