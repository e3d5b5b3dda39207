"""What is known of a code before anybody has used it, and what people answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Code:
    """A code as the codebook tells it; everything but the name may be missing."""

    name: str
    definition: str = ""
    cues: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """What to look for in a passage: its cues, or its name where it has none."""
        return self.cues or (self.name,)


@dataclass(frozen=True)
class Answered:
    """A passage and what people said of it; codes by their position in the list of codes.

    A code that is neither confirmed nor declined was not looked at, unless the passage was coded
    ``in_full``: then it does not apply. ``supposed`` codes are learnt from as if they were
    declined, and no figure is made of them: nobody said so.
    """

    text: str
    teller: int
    confirmed: frozenset[int]
    declined: frozenset[int] = frozenset()
    in_full: bool = False
    supposed: frozenset[int] = frozenset()


def codes_hash(codes: Sequence[Code]) -> str:
    """SHA-256 of the codes, as a manifest names the codebook that a model was made from."""
    told = json.dumps([asdict(code) for code in codes], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
