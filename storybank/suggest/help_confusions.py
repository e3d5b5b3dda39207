"""Codes that are taken for one another, or always stand together, or fall into two."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.service import CodeCard
from storybank.coding.models import Coding
from storybank.coding.seeing import counted, seen_throughout
from storybank.consent.rules import Use
from storybank.suggest.evidence import Answer
from storybank.suggest.models import CHANGED, Suggestion

MOST = 300
"""With more coded stories than this a sample of them is looked at, always the same one."""
SEED = 1971
OFTEN, OF = 3, 0.05
"""So often one code was put on for another before it is worth saying, and in such a share of its
answers."""
TOGETHER, NEARLY_ALWAYS = 5, 0.6
"""Two codes to merge stand together on so many passages at least, and on such a share of the rarer
one's."""
MANY, A_THIRD, HARDLY = 20, 0.3, 0.05
"""A code to split has so many passages; two others stand on such a share of them each, and both
at once on hardly any."""


@dataclass(frozen=True)
class Confused:
    """One code was suggested, and people put another on."""

    suggested: int
    put_on: int
    times: int
    of: int
    """How often the first was answered in all."""


@dataclass(frozen=True)
class Alike:
    """Two codes that nearly always stand on the same words."""

    rarer: int
    other: int
    together: int
    of: int
    """Passages of the rarer one."""
    by_different: int
    """Of those together, where one person put one on and another the other, neither both."""


@dataclass(frozen=True)
class Torn:
    """A code that stands with one code here and with another there."""

    code: int
    first: int
    with_first: int
    second: int
    with_second: int
    both: int
    of: int


@dataclass(frozen=True)
class Company:
    """What codes stand together on, in the stories that were looked at."""

    alike: list[Alike]
    torn: list[Torn]
    stories: int
    some: bool
    """There were too many to look at all."""


def confused(
    session: Session, answers: Iterable[Answer], ends: Mapping[int, int]
) -> list[Confused]:
    """Pairs of codes, the most often confused first, from these answers."""
    codes = {one.id: one.code for one in answers}
    every = Counter(codes.values())
    rows = session.execute(
        select(Coding.suggestion_id, Coding.code_id)
        .join(Suggestion, Suggestion.id == Coding.suggestion_id)
        .where(Suggestion.answer == CHANGED)
        .distinct()
    )
    times: Counter[tuple[int, int]] = Counter()
    for number, other in rows:
        code, put_on = codes.get(number or 0), ends.get(other, other)
        if code is not None and code != put_on:
            times[code, put_on] += 1
    found = [
        Confused(*pair, n, every[pair[0]])
        for pair, n in times.items()
        if n >= max(OFTEN, OF * every[pair[0]])
    ]
    return sorted(found, key=lambda one: (-one.times, one.suggested, one.put_on))


def company(
    session: Session, use: Use, ends: Mapping[int, int], cards: Mapping[int, CodeCard]
) -> Company:
    """Codes that stand on exactly the same words."""
    stories = session.scalars(select(Coding.story_id).distinct().order_by(Coding.story_id)).all()
    some = sorted(Random(SEED).sample(stories, MOST)) if len(stories) > MOST else stories
    rows = session.execute(
        select(Coding.story_id, Coding.version, Coding.start, Coding.end, Coding.code_id,
               Coding.coder_id)
        .where(seen_throughout(use), counted(), Coding.story_id.in_(some))
    )  # fmt: skip
    on: dict[tuple[int, int, int, int], dict[int, set[int]]] = defaultdict(dict)
    for story, version, start, end, code, coder in rows:
        code = ends.get(code, code)
        if not cards[code].retired:
            on[story, version, start, end].setdefault(code, set()).add(coder)
    of: Counter[int] = Counter()
    pairs: Counter[tuple[int, int]] = Counter()
    apart: Counter[tuple[int, int]] = Counter()
    for codes in on.values():
        of.update(codes.keys())
        for a, b in combinations(sorted(codes), 2):
            pairs[a, b] += 1
            apart[a, b] += not codes[a] & codes[b]
    return Company(
        _alike(of, pairs, apart), _torn(on.values(), of, pairs), len({at[0] for at in on}),
        len(stories) > MOST,
    )  # fmt: skip


def _alike(
    of: Counter[int], pairs: Counter[tuple[int, int]], apart: Counter[tuple[int, int]]
) -> list[Alike]:
    found = []
    for (a, b), times in pairs.items():
        rarer, other = (a, b) if of[a] <= of[b] else (b, a)
        if times >= TOGETHER and times >= NEARLY_ALWAYS * of[rarer]:
            found.append(Alike(rarer, other, times, of[rarer], apart[a, b]))
    return sorted(found, key=lambda one: (-one.together / one.of, one.rarer, one.other))


def _torn(passages: object, of: Counter[int], pairs: Counter[tuple[int, int]]) -> list[Torn]:
    found = []
    for code, many in of.items():
        if many < MANY:
            continue
        beside = [
            (times, b if a == code else a)
            for (a, b), times in pairs.items()
            if code in (a, b) and times >= A_THIRD * many
        ]
        for (n1, first), (n2, second) in combinations(sorted(beside, reverse=True)[:4], 2):
            both = sum(
                code in codes and first in codes and second in codes
                for codes in passages  # type: ignore[attr-defined]
            )
            if both <= HARDLY * many:
                found.append(Torn(code, first, n1, second, n2, both, many))
                break
    return sorted(found, key=lambda one: (-one.of, one.code))
