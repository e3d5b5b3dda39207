"""Which codes come together: on words that overlap, or in one story."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.analysis.codings import BITS, CODE_AND_STORY, MASK, Chosen, columns, packed
from storybank.analysis.saying import counted, quoted
from storybank.coding.models import Coding
from storybank.coding.showing import Shelf
from storybank.consent.rules import Use
from storybank.web.tables import Cell, Table

Pair = tuple[int, int]


class By(StrEnum):
    """What it means that two codes come together."""

    OVERLAP = "overlap"
    STORY = "story"

    @property
    def counts(self) -> tuple[str, str]:
        """What is counted, one and many."""
        return ("place", "places") if self is By.OVERLAP else ("story", "stories")


@dataclass(frozen=True)
class Together:
    """How often each code was used, and how often two came together.

    ``pairs`` holds each pair once, the smaller number first, where it is more than nought.
    By overlap ``alone`` counts passages and ``pairs`` counts two passages with a letter in
    common; the same words under the same code are one passage, whoever coded them. By story
    both count stories.
    """

    by: By
    alone: dict[int, int]
    pairs: dict[Pair, int]

    def count(self, one: int, other: int) -> int:
        """How often two codes came together; for one and the same, how often it was used."""
        if one == other:
            return self.alone.get(one, 0)
        return self.pairs.get((min(one, other), max(one, other)), 0)

    @property
    def strongest(self) -> list[tuple[Pair, int]]:
        """Pairs, the most frequent first."""
        return sorted(self.pairs.items(), key=lambda item: (-item[1], item[0]))


def together(session: Session, use: Use, chosen: Chosen, by: By) -> Together:
    """Count how often codes come together."""
    return by_story(session, use, chosen) if by is By.STORY else by_overlap(session, use, chosen)


def by_story(session: Session, use: Use, chosen: Chosen) -> Together:
    (each,) = columns(session, use, chosen, (CODE_AND_STORY,))
    in_story: dict[int, list[int]] = {}
    for pair in sorted(set(each)):
        in_story.setdefault(pair & MASK, []).append(pair >> BITS)
    alone: Counter[int] = Counter()
    pairs: Counter[Pair] = Counter()
    for there in in_story.values():
        alone.update(there)
        pairs.update(combinations(there, 2))
    return Together(By.STORY, dict(alone), dict(pairs))


SPAN, CODE = 19, 20
"""Bits for the length of a passage and for the number of a code; 24 are left for its start."""
_TEXT = packed((Coding.story_id, BITS), (Coding.version, BITS))
_PASSAGE = packed(
    (Coding.start, 24), (sa.cast(Coding.end, sa.BigInteger) - Coding.start, SPAN),
    (Coding.code_id, CODE),
)  # fmt: skip


def by_overlap(session: Session, use: Use, chosen: Chosen) -> Together:
    texts, passages = columns(session, use, chosen, (_TEXT, _PASSAGE))
    in_text: dict[int, list[int]] = {}
    for text, passage in zip(texts, passages, strict=True):
        in_text.setdefault(text, []).append(passage)
    alone: Counter[int] = Counter()
    pairs: Counter[Pair] = Counter()
    of_code, of_span = (1 << CODE) - 1, (1 << SPAN) - 1
    for there in in_text.values():
        ordered = sorted(set(there))
        codes = [passage & of_code for passage in ordered]
        alone.update(codes)
        for position, passage in enumerate(ordered):
            # Whatever starts before the end of this one, written as a passage of no length.
            end = (passage >> (SPAN + CODE)) + (passage >> CODE & of_span) << (SPAN + CODE)
            code = codes[position]
            for other in codes[position + 1 : bisect_left(ordered, end, position + 1)]:
                if other != code:
                    pairs[(code, other) if code < other else (other, code)] += 1
    return Together(By.OVERLAP, dict(alone), dict(pairs))


def as_table(found: Together, shelf: Shelf, down: Sequence[int], across: Sequence[int]) -> Table:
    """The matrix: codes down the side, codes along the top."""
    codes = shelf.codes
    title = "Codes on overlapping words" if found.by is By.OVERLAP else "Codes in one story"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (codes[one].name, codes[one].key, *(found.count(one, other) for other in across))
        for one in down
    )
    heads = ("Code", "Key", *(codes[other].name for other in across))
    return Table(title, finding(found, shelf, down, across), heads, rows, (explained(found.by),))


def pairs_table(found: Together, shelf: Shelf, limit: int | None = None) -> Table:
    """Each pair with how often, and how often either was used; by story also how much of the
    stories with either have both (Jaccard's index)."""
    rows: list[tuple[Cell, ...]] = []
    for (one, other), count in found.strongest[:limit]:
        either = found.alone[one] + found.alone[other] - count
        row: tuple[Cell, ...] = (
            shelf.codes[one].name, shelf.codes[other].name, count,
            found.alone[one], found.alone[other],
        )  # fmt: skip
        rows.append((*row, round(count / either, 2)) if found.by is By.STORY else row)
    of = "Stories" if found.by is By.STORY else "Passages"
    heads: tuple[str, ...] = (
        "Code",
        "With",
        "Together",
        f"{of} of the first",
        f"{of} of the second",
    )
    every = list(found.alone)
    said = finding(found, shelf, every, every)
    if found.by is By.STORY:
        heads += ("Both of either",)
    return Table("Pairs of codes", said, heads, tuple(rows))


def explained(by: By) -> str:
    """What a number in the matrix means."""
    if by is By.STORY:
        return (
            "Each number is how many stories carry both codes. "
            "Where a code meets itself, it is how many carry it."
        )
    return (
        "Each number is how often words with one code overlap words with the other. "
        "Where a code meets itself, it is on how many passages it stands. "
        "The same words that two people gave the same code count once."
    )


def finding(found: Together, shelf: Shelf, down: Sequence[int], across: Sequence[int]) -> str:
    """What the figures show, in one sentence."""
    shown = {(min(a, b), max(a, b)) for a in down for b in across if a != b}
    counts = {pair: count for pair, count in found.pairs.items() if pair in shown}
    if not counts:
        where = "on the same words" if found.by is By.OVERLAP else "in one story"
        return f"No two of these codes come together {where} yet."
    most = max(counts.values())
    first = sorted(pair for pair, count in counts.items() if count == most)
    one, other = (quoted(shelf.codes[code].name) for code in first[0])
    where = "on the same words" if found.by is By.OVERLAP else "in one story"
    often = counted(most, *found.by.counts)
    if len(first) == 1:
        return f"{one} and {other} come together most often {where}: {often}."
    more = counted(len(first) - 1, "other pair")
    return f"{one} and {other} come together most often {where}, {often}, as do {more}."
