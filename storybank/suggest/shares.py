"""A share of right ones, and how far it can be trusted: intervals, and words for both. Pure.

Intervals are Wilson's (Wilson, Probable inference, the law of succession, and statistical
inference, 1927), which hold for small numbers and near nought and all. Answers on one story are
alike, so a thousand answers on ten stories say less than a thousand on a thousand: the number of
answers is first divided by the design effect of stories, found from how the share differs between
them (Kish, Survey Sampling, 1965; as Korn & Graubard 1998 do it for intervals of shares).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

Z = 1.959964
"""Nineteen times in twenty."""
FEWEST = 8
"""With fewer answers than this no share is told: it would say more than is known."""
TEN = 10


@dataclass(frozen=True)
class Share:
    """So many right of so many, and the interval their share lies in, 0 to 1."""

    right: int
    of: int
    low: float = 0.0
    high: float = 1.0

    @property
    def told(self) -> bool:
        """Are there enough to tell a share?"""
        return self.of >= FEWEST

    @property
    def value(self) -> float | None:
        return self.right / self.of if self.of else None

    @property
    def words(self) -> str:
        """``about 7 in 10 (between 6 and 8)``, or that there are too few."""
        if not self.told:
            return f"too few to say: {counted(self.of)}"
        low, high = (int(TEN * end + 0.5) for end in (self.low, self.high))
        return in_ten(self.right / self.of) + (f" (between {low} and {high})" if low < high else "")

    @property
    def cells(self) -> tuple[int, int, float | None, float | None, float | None]:
        """Right, of, and where there are enough the share and its interval, in per cent."""
        if not self.told:
            return self.right, self.of, None, None, None
        shown = (round(100 * one, 1) for one in (self.right / self.of, self.low, self.high))
        return (self.right, self.of, *shown)  # type: ignore[return-value]


def in_ten(share: float) -> str:
    """A share as so many in ten."""
    if share >= 1 - 0.5 / TEN:
        return "more than 9 in 10" if share < 1 else "all of them"
    if share < 0.5 / TEN:
        return "fewer than 1 in 10" if share else "none of them"
    return f"about {int(TEN * share + 0.5)} in 10"


def counted(count: int) -> str:
    return "1 answer" if count == 1 else f"{count:,} answers" if count else "no answer"


def share(right: int, of: int, effect: float = 1.0) -> Share:
    """Of answers that stand by themselves, or with a design effect of stories."""
    return Share(right, of, *wilson(right, of, effect))


def of_stories(by_story: Iterable[tuple[int, int]]) -> Share:
    """Of answers that come in stories: (right, of) for each."""
    rows = [(right, of) for right, of in by_story if of]
    right, of = sum(row[0] for row in rows), sum(row[1] for row in rows)
    return share(right, of, design_effect(rows))


def wilson(right: int, of: int, effect: float = 1.0) -> tuple[float, float]:
    """The interval of a share for nineteen samples of twenty; (0, 1) of nothing."""
    if not of:
        return 0.0, 1.0
    n, p = of / effect, right / of
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    reach = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def design_effect(rows: list[tuple[int, int]]) -> float:
    """How many times as many answers it takes because they come in stories; 1 at the least.

    The variance of a ratio over clusters (linearised) over that of as many single answers.
    """
    right, of = sum(row[0] for row in rows), sum(row[1] for row in rows)
    if len(rows) < 2 or right in (0, of):
        return 1.0
    p = right / of
    between = sum((one - p * many) ** 2 for one, many in rows) * len(rows) / (len(rows) - 1)
    return max(1.0, between / (of * p * (1 - p)))
