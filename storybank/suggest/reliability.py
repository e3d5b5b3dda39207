"""Do chances mean what they say? Of suggestions with a chance, the share that was right; and the
same by the place a suggestion had in its list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storybank.suggest.evidence import Answer, Sample
from storybank.suggest.shares import Share, of_stories

TENTHS = 10
MOST_RANKS = 5


@dataclass(frozen=True)
class Bin:
    """Suggestions whose chance lay between two tenths."""

    low: float
    high: float
    mean: float
    """The mean of their chances."""
    share: Share


@dataclass(frozen=True)
class Series:
    """One kind of answers."""

    name: str
    says: str
    bins: Sequence[Bin]

    @property
    def of(self) -> int:
        return sum(one.share.of for one in self.bins)

    @property
    def error(self) -> float | None:
        """The mean distance between chance and share, each bin by its answers; None without."""
        if not self.of:
            return None
        gaps = (abs(one.share.right - one.mean * one.share.of) for one in self.bins)
        return sum(gaps) / self.of


Said = tuple[int, float, bool]
"""(story, chance, right)."""


def series(answers: Iterable[Answer], samples: Iterable[Sample]) -> list[Series]:
    """Answers to suggestions that a lot chose; the blind sample; and all other answers."""
    lot: list[Said] = []
    rest: list[Said] = []
    for one in answers:
        if one.chance is not None:
            (lot if one.drawn else rest).append((one.story, one.chance, one.right))
    blind = [
        (one.story, one.chances[code], code in one.found)
        for one in samples
        if one.heard
        for code in one.suggested
    ]
    return [
        Series("Drawn by lot", "Suggestions that were shown because a lot fell on them. Only "
               "these, and the blind sample, are not led by what was chosen to be shown.",
               bins(lot)),
        Series("Blind sample", "What would have been suggested for sentences that a person coded "
               "in full without seeing it.", bins(blind)),
        Series("Other answers", "Chosen for being likely, or for what they would teach. These "
               "may flatter the machine or slight it.", bins(rest)),
    ]  # fmt: skip


def bins(said: Iterable[Said]) -> list[Bin]:
    """By tenths of chance; those without an answer are left out."""
    cells: dict[int, list[Said]] = {}
    for one in said:
        cells.setdefault(min(int(one[1] * TENTHS), TENTHS - 1), []).append(one)
    return [
        Bin(
            cell / TENTHS,
            (cell + 1) / TENTHS,
            sum(chance for _, chance, _ in cells[cell]) / len(cells[cell]),
            _share((story, right) for story, _, right in cells[cell]),
        )
        for cell in sorted(cells)
    ]


def ranks(answers: Iterable[Answer]) -> list[tuple[int, Share]]:
    """By place in the list of its sentence, the likeliest first."""
    found: dict[int, list[tuple[int, bool]]] = {}
    for one in answers:
        if one.rank is not None:
            found.setdefault(min(one.rank, MOST_RANKS), []).append((one.story, one.right))
    return [(rank, _share(found[rank])) for rank in sorted(found)]


def _share(said: Iterable[tuple[int, bool]]) -> Share:
    by_story: dict[int, list[int]] = {}
    for story, right in said:
        cell = by_story.setdefault(story, [0, 0])
        cell[0] += right
        cell[1] += 1
    return of_stories((right, of) for right, of in by_story.values())
