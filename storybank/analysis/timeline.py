"""When codings were made, and by whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.analysis.codings import Chosen, columns
from storybank.analysis.saying import counted
from storybank.coding.models import Coding
from storybank.consent.rules import Use
from storybank.web.tables import Cell, Table

DAYS, WEEKS = 45, 400
"""Up to so many days each has a bar of its own; up to so many, each week has; then each month."""
EPOCH = date(1970, 1, 1)


class Each(StrEnum):
    """What one bar stands for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def starts(self) -> Callable[[date], date]:
        """The first day of the stretch a day is in; weeks begin on Monday."""
        return {
            Each.DAY: lambda day: day,
            Each.WEEK: lambda day: day - timedelta(days=day.weekday()),
            Each.MONTH: lambda day: day.replace(day=1),
        }[self]

    def next(self, first: date) -> date:
        """The first day of the stretch after this one."""
        if self is Each.MONTH:
            return (first + timedelta(days=32)).replace(day=1)
        return first + timedelta(days=1 if self is Each.DAY else 7)


@dataclass(frozen=True)
class Timeline:
    """How many codings that stand now each coder made in each stretch of days, in UTC.

    ``counts`` has as many numbers for each coder as ``starts`` has days.
    """

    each: Each
    starts: tuple[date, ...]
    counts: dict[int, tuple[int, ...]]

    @property
    def all(self) -> tuple[int, ...]:
        return tuple(map(sum, zip(*self.counts.values(), strict=True)))


def timeline(session: Session, use: Use, chosen: Chosen) -> Timeline:
    """Count codings by coder and day, week or month, whichever suits how long it took."""
    days, coders = columns(session, use, chosen, (_day(session), Coding.coder_id))
    if not days:
        return Timeline(Each.DAY, (), {})
    first, last = (EPOCH + timedelta(days=number) for number in (min(days), max(days)))
    span = (last - first).days
    each = Each.DAY if span <= DAYS else Each.WEEK if span <= WEEKS else Each.MONTH
    starts = [each.starts(first)]
    while (after := each.next(starts[-1])) <= last:
        starts.append(after)
    place = {start: number for number, start in enumerate(starts)}
    made: dict[int, list[int]] = {}
    for (day, coder), count in Counter(zip(days, coders, strict=True)).items():
        start = each.starts(EPOCH + timedelta(days=day))
        made.setdefault(coder, [0] * len(starts))[place[start]] += count
    order = sorted(made, key=lambda coder: (-sum(made[coder]), coder))
    return Timeline(each, tuple(starts), {coder: tuple(made[coder]) for coder in order})


def as_table(found: Timeline, names: Mapping[int, str]) -> Table:
    heads = (f"{found.each.value.capitalize()} from", *(names[c] for c in found.counts), "All")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (start.isoformat(), *(counts[i] for counts in found.counts.values()), found.all[i])
        for i, start in enumerate(found.starts)
        if found.all[i]
    )
    return Table("Coding over time", finding(found, names), heads, rows)


def finding(found: Timeline, names: Mapping[int, str]) -> str:
    """What the figures show, in one sentence."""
    if not found.starts:
        return "Nothing has been coded yet."
    every = found.all
    top = max(range(len(every)), key=lambda i: every[i])
    when = said(found.starts[top])
    busiest = {
        Each.DAY: f"on {when}", Each.WEEK: f"in the week from {when}",
        Each.MONTH: f"in {found.starts[top]:%B %Y}",
    }[found.each]  # fmt: skip
    people = counted(len(found.counts), "coder")
    of = f"{every[top]:,} of {counted(sum(every), 'coding')} by {people}"
    return f"Most was coded {busiest}: {of}."


def said(day: date) -> str:
    """``5 March 2026``."""
    return f"{day.day} {day:%B %Y}"


def _day(session: Session) -> Any:
    """The number of days from the beginning of 1970 to when a coding was made."""
    if session.get_bind().dialect.name == "sqlite":
        return sa.cast(sa.func.julianday(Coding.made_at) - 2440587.5, sa.Integer)
    return sa.cast(sa.func.floor(sa.extract("epoch", Coding.made_at) / 86400), sa.Integer)
