"""How many took part, by group and from where they speak; small counts are not told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.meetings.kinds import SENTENCES, kind_of
from storybank.meetings.models import Group, Participant, Response
from storybank.synthesis.answer_rules import FEW, told
from storybank.workshops.models import Workshop

MODES = {"room": "in the room", "online": "online", "phone": "by phone", "mixed": "room and online"}


@dataclass(frozen=True)
class TookPart:
    """Counts of people as they are told outside the team."""

    groups: tuple[tuple[str, str, str], ...]
    """(name, how they took part, how many)."""
    kinds: tuple[tuple[str, str], ...]
    """(from where they speak, how many)."""
    total: str
    """How many in all; blank where that would tell a count that is hidden."""
    answers: int
    """Answers that were let through."""
    written: int
    """How many of them came on paper or through somebody who wrote for others."""
    gone: bool
    """The people's own rows are wiped by now."""


def took_part(session: Session, workshop: Workshop) -> TookPart:
    """Who took part in a workshop, in three queries."""
    groups = session.scalars(
        select(Group)
        .where(Group.workshop_id == workshop.id, Group.removed_at.is_(None))
        .order_by(Group.position, Group.id)
    ).all()
    of_group: Counter[int | None] = Counter()
    of_kind: Counter[str | None] = Counter()
    for group_id, kind, count in session.execute(
        select(Participant.group_id, Participant.kind, sa.func.count())
        .where(Participant.workshop_id == workshop.id)
        .group_by(Participant.group_id, Participant.kind)
    ):
        of_group[group_id] += count
        of_kind[kind] += count
    captured: Counter[str] = Counter()
    for how, count in session.execute(
        select(Response.captured, sa.func.count())
        .where(Response.workshop_id == workshop.id, Response.status == "shown")
        .group_by(Response.captured)
    ):
        captured[how] += count
    total = of_group.total()
    tells = _tells_nothing(of_group.values()) and _tells_nothing(of_kind.values())
    names = [(kind, sentence) for kind, sentence in SENTENCES.items() if of_kind[kind.value]]
    unsaid = sum(count for kind, count in of_kind.items() if kind_of(kind) is None)
    return TookPart(
        tuple((one.name, MODES.get(one.mode, one.mode), told(of_group[one.id])) for one in groups),
        (
            *((sentence, told(of_kind[kind.value])) for kind, sentence in names),
            *([("They did not say", told(unsaid))] if unsaid else []),
        ),
        total=told(total) if tells and total else "",
        answers=captured.total(),
        written=captured.total() - captured["self"],
        gone=workshop.wiped_at is not None,
    )


def _tells_nothing(counts: Iterable[int]) -> bool:
    """Would the sum of these leave the hidden ones hidden? One alone could be worked out."""
    return sum(1 for count in counts if 0 < count < FEW) != 1
