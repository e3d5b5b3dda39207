"""How often suggestions are right, and how much they miss: overall and for each code.

From answers: of what people looked at, how much was right; and of what they put on in the end,
how much had been suggested. Both are led by what the machine chose to show. From the blind
sample: the same two of sentences that a lot chose and a person coded in full without seeing a
suggestion. Only those tell what the machine misses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from storybank.suggest.evidence import Answer, Sample
from storybank.suggest.shares import Share, of_stories


@dataclass(frozen=True)
class Four:
    """The four shares, of all codes or of one."""

    answered: Share
    """Of what people answered, how much was right (precision)."""
    found: Share
    """Of what they put on, how much had been suggested (recall, and an upper guess)."""
    drawn: Share
    """Of what would have been suggested for sentences drawn by lot, how much was right."""
    missed: Share
    """Of what people found in those, how much would have been suggested (recall)."""


@dataclass(frozen=True)
class Figures:
    """All of it."""

    every: Four
    codes: Mapping[int, Four]
    """By code, those that somebody said something of."""
    sentences: int
    """Drawn by lot and coded in full."""
    heard: int
    """Of these, those for which the machine was asked."""
    empty: int
    """Of these, those to which no code applies."""
    quiet: int
    """Of the empty ones, those for which the machine would have suggested nothing."""


Counts = tuple[Counter[tuple[int, int]], Counter[tuple[int, int]]]
"""How many were right, and of how many, by (code, story)."""


def figures(
    answers: Iterable[Answer], added: Mapping[tuple[int, int], int], samples: Sequence[Sample]
) -> Figures:
    """Count and divide."""
    answers = list(answers)
    right = Counter([(one.code, one.story) for one in answers if one.right])
    said = right, Counter([(one.code, one.story) for one in answers])
    kept = right, right + Counter(added)
    heard = [one for one in samples if one.heard]
    hits = Counter(
        (code, one.story) for one in heard for code in one.suggested if code in one.found
    )
    drawn = hits, Counter((code, one.story) for one in heard for code in one.suggested)
    there = hits, Counter((code, one.story) for one in heard for code in one.found)
    every = (said, kept, drawn, there)
    codes = sorted({code for _, of in every for code, _ in of})
    by_code = [_by_code(counts) for counts in every]
    empty = [one for one in heard if not one.found]
    return Figures(
        Four(*(of_stories(_by_story(counts)) for counts in every)),
        {code: Four(*(of_stories(one.get(code, ())) for one in by_code)) for code in codes},
        len(samples), len(heard), len(empty), sum(not one.suggested for one in empty),
    )  # fmt: skip


def _by_story(counts: Counts) -> list[tuple[int, int]]:
    found: dict[int, list[int]] = {}
    right, of = counts
    for at, many in of.items():
        cell = found.setdefault(at[1], [0, 0])
        cell[0] += right[at]
        cell[1] += many
    return [(one, many) for one, many in found.values()]


def _by_code(counts: Counts) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    right, of = counts
    for at, many in of.items():
        found.setdefault(at[0], []).append((right[at], many))
    return found
