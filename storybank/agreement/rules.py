"""Rules of coding together: which stories a round holds, and how a figure is to be read."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Sequence
from enum import StrEnum

from storybank.errors import BadInput

MAX_STORIES = 5_000
MAX_CODERS = 20
MAX_NAME = 200
MAX_NOTE = 2_000
MAX_WHY = 2_000

GOOD, FAIR = 0.8, 0.667
"""Krippendorff's marks for alpha: rely on it, and rely on it for tentative conclusions."""


class Pick(StrEnum):
    """How the stories of a round are chosen from those that may be studied."""

    ALL = "all"
    NUMBERS = "numbers"
    FIRST = "first"
    EVERY = "every"
    RANDOM = "random"


def numbers_in(typed: str) -> list[int]:
    """Story numbers as people write them: "3, 5, 10-14".

    Raises BadInput for anything else, or too many.
    """
    found: list[int] = []
    for part in re.split(r"[,;\s]+", re.sub(r"\s*[-\u2013]\s*", "-", typed.strip())):
        span = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", part)
        if span is None:
            raise BadInput("Write story numbers with commas between, such as 3, 5, 10-14.")
        first, last = int(span[1]), int(span[2] or span[1])
        if last - first >= MAX_STORIES:
            raise BadInput(f"A round holds at most {MAX_STORIES:,} stories.")
        found += range(first, last + 1)
        if len(found) > MAX_STORIES:
            raise BadInput(f"A round holds at most {MAX_STORIES:,} stories.")
    return list(dict.fromkeys(found))


def picked(
    story_ids: Sequence[int], pick: Pick, *, numbers: str = "", n: int = 0, seed: int = 0
) -> list[int]:
    """The stories of a round, of those that may be studied (in order).

    A random sample is the same each time for the same seed and stories. Raises BadInput where
    none is left, or a number is missing.
    """
    every = list(story_ids)
    if pick is Pick.NUMBERS:
        wanted = set(numbers_in(numbers))
        every = [story_id for story_id in every if story_id in wanted]
    elif pick is not Pick.ALL:
        if n < 1:
            raise BadInput("Say how many: a number from 1.")
        if pick is Pick.FIRST:
            every = every[:n]
        elif pick is Pick.EVERY:
            every = every[n - 1 :: n]
        else:
            every = sorted(random.Random(seed).sample(every, min(n, len(every))))
    if not every:
        raise BadInput("None of these is a story that may be studied. Choose others.")
    if len(every) > MAX_STORIES:
        raise BadInput(f"A round holds at most {MAX_STORIES:,} stories. Choose fewer.")
    return every


def clean_words(typed: str, longest: int, name: str, needed: bool = True) -> str:
    """What somebody typed, trimmed.

    Raises BadInput where it is missing or too long.
    """
    words = typed.replace("\x00", "").strip()
    if needed and not words:
        raise BadInput(f"Write {name}.")
    if len(words) > longest:
        raise BadInput(f"Keep {name} under {longest:,} letters.")
    return words


def clean_coders(chosen: Collection[int], there: Collection[int]) -> list[int]:
    """Raises BadInput unless one to MAX_CODERS of those who are there were chosen."""
    coders = sorted(set(chosen) & set(there))
    if not coders:
        raise BadInput("Choose who codes.")
    if len(coders) > MAX_CODERS:
        raise BadInput(f"Choose at most {MAX_CODERS} coders.")
    return coders


def verdict(value: float | None, low: float | None, high: float | None) -> str:
    """How to read alpha, in one plain sentence."""
    if value is None:
        return "There is nothing to measure: nobody used it, or everybody used it everywhere."
    if low is not None and high is not None and low <= 0 <= high:
        return "This may be no more than chance: the interval holds 0."
    if value < 0:
        return "They agree less than chance would: look whether they read the code differently."
    if value >= GOOD:
        if low is not None and low < FAIR:
            return "High, but from so few stories that it may be too low to rely on."
        return "High enough to rely on."
    if value >= FAIR:
        return "Enough for tentative conclusions; say so where you report it."
    return "Too low to rely on: talk it over, sharpen the definitions, and code anew."


def short_verdict(value: float | None, low: float | None, high: float | None) -> str:
    """The same in a word or two, for a table."""
    if value is None:
        return "Not defined"
    if low is not None and high is not None and low <= 0 <= high:
        return "Perhaps chance"
    if value >= GOOD:
        return "Rely on it"
    return "Tentative" if value >= FAIR else "Too low"
