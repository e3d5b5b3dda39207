"""How what was learnt and what cue phrases found become the few suggestions of a sentence.

Pure: numbers in, numbers out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from storybank.suggest.suggester import Proposal, Span

SHOWN = 3
"""At most so many codes are suggested for a sentence, besides those whose meaning is to check."""
FLOOR = 0.25
"""None less likely than this."""
UNHEARD = 0.5
"""Nor than this, where hardly anybody has answered about a code and no cue phrase of it stands
there: what the codebook alone makes likely is often wrong."""


@dataclass(frozen=True)
class Knowing:
    """What is known of the codes a model knows, by their numbers."""

    held_back: Collection[int] = ()
    """Too seldom right so far to be suggested."""
    sure: Collection[int] = ()
    """Confirmed often enough for their chance to be told as a figure."""
    told: Collection[int] = ()
    """Answered often enough for what was learnt to rule over the bare cue phrase."""


def weigh(
    place: Span,
    chances: Mapping[int, float],
    cues: Sequence[Proposal],
    knowing: Knowing,
    shown: int = SHOWN,
    floor: float = FLOOR,
) -> list[Proposal]:
    """What to suggest for one sentence: by rank, and then what is to be checked.

    ``chances`` are those of codes that are likely enough, or that a cue was found for; ``cues``
    what cue phrases propose. A cue that is to be checked is never told as likely.
    """
    found = {one.code_id: one for one in cues if one.code_id not in knowing.held_back}
    doubtful = {code for code, one in found.items() if one.check_meaning}
    likely = [
        code
        for code in {*chances, *found}
        if code not in knowing.held_back
        and code not in doubtful
        and _may_be_shown(code, chances.get(code, 0.0), code in found, knowing, floor)
    ]
    likely.sort(key=lambda code: (-chances.get(code, floor), code))
    made = [
        _proposal(place, code, chances.get(code), found.get(code), knowing, rank)
        for rank, code in enumerate(likely[:shown], 1)
    ]
    made += [
        replace(found[code], chance=None, score=0.0, rank=rank)
        for rank, code in enumerate(sorted(doubtful), len(made) + 1)
    ]
    return made


def _may_be_shown(code: int, chance: float, cue: bool, knowing: Knowing, floor: float) -> bool:
    if code in knowing.told:
        return chance >= floor
    return cue or chance >= UNHEARD


def _proposal(
    place: Span, code: int, chance: float | None, cue: Proposal | None, knowing: Knowing, rank: int
) -> Proposal:
    told = cue or Proposal(*place, code, (), False, 0.0)
    if chance is None:  # a code that is newer than what was learnt
        return replace(told, score=FLOOR, rank=rank)
    figure = round(chance, 4) if code in knowing.sure else None
    return replace(told, score=round(chance, 4), chance=figure, rank=rank, learned=True)


def together(places: Sequence[Span]) -> tuple[Span, ...]:
    """These places in order, those that touch or overlap as one."""
    made: list[Span] = []
    for start, end in sorted(places):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return tuple(made)
