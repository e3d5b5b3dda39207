"""Figures of agreement as pages show them: what was measured, and the interval it lies in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storybank.agreement.units import Unit

DRAWS = 1000
"""How many times stories are drawn anew for an interval."""
FEWEST = 5
"""With fewer stories than this an interval would say more than is known."""

Pair = tuple[int, int]
"""Two coders, by the numbers of their accounts."""


@dataclass(frozen=True)
class Estimate:
    """A figure and the interval it lies in for nineteen draws of twenty; None: not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Measure(StrEnum):
    """A measure of agreement."""

    ALPHA_U = "alpha_u"
    ALPHA = "alpha"
    COHEN = "cohen"
    FLEISS = "fleiss"
    GWET = "gwet"
    PERCENT = "percent"


@dataclass(frozen=True)
class CodeFigures:
    """How far the coders agree on one code."""

    code: int
    codings: dict[int, int]
    """{coder: how many codings}."""
    by: dict[Measure, Estimate]


@dataclass(frozen=True)
class PairFigures:
    """How far two coders agree, all codes together."""

    pair: Pair
    stories: int
    kappa: Estimate
    percent: Estimate


@dataclass(frozen=True)
class Agreement:
    """All figures of one comparison."""

    unit: Unit
    units: int
    stories: int
    codes: list[CodeFigures]
    overall: dict[Measure, Estimate]
    pairs: list[PairFigures]

    @property
    def head(self) -> Measure:
        """The measure to report: alpha_u where coders cut passages freely."""
        return Measure.ALPHA_U if self.unit is Unit.CHARACTER else Measure.ALPHA
