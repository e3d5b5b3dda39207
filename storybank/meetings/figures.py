"""Pictures of answers that can be counted: stances, a scale, dots, a ranking. Figures stand in
the same table as the bars, and a sentence says what they show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.meetings.answer_rules import Stance
from storybank.meetings.models import Prompt, Response

COUNTED = ("shown", "waiting")
"""A number or a dot holds no words that somebody would have to read first."""


@dataclass(frozen=True)
class Bar:
    """One line of a picture."""

    label: str
    count: int
    share: int
    """How long its bar is, in per cent of the longest that there can be."""
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture of the answers to one question."""

    title: str
    finding: str
    unit: str
    """What the counts are of: people, dots or points."""
    bars: tuple[Bar, ...]
    people: int
    """How many answers it is made of."""


def figure(
    session: Session, prompt: Prompt, groups: Sequence[int | None] | None = None
) -> Figure | None:
    """The picture of a question's answers, of some groups or all; None for open text."""
    where = [Response.prompt_id == prompt.id, Response.status.in_(COUNTED)]
    if groups is not None:
        where.append(_in_groups(groups))
    if prompt.kind == "same":
        return stances(_counted(session, Response.stance, where))
    if prompt.kind == "scale":
        return scale(prompt.options, _counted(session, Response.value, where))
    if prompt.kind in ("dots", "rank"):
        given = [one or {} for one in session.scalars(select(Response.choices).where(*where))]
        made = dots if prompt.kind == "dots" else ranking
        return made(prompt.options, given)
    return None


def stances(counts: Mapping[str, int]) -> Figure:
    """{stance: how many people} as a picture."""
    total = sum(counts.get(one.value, 0) for one in Stance)
    bars = tuple(
        Bar(one.sentence, counts.get(one.value, 0), _share(counts.get(one.value, 0), total))
        for one in Stance
    )
    return Figure("Same or different", _most(bars, total, "people"), "people", bars, total)


def scale(ends: Sequence[str], counts: Mapping[int, int]) -> Figure:
    """{1 to 5: how many people} as a picture, with the middle answer (the median)."""
    total = sum(counts.get(value, 0) for value in range(1, 6))
    notes = {1: ends[0] if ends else "", 5: ends[1] if len(ends) > 1 else ""}
    bars = tuple(
        Bar(str(value), counts.get(value, 0), _share(counts.get(value, 0), total),
            notes.get(value, ""))
        for value in range(1, 6)
    )  # fmt: skip
    if not total:
        return Figure("From 1 to 5", "Nobody has answered yet.", "people", bars, 0)
    high = sum(counts.get(value, 0) for value in (4, 5))
    low = sum(counts.get(value, 0) for value in (1, 2))
    finding = f"{high} of {total} chose 4 or 5, and {low} chose 1 or 2. {_middle(counts, total)}"
    return Figure("From 1 to 5", finding, "people", bars, total)


def dots(options: Sequence[str], given: Iterable[Mapping[str, int]]) -> Figure:
    """Dots put on choices, each answer {number of the choice: dots}, the most first."""
    people = [one for one in given if one]
    counts = _summed(options, people)
    total = sum(counts.values())
    bars = tuple(
        Bar(options[place], counts[place], _share(counts[place], total))
        for place in sorted(counts, key=lambda place: (-counts[place], place))
    )
    return Figure("Dots", _most(bars, total, "dots"), "dots", bars, len(people))


def ranking(options: Sequence[str], given: Iterable[Mapping[str, int]]) -> Figure:
    """Choices put in order, each answer {number of the choice: rank from 1}. Of five choices the
    first gets five points and the last one (a Borda count); those not ranked get none."""
    people = [one for one in given if one]
    most = len(options)
    counts = _summed(
        options, [{key: most + 1 - rank for key, rank in one.items()} for one in people]
    )
    firsts = Counter(key for one in people for key, rank in one.items() if rank == 1)
    bars = tuple(
        Bar(
            options[place], counts[place], _share(counts[place], most * len(people)),
            f"put first by {firsts[str(place + 1)]}",
        )
        for place in sorted(counts, key=lambda place: (-counts[place], place))
    )  # fmt: skip
    return Figure("In order", _most(bars, len(people), "points"), "points", bars, len(people))


def _summed(options: Sequence[str], given: Iterable[Mapping[str, int]]) -> dict[int, int]:
    counts = dict.fromkeys(range(len(options)), 0)
    for one in given:
        for key, number in one.items():
            place = int(key) - 1 if key.isascii() and key.isdigit() else -1
            if place in counts and number > 0:
                counts[place] += number
    return counts


def _most(bars: Sequence[Bar], total: int, unit: str) -> str:
    if not total or not bars:
        return "Nobody has answered yet."
    top = max(bar.count for bar in bars)
    names = [f"“{bar.label}”" for bar in bars if bar.count == top]
    if len(names) == len(bars) and len(bars) > 1:
        return "All have the same."
    return f"{' and '.join(names)} {'has' if len(names) == 1 else 'have'} most: {top} {unit}."


def _middle(counts: Mapping[int, int], total: int) -> str:
    reached, half = 0, (total + 1) // 2
    for value in range(1, 6):
        reached += counts.get(value, 0)
        if reached >= half:
            return f"The middle answer is {value}."
    return ""


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _counted(session: Session, column: object, where: list[sa.ColumnElement[bool]]) -> dict:
    rows = session.execute(select(column, sa.func.count()).where(*where).group_by(column))  # type: ignore[call-overload]
    return {value: number for value, number in rows if value is not None}


def _in_groups(groups: Sequence[int | None]) -> sa.ColumnElement[bool]:
    some = Response.group_id.in_([one for one in groups if one is not None])
    return sa.or_(some, Response.group_id.is_(None)) if None in groups else some
