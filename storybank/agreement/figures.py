"""How far coders agree: each measure for each code and for all together, with intervals.

For all codes together what was observed, and what chance would do, are added up over the codes
before they are set against each other. So a code that is rarely used counts for little, and one
that nobody used for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storybank.agreement import measures as m
from storybank.agreement import unitizing
from storybank.agreement.counting import Counts, count
from storybank.agreement.estimates import (
    FEWEST,
    Agreement,
    CodeFigures,
    Measure,
    Pair,
    PairFigures,
)
from storybank.agreement.gathering import CodedStory
from storybank.agreement.measures import Figures
from storybank.agreement.resampling import draws, estimate, summed
from storybank.agreement.units import Unit, Units


def agreement(
    stories: Sequence[CodedStory], unit: Unit, sentences: Units | None = None
) -> Agreement:
    """Figures for stories that two coders or more have coded; ``sentences`` for that unit."""
    counts = count(stories, unit, sentences)
    if not counts.codes:
        return Agreement(unit, counts.units, len(counts.stories), [], {}, [])
    drawn = draws(len(counts.stories)) if len(counts.stories) >= FEWEST else None
    by_measure = _by_measure(counts, drawn)
    coders = sorted({coder for one in stories for coder in one.coders})
    by_code: list[CodeFigures] = []
    for column, code in enumerate(counts.codes):
        by = {name: estimate(each[:, column]) for name, (each, _) in by_measure.items()}
        used = {coder: counts.marks[code][coder] for coder in coders}
        by_code.append(CodeFigures(code, used, by))
    overall = {name: estimate(whole) for name, (_, whole) in by_measure.items()}
    pairs = [_pair(pair, table, drawn) for pair, table in counts.pairs.items()]
    return Agreement(
        unit, counts.units, len(counts.stories), by_code, overall,
        [one for one in pairs if one.stories],
    )  # fmt: skip


def _by_measure(counts: Counts, drawn: Figures | None) -> dict[Measure, tuple[Figures, Figures]]:
    """{measure: (figures for each draw and code, for each draw)}."""
    sums = m.unstacked(summed(counts.sums, drawn))
    found: dict[Measure, tuple[Figures, Figures]] = {}
    if counts.squares.any():
        squares = summed(counts.squares, drawn)
        found[Measure.ALPHA_U] = _alphas(*unitizing.disagreement(sums, squares))
    found[Measure.ALPHA] = _alphas(*m.disagreement(sums))
    agreed = m.percent(sums)
    if len(counts.pairs) == 1:
        [table] = counts.pairs.values()
        found[Measure.COHEN] = _kappas(*m.cohen_parts(summed(table, drawn)))
    else:
        found[Measure.FLEISS] = _kappas(agreed, m.fleiss_chance(sums))
    found[Measure.GWET] = _kappas(agreed, m.gwet_chance(sums))
    found[Measure.PERCENT] = (agreed, agreed.mean(axis=-1))
    return found


def _alphas(observed: Figures, expected: Figures) -> tuple[Figures, Figures]:
    return 1 - m.over(observed, expected), 1 - m.over(
        observed.sum(axis=-1), np.nan_to_num(expected).sum(axis=-1)
    )


def _kappas(observed: Figures, chance: Figures) -> tuple[Figures, Figures]:
    whole = m.beyond(observed.mean(axis=-1), chance.mean(axis=-1))
    return m.beyond(observed, chance), whole


def _pair(pair: Pair, table: Figures, drawn: Figures | None) -> PairFigures:
    # Draws are of all stories: one that holds none of these two gives no figure and is passed.
    shared = table.sum(axis=(1, 2, 3)) > 0
    observed, chance = m.cohen_parts(summed(table, drawn if shared.sum() >= FEWEST else None))
    return PairFigures(
        pair, int(shared.sum()), estimate(_kappas(observed, chance)[1]),
        estimate(observed.mean(axis=-1)),
    )  # fmt: skip
