"""How sure a suggestion is, in words that mean what they say. Pure.

A figure is given only where enough people's answers stand behind it, and "likely" only where
such suggestions were right often enough when it was tried on answers the learner had not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEAST_CONFIRMED = 8
"""Fewer confirmations of a code than this, and no figure is given for it."""
LEAST_ANSWERS = 50
"""The same for all answers there are."""
LIKELY = 0.60
"""How often suggestions of a code must have been right, out of fold, to be called likely."""
TEN = 10


@dataclass(frozen=True)
class Sureness:
    """What a page says of a suggestion's chance."""

    words: str
    tenths: int | None = None
    """How many in ten like it were right; None where there is no figure."""
    likely: bool = False


@dataclass(frozen=True)
class Learnt:
    """What the model that made a suggestion knew of its code."""

    answers: int
    """All answers it learnt from."""
    confirmed: int
    """Those that said yes to this code."""
    expected: float | None = None
    """How many in one were right above ``threshold``, out of fold."""
    threshold: float | None = None

    @staticmethod
    def of(figures: Mapping[str, Any], answers: int, code_id: int) -> Learnt:
        """From the figures of a model: ``{"codes": {code number: {...}}}``."""
        code = (figures.get("codes") or {}).get(str(code_id)) or {}
        return Learnt(
            answers, int(code.get("confirmed") or 0), code.get("expected"), code.get("threshold")
        )


FROM_A_CUE = Sureness("From a cue phrase: no figure yet")
TOO_FEW = Sureness("No figure yet: too few answers for this code")


def sureness(chance: float | None, learnt: Learnt | None) -> Sureness:
    """``chance``: the share of suggestions like this one that were right."""
    if chance is None:
        return FROM_A_CUE
    if learnt is None or learnt.answers < LEAST_ANSWERS or learnt.confirmed < LEAST_CONFIRMED:
        return TOO_FEW
    tenths = min(TEN - 1, max(1, int(chance * TEN + 0.5)))
    if chance >= 1 - 0.5 / TEN:
        words = "More than 9 in 10 like this were right"
    elif chance < 0.5 / TEN:
        words = "Fewer than 1 in 10 like this were right"
    else:
        words = f"About {tenths} in 10 like this were right"
    likely = (
        learnt.expected is not None
        and learnt.threshold is not None
        and learnt.expected >= LIKELY
        and chance >= max(learnt.threshold, 0.5)
    )
    return Sureness(words, tenths, likely)
