"""What people answered, as learning takes it: places and codes, no words."""

from __future__ import annotations

from dataclasses import dataclass

from storybank.stories.rules import Place


@dataclass(frozen=True)
class Answered:
    """A passage and what people said of it; codes by their number.

    A code that is neither confirmed nor declined was not looked at, or people disagree; where
    the passage was coded ``in_full``, it does not apply.
    """

    place: Place
    text: str
    teller: int
    confirmed: frozenset[int]
    declined: frozenset[int]
    in_full: bool = False
