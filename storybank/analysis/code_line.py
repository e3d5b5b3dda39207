"""A story's code line: where in the story each code lies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.analysis.saying import counted, listed, quoted
from storybank.coding.models import Coding
from storybank.coding.seeing import seen, seen_throughout
from storybank.coding.showing import Shelf
from storybank.consent.rules import Use
from storybank.stories.models import Story, StoryVersion
from storybank.web.tables import Table, share

Stretch = tuple[int, int]


@dataclass(frozen=True)
class Lane:
    """Where one code lies: stretches in order that do not meet, in code points, and how many
    codings they are made of."""

    code_id: int
    stretches: tuple[Stretch, ...]
    codings: int

    @property
    def letters(self) -> int:
        return sum(end - start for start, end in self.stretches)


@dataclass(frozen=True)
class CodeLine:
    """The lanes of a story, the code that begins first on top."""

    story_id: int
    length: int
    """Of the whole text, in code points."""
    lanes: tuple[Lane, ...]

    @property
    def covered(self) -> int:
        """How many code points carry any code."""
        every = joined([stretch for lane in self.lanes for stretch in lane.stretches])
        return sum(end - start for start, end in every)

    def percent(self, letters: int) -> float:
        """Of the whole text, in per cent with one digit."""
        return round(100 * letters / self.length, 1) if self.length else 0.0


def code_lines(session: Session, use: Use, story_ids: Collection[int]) -> dict[int, CodeLine]:
    """The code line of each of these stories that has a coding the use may see."""
    rows = session.execute(
        select(Coding.story_id, StoryVersion.length, Coding.code_id, Coding.start, Coding.end)
        .join(Story, Story.id == Coding.story_id)
        .join(
            StoryVersion,
            sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
        )
        .where(
            Coding.story_id.in_(list(story_ids)),
            Coding.version == Story.current_version,
            seen(use),
        )
    )
    places: dict[int, dict[int, list[Stretch]]] = {}
    lengths: dict[int, int] = {}
    for story, length, code, start, end in rows:
        lengths[story] = length
        places.setdefault(story, {}).setdefault(code, []).append((start, end))
    return {
        story: CodeLine(story, lengths[story], _lanes(by_code)) for story, by_code in places.items()
    }


def coded_stories(session: Session, use: Use) -> list[int]:
    """The numbers of the stories with a coding that the use may see, in order."""
    return list(
        session.scalars(
            select(Coding.story_id).where(seen_throughout(use)).distinct().order_by(Coding.story_id)
        )
    )


def joined(stretches: Collection[Stretch]) -> tuple[Stretch, ...]:
    """The same letters in as few stretches as can be, in order."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def as_table(found: CodeLine, shelf: Shelf) -> Table:
    rows = tuple(
        (
            shelf.codes[lane.code_id].name, shelf.codes[lane.code_id].key, lane.codings,
            found.percent(lane.stretches[0][0]), found.percent(lane.stretches[-1][1]),
            found.percent(lane.letters),
        )
        for lane in found.lanes
    )  # fmt: skip
    heads = ("Code", "Key", "Codings", "First at (%)", "Last to (%)", "Of the story (%)")
    return Table("Code line", finding(found, shelf), heads, rows)


def finding(found: CodeLine, shelf: Shelf) -> str:
    """What the figures show, in one sentence."""
    if not found.lanes:
        return "No passage of this story carries a code yet."
    most = max(lane.letters for lane in found.lanes)
    widest = [quoted(shelf.codes[one.code_id].name) for one in found.lanes if one.letters == most]
    codes = counted(len(found.lanes), "code")
    lies = "lies" if len(widest) == 1 else "lie"
    return (
        f"{codes} on {share(found.covered, found.length)}% of the story; "
        f"{listed(widest)} {lies} on the most of it, {found.percent(most):g}%."
    )


def _lanes(places: dict[int, list[Stretch]]) -> tuple[Lane, ...]:
    lanes = [Lane(code, joined(there), len(there)) for code, there in places.items()]
    return tuple(
        sorted(lanes, key=lambda lane: (lane.stretches[0][0], -lane.letters, lane.code_id))
    )
