"""Measures of agreement from sums over units, so that samples of stories cost one product.

Every function takes sums whose leading axes are whatever the caller likes (samples, codes) and
returns a figure for each; nan where it is not defined, which is never 1. Values are categories
that stand for nothing but themselves (nominal); for one code they are "not there" and "there".

Sources: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), part C; Cohen 1960;
Fleiss 1971; Gwet 2008, and for units that some coders skipped Gwet 2014, part 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Figures: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sums:
    """What the measures need to know of many units.

    Shapes: (...,) and, with one place for each value, (..., values).
    """

    units: Figures
    """How many were coded by two coders or more."""
    agreeing: Figures
    """For each of these the share of pairs of its coders that agree; their sum."""
    differing: Figures
    """Pairs of coders that differ on a unit, both ways round, over (its coders - 1)."""
    rated: Figures
    """How many units were coded by anybody."""
    shares: Figures
    """For each value the share of a unit's coders that chose it; their sum over all of those."""
    chosen: Figures
    """How often each value was chosen in units of two coders or more."""

    def stacked(self) -> Figures:
        """All of it along one last axis, to be added up and taken apart with ``unstacked``."""
        single = (self.units, self.agreeing, self.differing, self.rated)
        return np.concatenate(
            [np.stack(single, axis=-1), self.shares, self.chosen], axis=-1, dtype=np.float64
        )


def unstacked(stack: Figures) -> Sums:
    values = (stack.shape[-1] - 4) // 2
    return Sums(
        units=stack[..., 0],
        agreeing=stack[..., 1],
        differing=stack[..., 2],
        rated=stack[..., 3],
        shares=stack[..., 4 : 4 + values],
        chosen=stack[..., 4 + values :],
    )


def sums_of(counts: npt.ArrayLike) -> Sums:
    """Sums over the units of a table: units down, values across, coders that chose it inside.

    A unit with one coder says nothing of agreement; what was chosen there counts for what
    Fleiss and Gwet expect of chance, as Gwet has it.
    """
    table = np.asarray(counts, dtype=np.float64)
    coders = table.sum(axis=-1)
    table, coders = table[coders >= 1], coders[coders >= 1]
    rated, shares = np.asarray(float(len(table))), (table / coders[:, None]).sum(axis=0)
    table, coders = table[coders >= 2], coders[coders >= 2]
    same = (table * (table - 1)).sum(axis=-1)
    differ = (table * (coders[:, None] - table)).sum(axis=-1)
    return Sums(
        units=np.asarray(float(len(table))),
        agreeing=(same / (coders * (coders - 1))).sum(),
        differing=(differ / (coders - 1)).sum(),
        rated=rated,
        shares=shares,
        chosen=table.sum(axis=0),
    )


def presence(histogram: npt.ArrayLike) -> Sums:
    """Sums for one value against its absence: ``histogram[..., q]`` units that q coders gave it.

    The last axis is 0 to the number of coders, who are the same for all these units.
    """
    units = np.asarray(histogram, dtype=np.float64)
    coders = units.shape[-1] - 1
    q = np.arange(coders + 1)
    same = q * (q - 1) + (coders - q) * (coders - q - 1)
    there, every = units @ q, units.sum(axis=-1)
    chosen = np.stack([every * coders - there, there], axis=-1)
    return Sums(
        units=every,
        agreeing=units @ (same / (coders * (coders - 1))),
        differing=units @ (2 * q * (coders - q) / (coders - 1)),
        rated=every,
        shares=chosen / coders,
        chosen=chosen,
    )


def percent(sums: Sums) -> Figures:
    """The share of pairs of codings that agree, 0 to 1. It takes no account of chance."""
    return over(sums.agreeing, sums.units)


def disagreement(sums: Sums) -> tuple[Figures, Figures]:
    """Krippendorff's observed and expected disagreement, both over the same whole."""
    every = sums.chosen.sum(axis=-1)
    pairs = (sums.chosen * (every[..., None] - sums.chosen)).sum(axis=-1)
    return sums.differing, over(pairs, every - 1)


def alpha(sums: Sums) -> Figures:
    """Krippendorff's alpha; nan where nobody's choices varied."""
    observed, expected = disagreement(sums)
    return 1 - over(observed, expected)


def fleiss_chance(sums: Sums) -> Figures:
    return (over(sums.shares, sums.rated[..., None]) ** 2).sum(axis=-1)


def fleiss(sums: Sums) -> Figures:
    """Fleiss' kappa for two coders or more."""
    return beyond(percent(sums), fleiss_chance(sums))


def gwet_chance(sums: Sums) -> Figures:
    share = over(sums.shares, sums.rated[..., None])
    chance: Figures = (share * (1 - share)).sum(axis=-1) / (share.shape[-1] - 1)
    return chance


def gwet(sums: Sums) -> Figures:
    """Gwet's AC1."""
    return beyond(percent(sums), gwet_chance(sums))


def cohen_parts(table: npt.ArrayLike) -> tuple[Figures, Figures]:
    """Observed and chance agreement of two coders: ``table[..., a, b]`` units with a and b."""
    counts = np.asarray(table, dtype=np.float64)
    every = counts.sum(axis=(-2, -1))
    same = np.trace(counts, axis1=-2, axis2=-1)
    chance = (counts.sum(axis=-1) * counts.sum(axis=-2)).sum(axis=-1)
    return over(same, every), over(chance, every**2)


def cohen(table: npt.ArrayLike) -> Figures:
    """Cohen's kappa of two coders."""
    return beyond(*cohen_parts(table))


def beyond(observed: Figures, chance: Figures) -> Figures:
    """How much of what chance leaves open was reached."""
    return over(observed - chance, 1 - chance)


def over(above: npt.ArrayLike, below: npt.ArrayLike) -> Figures:
    """A quotient that is nan where there is nothing to divide by."""
    top, bottom = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    shape = np.broadcast_shapes(top.shape, bottom.shape)
    # 1 - 1/3 - 2/3 is not quite nothing to a computer.
    enough = np.broadcast_to(np.abs(bottom) > 1e-12, shape)
    return np.divide(top, bottom, out=np.full(shape, np.nan), where=enough)
