"""How many answers there are to each question, from which group: one look at the table for all
counts of a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.meetings.grouping import Mode
from storybank.meetings.models import Group, Response

FEW = 5
"""Fewer people than this are not counted in public."""


@dataclass(frozen=True)
class Count:
    """So many answers to one question from one group that stand alike."""

    prompt_id: int
    group_id: int | None
    status: str
    worded: bool
    number: int


@dataclass(frozen=True)
class Voices:
    """Every count of a workshop's answers. One that its giver has hidden is in none."""

    counts: tuple[Count, ...]

    def of(
        self,
        prompt_id: int | None = None,
        groups: Collection[int | None] | None = None,
        status: Collection[str] = ("shown", "waiting", "held"),
        worded: bool | None = None,
    ) -> int:
        """How many: to one question or all, from some groups or all, that stand so, with words
        or without."""
        return sum(
            one.number
            for one in self.counts
            if one.status in status
            and (prompt_id is None or one.prompt_id == prompt_id)
            and (groups is None or one.group_id in groups)
            and (worded is None or one.worded == worded)
        )


@dataclass(frozen=True)
class Voice:
    """One group: how many sit in it, how many answers came from it, and its part of all."""

    name: str
    mode: str
    people: int
    answers: int
    share: int
    """Per cent of those of the group with most."""


def voices(session: Session, workshop_id: int) -> Voices:
    """Every count, in one statement."""
    worded = (Response.text != "").label("worded")
    rows = session.execute(
        select(Response.prompt_id, Response.group_id, Response.status, worded, sa.func.count())
        .where(Response.workshop_id == workshop_id, Response.status != "hidden")
        .group_by(Response.prompt_id, Response.group_id, Response.status, worded)
    )
    return Voices(tuple(Count(p, g, s, bool(w), n) for p, g, s, w, n in rows))


def balance(
    found: Voices, groups: Collection[Group], sitting: dict[int | None, int],
    prompt_id: int | None = None,
) -> list[Voice]:  # fmt: skip
    """Who is heard: each group's answers to a question, or to all. Groups in their order; those
    in no group last, where there are any."""
    by_group: Counter[int | None] = Counter()
    for one in found.counts:
        if prompt_id is None or one.prompt_id == prompt_id:
            by_group[one.group_id] += one.number
    total = max(by_group.values(), default=0)
    known = {group.id for group in groups}
    lines = [
        Voice(
            group.name, Mode(group.mode).short, sitting.get(group.id, 0), by_group[group.id],
            _share(by_group[group.id], total),
        )
        for group in groups
    ]  # fmt: skip
    loose = sum(number for key, number in by_group.items() if key not in known)
    sit = sum(number for key, number in sitting.items() if key not in known)
    if loose or sit:
        lines.append(Voice("In no group", "", sit, loose, _share(loose, total)))
    return lines


def few(number: int) -> str:
    """A count as it is told in public: small ones are not told exactly."""
    return str(number) if number >= FEW or number == 0 else f"fewer than {FEW}"


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
