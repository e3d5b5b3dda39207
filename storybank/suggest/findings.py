"""What was found out of fold, told by the codes' numbers; and which codes to hold back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storybank.learning.codes import Answered

SURE = 8
"""Confirmations from which on a code's chance is told as a figure."""
ENOUGH = 50
"""Answers in all from which on any chance is told as a figure."""
NOES = 20
"""And how many of these were no, or passages coded in full: nobody learns from yes alone how often
the answer would be no."""
WANTED = 0.60
"""Of what is suggested for a code, so much should be right; else it is held back."""
SAY_SO = 8
"""Answers it takes to hold a code back. With fewer, the cue phrases rule."""


def findings(
    figures: Mapping[str, Any], code_ids: Sequence[int], answers: Sequence[Answered]
) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Figures as ``LearnedModel.figures`` keeps them, and the numbers of codes held back.

    ``{"answers": n, "passages": n, "overall": {shown, right, precision, error}, "codes": {number:
    {confirmed, declined, shown, right, expected, threshold}}}``; ``expected`` and ``threshold``
    are None where too little was shown to tell.
    """
    confirmed = [0] * len(code_ids)
    declined = [0] * len(code_ids)
    for one in answers:
        for at in one.confirmed:
            confirmed[at] += 1
        no = set(range(len(code_ids))) - one.confirmed if one.in_full else one.declined
        for at in no:
            declined[at] += 1
    found = figures.get("codes") or [{} for _ in code_ids]
    codes = {
        str(code): {
            "confirmed": confirmed[at],
            "declined": declined[at],
            "shown": found[at].get("shown", 0),
            "right": found[at].get("right", 0),
            "expected": found[at].get("expected"),
            "threshold": found[at].get("threshold"),
        }
        for at, code in enumerate(code_ids)
    }
    shown, right = figures.get("shown", 0), figures.get("shown_right", 0)
    noes = sum(len(one.declined) + one.in_full for one in answers)
    overall = {
        "shown": shown,
        "right": right,
        "precision": round(right / shown, 4) if shown and noes >= NOES else None,
        "error": figures.get("shown_error") if noes >= NOES else None,
    }
    held_back = tuple(
        code
        for code in code_ids
        if codes[str(code)]["shown"] >= SAY_SO
        and codes[str(code)]["expected"] is not None
        and codes[str(code)]["expected"] < WANTED
    )
    many = sum(len(one.confirmed) + len(one.declined) for one in answers)
    made = {
        "answers": many,
        "noes": noes,
        "passages": len(answers),
        "in_full": sum(one.in_full for one in answers),
        "overall": overall,
        "codes": codes,
    }
    return made, held_back
