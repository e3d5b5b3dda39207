"""Gathering what coders did, for comparing: whose codings on which stories count, and which not.

A coder has coded a story of a round when they said that they had finished it, whether or not
they put a code on; without a round, when they put one on or finished it in some round. In a
blind round only what stood at that moment counts, for they could see the others' codes since.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.agreement.units import Kept, kept
from storybank.codebook.models import Code
from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.coding.seeing import allowed, blind, seen
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.errors import BadInput, NotFound
from storybank.people.models import Account
from storybank.stories import masking
from storybank.stories.canon import blocks_from
from storybank.stories.models import Story, StoryVersion

MOST = 1_000
"""With more stories than this a sample of them is compared, always the same one."""
SEED = 1971


@dataclass(frozen=True)
class Scope:
    """What is compared: a round, or else coders on all the stories they share."""

    round_id: int | None = None
    coder_ids: tuple[int, ...] = ()
    """These only; all of the round where none is named."""
    story_ids: tuple[int, ...] = ()
    """These only; all where none is named."""


@dataclass(frozen=True)
class Mark:
    """A coding as it is compared: a code put on a stretch (code points) by one coder."""

    id: int
    coder: int
    code: int
    start: int
    end: int


@dataclass(frozen=True)
class CodedStory:
    """A story that two coders or more have coded."""

    id: int
    version: int
    coders: tuple[int, ...]
    kept: Kept
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True)
class Material:
    """All that is compared, and what was left out and why."""

    coders: Mapping[int, str]
    stories: list[CodedStory]
    alone: int
    """Stories that only one of the coders has coded."""
    unfinished: int
    """Stories of the round that none of the coders has finished."""
    veiled: int
    """Stories that the person asking is still to code blind."""
    late: int
    """Codings that came or went after their coder had finished blind; they make no difference."""
    sampled: int = 0
    """How many stories there are, where only ``MOST`` of them, drawn by chance, are compared."""


Times = dict[int, dict[int, datetime | None]]
"""{story id: {coder: the moment that counts; None for now}}."""


def gather(session: Session, use: Use, scope: Scope) -> Material:
    """Raises NotFound where the round is not there, BadInput where fewer than two coders are."""
    every: set[int] | None = None
    if scope.round_id:
        times, every = _in_round(session, use, scope)
    else:
        times = _anywhere(session, use, scope)
    unfinished = len(every - set(times)) if every else 0
    if scope.story_ids:
        times = {number: row for number, row in times.items() if number in scope.story_ids}
    veiled = _veiled(session, use, every)
    for number in veiled:
        times.pop(number, None)
    shared = {number: row for number, row in times.items() if len(row) > 1}
    every_shared = len(shared)
    if every_shared > MOST:
        drawn = random.Random(SEED).sample(sorted(shared), MOST)
        shared = {number: shared[number] for number in sorted(drawn)}
    stories = _stories(session, use, shared)
    late = _put_marks(session, use, shared, stories)
    named = {coder for row in times.values() for coder in row} | set(scope.coder_ids)
    return Material(
        _names(session, named), list(stories.values()),
        len(times) - every_shared, unfinished, len(veiled), late,
        every_shared if every_shared > MOST else 0,
    )  # fmt: skip


def _in_round(session: Session, use: Use, scope: Scope) -> tuple[Times, set[int]]:
    one = session.get(CodingRound, scope.round_id)
    if one is None:
        raise NotFound("There is no such round.")
    rows = session.execute(
        select(Assignment.story_id, Assignment.account_id, Assignment.finished_at)
        .where(
            Assignment.round_id == scope.round_id,
            permits(use, Assignment.story_id),
        )
        .order_by(Assignment.story_id, Assignment.account_id)
    )
    times: Times = {}
    every = set()
    for story_id, coder, at in rows:
        if scope.coder_ids and coder not in scope.coder_ids:
            continue
        every.add(story_id)
        if at is not None:
            times.setdefault(story_id, {})[coder] = at if one.blind else None
    return times, every


def _anywhere(session: Session, use: Use, scope: Scope) -> Times:
    if len(scope.coder_ids) < 2:
        raise BadInput("Choose a round, or two coders or more.")
    times: Times = {}
    coded = (
        select(Coding.story_id, Coding.coder_id)
        .join(Story, sa.and_(Story.id == Coding.story_id, _current()))
        .where(
            Coding.coder_id.in_(scope.coder_ids),
            seen(use),
        )
        .distinct()
    )
    finished = select(Assignment.story_id, Assignment.account_id).where(
        Assignment.account_id.in_(scope.coder_ids),
        Assignment.finished_at.is_not(None),
        permits(use, Assignment.story_id),
    )
    for query in (coded, finished):
        for story_id, coder in session.execute(query):
            times.setdefault(story_id, {})[coder] = None
    return dict(sorted(times.items()))


def _veiled(session: Session, use: Use, among: set[int] | None) -> set[int]:
    """What the person asking is still to code blind: of a round, or (None) of all there is, so
    that the number says nothing of what others did."""
    if use.actor.account_id is None:
        return set()
    still = set(
        session.scalars(select(Story.id).where(blind(use, Story.id), permits(use, Story.id)))
    )
    return still if among is None else still & among


def _stories(session: Session, use: Use, times: Times) -> dict[int, CodedStory]:
    closed = masking.closed_parts(session, use, list(times))
    found: dict[int, CodedStory] = {}
    for ids in slices(sorted(times)):
        rows = session.execute(
            select(Story.id, Story.current_version, StoryVersion.blocks)
            .join(
                StoryVersion,
                sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
            )
            .where(Story.id.in_(ids), permits(use, Story.id))
            .order_by(Story.id)
        )
        for number, version, blocks in rows:
            paragraphs = [(block.start, block.end) for block in blocks_from(blocks)]
            found[number] = CodedStory(
                number, version, tuple(sorted(times[number])),
                kept(paragraphs, closed.get((number, version), ())),
            )  # fmt: skip
    return found


def _put_marks(session: Session, use: Use, times: Times, stories: Mapping[int, CodedStory]) -> int:
    """Put the codings that count on their stories; how many do not count any more or yet."""
    merged = _merged(session)
    late = 0
    for ids in slices(sorted(stories)):
        rows = session.execute(
            select(
                Coding.id, Coding.story_id, Coding.start, Coding.end, Coding.code_id,
                Coding.coder_id, Coding.made_at, Coding.removed_at,
            )
            .join(Story, sa.and_(Story.id == Coding.story_id, _current()))
            .where(Coding.story_id.in_(ids), allowed(use))
            .order_by(Coding.story_id, Coding.start, Coding.end, Coding.id)
        )  # fmt: skip
        for number, story_id, start, end, code, coder, made, removed in rows:
            if coder not in times[story_id]:
                continue
            until = times[story_id][coder]
            stands = removed is None
            if until is not None:
                stood = made <= until and (removed is None or removed > until)
                late += stood != stands
                stands = stood
            if stands:
                mark = Mark(number, coder, merged.get(code, code), start, end)
                stories[story_id].marks.append(mark)
    return late


def _merged(session: Session) -> dict[int, int]:
    """{a code that was merged: the code it ended in}."""
    into = dict(
        session.execute(
            select(Code.id, Code.merged_into_id).where(Code.merged_into_id.is_not(None))
        ).all()
    )
    found = {}
    for code in into:
        last, seen = code, {code}
        while (following := into.get(last)) is not None and following not in seen:
            last = following
            seen.add(last)
        found[code] = last
    return found


def _names(session: Session, account_ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(
        select(Account.id, Account.name).where(Account.id.in_(sorted(account_ids)))
    )
    names = dict(sorted(rows.all(), key=lambda row: (row[1], row[0])))
    # Two people of one name are told apart by their numbers.
    twice = [name for name in names.values() if list(names.values()).count(name) > 1]
    return {
        number: f"{name} ({number})" if name in twice else name for number, name in names.items()
    }


def _current() -> sa.ColumnElement[bool]:
    return Coding.version == Story.current_version
