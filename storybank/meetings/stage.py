"""What a facilitator sees while a workshop runs: where it stands, who is there, what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.meetings import agenda, answering, grouping, running, state, voices
from storybank.meetings.agenda import Agenda
from storybank.meetings.grouping import Mode
from storybank.meetings.kinds import PersonKind, kind_of
from storybank.meetings.models import MeetingState, Participant, Prompt, Segment
from storybank.meetings.running import Started
from storybank.meetings.voices import Voice, Voices
from storybank.workshops.models import Workshop


@dataclass(frozen=True)
class Somebody:
    """One who joined, as the team may know them."""

    name: str
    kind: str
    needs: str


@dataclass(frozen=True)
class Sitting:
    """A group, and who sits in it."""

    name: str
    mode: str
    people: tuple[Somebody, ...]
    capacity: int | None
    where: str


@dataclass(frozen=True)
class Stage:
    """All that stands on the stage's page."""

    workshop: Workshop
    stands: MeetingState
    plan: Agenda
    segment: Segment | None
    before: Segment | None
    after: Segment | None
    prompt: Prompt | None
    next_prompt: Prompt | None
    """The question after the one asked now, in the same part; the part's first where none is."""
    seconds_left: int | None
    sitting: tuple[Sitting, ...]
    kinds: tuple[tuple[str, int], ...]
    people: int
    counts: Voices
    waiting: int
    voices: tuple[Voice, ...]
    pack: Started

    @property
    def answers(self) -> int:
        """How many came, to all questions."""
        return self.counts.of()


def stage(session: Session, use: Use, workshop: Workshop) -> Stage:
    """The stage as it stands now. ``use`` is made before the workshop's audience."""
    stands = state.of(session, workshop.id)
    plan = agenda.agenda(session, workshop.id)
    segments = plan.segments
    at = next((n for n, one in enumerate(segments) if one.id == stands.segment_id), None)
    segment = segments[at] if at is not None else None
    prompt = next((one for one in plan.prompts if one.id == stands.prompt_id), None)
    groups = grouping.groups(session, workshop.id)
    people = session.scalars(
        select(Participant)
        .where(Participant.workshop_id == workshop.id)
        .order_by(Participant.joined_at, Participant.id)
    ).all()
    counts = voices.voices(session, workshop.id)
    sits: Counter[int | None] = Counter(one.group_id for one in people)
    kinds = Counter(kind_of(one.kind) for one in people)
    return Stage(
        workshop, stands, plan, segment,
        segments[at - 1] if at else None,
        segments[at + 1] if at is not None and at + 1 < len(segments) else None,
        prompt, _next(plan, segment, prompt),
        running.seconds_left(stands, now()),
        tuple(
            Sitting(
                group.name, Mode(group.mode).short,
                tuple(_somebody(one) for one in people if one.group_id == group.id),
                group.capacity, group.where,
            )
            for group in groups
        )
        + _loose(people, {group.id for group in groups}),
        tuple((kind.sentence if kind else "Did not say", number)
              for kind, number in sorted(kinds.items(), key=_order)),
        len(people), counts,
        counts.of(status=("waiting",), worded=True),
        tuple(voices.balance(counts, groups, dict(sits))),
        running.pack_now(session, use, workshop),
    )  # fmt: skip


def version(session: Session, use: Use, workshop: Workshop) -> str:
    """What a stage that polls compares: it grows with answers and with people, too."""
    people = session.scalar(select(sa.func.count()).where(Participant.workshop_id == workshop.id))
    told = answering.tally(session, workshop.id)
    return f"{state.version(session, use, workshop)}-{told}-{people}"


def _next(plan: Agenda, segment: Segment | None, prompt: Prompt | None) -> Prompt | None:
    here = [one for one in plan.prompts if segment is None or one.segment_id == segment.id]
    if prompt is None:
        return here[0] if here else None
    after = here[here.index(prompt) + 1 :] if prompt in here else []
    return after[0] if after else None


def _somebody(one: Participant) -> Somebody:
    kind = kind_of(one.kind)
    return Somebody(one.first_name or "", kind.sentence if kind else "", one.access_needs or "")


def _loose(people: Sequence[Participant], known: set[int]) -> tuple[Sitting, ...]:
    some = tuple(_somebody(one) for one in people if one.group_id not in known)
    return (Sitting("In no group", "", some, None, ""),) if some else ()


def _order(line: tuple[PersonKind | None, int]) -> int:
    every = list(PersonKind)
    return every.index(line[0]) if line[0] is not None else len(every)
