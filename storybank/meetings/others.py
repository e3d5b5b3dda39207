"""What others answered, once a question was revealed; before that, nothing at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.meetings import answering
from storybank.meetings.answer_rules import Stance
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


def others(session: Session, prompt: Prompt, most: int | None = None) -> Others | None:
    """What all answered to a question; None where it was not revealed."""
    if prompt.revealed_at is None:
        return None
    shown = answering.responses(session, prompt.workshop_id, prompt_id=prompt.id)
    rows = session.execute(
        select(Group.id, Group.name).where(Group.workshop_id == prompt.workshop_id)
    )
    groups = {number: name for number, name in rows}
    written = [one for one in reversed(shown) if one.text]
    said = tuple(
        Said(
            groups.get(one.group_id or 0, ""),
            Stance(one.stance).sentence if one.stance in set(Stance) else "",
            one.text, one.verbatim,
        )
        for one in written[:most]
    )  # fmt: skip
    return Others(said, len(written), len(shown), sums(prompt, shown))


def sums(prompt: Prompt, answers: Sequence[Response]) -> tuple[Sum, ...]:
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
