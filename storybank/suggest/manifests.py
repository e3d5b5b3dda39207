"""What a kept model says of itself, as suggesting needs it: read from its manifest, no numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storybank.suggest.findings import ENOUGH, NOES, SAY_SO, SURE
from storybank.suggest.weighing import Knowing

MANIFEST = "model.json"


@dataclass(frozen=True)
class About:
    """``code_ids`` in order; empty where nobody said whose the model is."""

    code_ids: tuple[int, ...] = ()
    knowing: Knowing = Knowing()


def about(folder: Path) -> About:
    """Raises OSError where there is no model."""
    told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["about"]
    if not told:
        return About()
    codes, confirmed, declined = told["code_ids"], told["confirmed"], told["declined"]
    sure = {code for code, many in zip(codes, confirmed, strict=True) if many >= SURE}
    answered = zip(codes, confirmed, declined, strict=True)
    return About(
        tuple(codes),
        Knowing(
            frozenset(told["held_back"]),
            frozenset(sure if told["answers"] >= ENOUGH and told["noes"] >= NOES else ()),
            frozenset(code for code, yes, no in answered if yes + no >= SAY_SO),
        ),
    )
