"""What others answered, once a question was revealed; before that, nothing at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.meetings.answer_rules import Stance, Status
from storybank.meetings.models import Group, Prompt, Response


@dataclass(frozen=True)
class Said:
    """One answer as everybody may read it."""

    group: str
    stance: str
    text: str
    verbatim: bool


@dataclass(frozen=True)
class Sum:
    """A line of the figures: what it stands for, and how many (people, or dots)."""

    words: str
    number: int


class Figure(NamedTuple):
    """What can be counted of an answer."""

    stance: str | None
    value: int | None
    choices: dict[str, int] | None


@dataclass(frozen=True)
class Others:
    """The answers to one question that were let through."""

    said: tuple[Said, ...]
    """Those with words, the latest first; at most as many as were asked for."""
    words: int
    """How many have words."""
    answers: int
    """How many there are."""
    sums: tuple[Sum, ...]
    """Of stances, a scale, dots or a ranking; of the last, who is first stands first."""


def others_mark(session: Session, prompt: Prompt | None) -> str:
    """Another string when ``others`` would say something else."""
    if prompt is None or prompt.revealed_at is None:
        return ""
    row = session.execute(
        select(
            sa.func.count(), sa.func.max(Response.received_at), sa.func.max(Response.changed_at)
        ).where(*_shown(prompt))
    ).one()
    return f"{prompt.id} {row[0]} {row[1]} {row[2]} {prompt.revealed_at}"


def others(session: Session, prompt: Prompt, most: int | None = None) -> Others | None:
    """What all answered to a question; None where it was not revealed."""
    if prompt.revealed_at is None:
        return None
    counted = select(sa.func.count(), sa.func.sum(sa.case((Response.text != "", 1), else_=0)))
    answers, words = session.execute(counted.where(*_shown(prompt))).one()
    rows = session.execute(
        select(Response.text, Response.stance, Response.verbatim, Group.name)
        .outerjoin(Group, Group.id == Response.group_id)
        .where(*_shown(prompt), Response.text != "")
        .order_by(Response.received_at.desc(), Response.id.desc())
        .limit(most)
    )
    said = tuple(
        Said(name or "", Stance(stance).sentence if stance in set(Stance) else "", text, verbatim)
        for text, stance, verbatim, name in rows
    )
    figures: list[Figure] = []
    if prompt.kind != "open" and answers:
        figures = [
            Figure(*row)
            for row in session.execute(
                select(Response.stance, Response.value, Response.choices).where(*_shown(prompt))
            )
        ]
    return Others(said, int(words or 0), answers, sums(prompt, figures) if answers else ())


def _shown(prompt: Prompt) -> tuple[sa.ColumnElement[bool], ...]:
    return Response.prompt_id == prompt.id, Response.status == Status.SHOWN.value


def sums(prompt: Prompt, answers: Sequence[Figure]) -> tuple[Sum, ...]:
    """The figures of these answers to a question; none for open text."""
    if prompt.kind == "same":
        stances = Counter(one.stance for one in answers)
        return tuple(Sum(one.sentence, stances[one.value]) for one in Stance)
    if prompt.kind == "scale":
        values = Counter(one.value for one in answers)
        ends = [*prompt.options, "", ""]
        words = {1: f"1, {ends[0]}" if ends[0] else "1", 5: f"5, {ends[1]}" if ends[1] else "5"}
        return tuple(Sum(words.get(value, str(value)), values[value]) for value in range(1, 6))
    if prompt.kind not in ("dots", "rank"):
        return ()
    points: Counter[str] = Counter()
    most = len(prompt.options)
    for one in answers:
        for number, put in (one.choices or {}).items():
            # In a ranking the first of five gets five points, the last one.
            points[number] += put if prompt.kind == "dots" else most + 1 - put
    found = [
        Sum(option, points[str(number)]) for number, option in enumerate(prompt.options, start=1)
    ]
    return tuple(sorted(found, key=lambda one: -one.number))
