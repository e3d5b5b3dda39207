"""The seam: whatever can look at a text and propose codes for its sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

Span = tuple[int, int]
"""(start, end) in Unicode code points, end exclusive."""


@dataclass(frozen=True)
class CuePhrase:
    """A phrase of the codebook that suggests a code or, as a near miss, speaks against it."""

    id: int
    code_id: int
    phrase: str
    near_miss: bool = False


@dataclass(frozen=True)
class SuggestInput:
    """A text let out for suggesting, with its sentences in order."""

    text: str
    sentences: Sequence[Span]


@dataclass(frozen=True)
class Proposal:
    """One code that may fit one sentence. Places and numbers; no words.

    ``because``: the words that led to it. ``score`` puts the strongest first and is no
    probability. ``cue_ids``: the codebook's phrases that matched, where phrases were the way.
    ``chance``: how many in ten like it were right, as a share; None where nobody can know yet.
    ``rank``: its place among the codes proposed for the sentence, 1 the strongest. ``learned``:
    what was learnt from answers had a say in it.
    """

    start: int
    end: int
    code_id: int
    because: tuple[Span, ...]
    check_meaning: bool
    score: float
    cue_ids: tuple[int, ...] = ()
    chance: float | None = None
    rank: int | None = None
    learned: bool = False


class Suggester(Protocol):
    """Reads texts, keeps nothing of them, and proposes."""

    name: str

    def propose(self, texts: Iterable[SuggestInput]) -> Iterator[list[Proposal]]:
        """The proposals for each text, in order of place; one list a text."""
