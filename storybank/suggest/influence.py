"""What the machine did to the coder: are answers given beside a suggestion those that people give
who read the same sentence without one?

Read without: in a blind round or a first pass of one's own, by what stood when it was finished
and came from no suggestion; or in the blind sample, where every code was looked for. Read with: a
suggestion that somebody else answered. Compared are the same sentence and the same code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.coding.seeing import allowed, blind, seen_throughout
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.people.models import Account
from storybank.stories.models import Story
from storybank.suggest.evidence import Answer, Sample, answered, was_right
from storybank.suggest.models import Suggestion
from storybank.suggest.sample_models import FirstPass
from storybank.suggest.shares import Share, of_stories

MOST = 400
"""With more stories than this a sample of them is compared, always the same one."""
SEED = 1971

Stretch = tuple[int, int]


@dataclass(frozen=True)
class Coder:
    """How far one coder's work came from suggestions."""

    name: str
    codings: int
    suggested: int
    """Of these, codings that came from a suggestion."""
    answered: int
    yes: int


@dataclass(frozen=True)
class Compared:
    """Two readings of the same sentences and codes: how often both, one or none said yes."""

    both: int
    first: int
    second: int
    neither: int
    same: Share
    """How often the two agreed."""
    kappa: float | None
    """Cohen's: how far beyond chance; None where it is not defined."""

    @property
    def of(self) -> int:
        return self.both + self.first + self.second + self.neither


Pair = tuple[int, bool, bool]
"""(story, what the first said, what the second said)."""


def coders(session: Session, use: Use, answers: Iterable[Answer]) -> list[Coder]:
    """Everybody with a coding or an answer that the use may see, by name."""
    made = {
        who: (count, suggested)
        for who, count, suggested in session.execute(
            select(Coding.coder_id, sa.func.count(), sa.func.count(Coding.suggestion_id))
            .where(seen_throughout(use))
            .group_by(Coding.coder_id)
        )
    }
    said: dict[int, list[int]] = {}
    for one in answers:
        cell = said.setdefault(one.who, [0, 0])
        cell[0] += 1
        cell[1] += one.right
    names = session.execute(
        select(Account.id, Account.name).where(Account.id.in_({*made, *said}))
    ).all()
    return [
        Coder(name, *made.get(who, (0, 0)), *said.get(who, (0, 0)))
        for who, name in sorted(names, key=lambda row: (row[1], row[0]))
    ]


def compared(
    session: Session, use: Use, ends: Mapping[int, int], samples: Iterable[Sample]
) -> tuple[Compared, Compared]:
    """(with a suggestion against without one, without against without) on the same sentences and
    codes."""
    readings = _readings(session, use)
    by_place: dict[int, list[Sample]] = {}
    for sample in samples:
        by_place.setdefault(sample.story, []).append(sample)
    stories = {story for story, _ in readings} | set(by_place)
    rows = session.execute(
        select(
            Suggestion.story_id, Suggestion.version, Suggestion.start, Suggestion.end,
            Suggestion.code_id, Suggestion.answered_by, was_right(),
        )
        .join(Story, Story.id == Suggestion.story_id)
        .where(answered(use), Suggestion.version == Story.current_version)
        .order_by(Suggestion.id)
    ).all()  # fmt: skip
    there = sorted({row.story_id for row in rows} & stories)
    if len(there) > MOST:
        there = sorted(Random(SEED).sample(there, MOST))
    chosen = set(there)
    codings = _codings(session, use, readings, there, ends)
    beside: list[Pair] = []
    apart: list[Pair] = []
    readers: dict[int, list[int]] = {}
    for story, who in readings:
        readers.setdefault(story, []).append(who)
    for story, version, start, end, suggested, by, right in rows:
        if story not in chosen:
            continue
        code, place = ends.get(suggested, suggested), (start, end)
        said = {
            one.who: code in one.found
            for one in by_place.get(story, ())
            if one.version == version and meet(place, (one.start, one.end))
        }
        for reader in readers.get(story, ()):
            marks = codings.get((story, reader, code), ())
            said.setdefault(reader, any(meet(place, mark) for mark in marks))
        said.pop(by or 0, None)
        beside += [(story, bool(right), one) for one in said.values()]
        apart += [(story, *two) for two in combinations(said.values(), 2)]
    return _compare(beside), _compare(apart)


def meet(sentence: Stretch, other: Stretch) -> bool:
    """Do they share half of the shorter one, or more?"""
    shared = min(sentence[1], other[1]) - max(sentence[0], other[0])
    return 2 * shared >= min(sentence[1] - sentence[0], other[1] - other[0])


def _readings(session: Session, use: Use) -> dict[tuple[int, int], datetime]:
    """{(story, reader): when they had read it by themselves}."""
    rounds = (
        select(Assignment.story_id, Assignment.account_id, Assignment.finished_at)
        .join(CodingRound, CodingRound.id == Assignment.round_id)
        .where(CodingRound.blind, Assignment.finished_at.is_not(None))
    )
    passes = select(FirstPass.story_id, FirstPass.account_id, FirstPass.done_at)
    found: dict[tuple[int, int], datetime] = {}
    for query, column in ((rounds, Assignment.story_id), (passes, FirstPass.story_id)):
        may: Any = permits(use, column)
        if use.actor.account_id is not None:
            may = sa.and_(may, ~blind(use, column))
        for story, who, at in session.execute(query.where(may)):
            if at is not None:
                found[story, who] = min(at, found.get((story, who), at))
    return found


def _codings(
    session: Session,
    use: Use,
    readings: Mapping[tuple[int, int], datetime],
    stories: Collection[int],
    ends: Mapping[int, int],
) -> dict[tuple[int, int, int], list[Stretch]]:
    """{(story, reader, code): places} as they stood when the reader had finished."""
    found: dict[tuple[int, int, int], list[Stretch]] = {}
    rows = session.execute(
        select(
            Coding.story_id, Coding.coder_id, Coding.code_id, Coding.start, Coding.end,
            Coding.made_at, Coding.removed_at,
        )
        .join(Story, Story.id == Coding.story_id)
        .where(
            Coding.story_id.in_(stories), Coding.suggestion_id.is_(None),
            Coding.version == Story.current_version, allowed(use),
        )
    )  # fmt: skip
    for story, who, code, start, end, made, removed in rows:
        until = readings.get((story, who))
        if until is not None and made <= until and (removed is None or removed > until):
            found.setdefault((story, who, ends.get(code, code)), []).append((start, end))
    return found


def _compare(pairs: list[Pair]) -> Compared:
    both = sum(a and b for _, a, b in pairs)
    first = sum(a and not b for _, a, b in pairs)
    second = sum(b and not a for _, a, b in pairs)
    neither = len(pairs) - both - first - second
    by_story: dict[int, list[int]] = {}
    for story, a, b in pairs:
        cell = by_story.setdefault(story, [0, 0])
        cell[0] += a == b
        cell[1] += 1
    same = of_stories((right, of) for right, of in by_story.values())
    return Compared(both, first, second, neither, same, _kappa(both, first, second, neither))


def _kappa(both: int, first: int, second: int, neither: int) -> float | None:
    # Numpy comes with it: a tenth of a second that nobody else need wait for.
    from storybank.agreement.measures import cohen

    found = float(cohen([[neither, second], [first, both]]))
    return None if found != found else round(found, 3)
