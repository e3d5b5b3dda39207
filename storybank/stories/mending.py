"""One sentence put in the place of another: the new text, and where everything else then stands.

Pure: texts and places in, texts and places out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cache
from typing import TypeVar

from storybank.errors import BadInput
from storybank.stories.canon import Block, Canon, Mark, Time, Turn, normalise, one_line
from storybank.stories.characters import JOINERS, mark_class

Placed = TypeVar("Placed", Block, Mark)

MAX_SENTENCE = 2_000
"""The longest sentence that may be put in, in code points."""


@dataclass(frozen=True)
class Edit:
    """``length`` letters now stand where text[start:end] stood. All in code points."""

    start: int
    end: int
    length: int
    kept: tuple[tuple[int, int, int], ...] = field(default=(), compare=False)
    """Stretches of the old words that stand in the new ones letter for letter, in order:
    (where it began, where it begins now, how many code points)."""

    @property
    def new_end(self) -> int:
        return self.start + self.length

    def moved(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a stretch stands now; None where it meets the words that were changed."""
        if end <= self.start:
            return start, end
        if start >= self.end:
            by = self.new_end - self.end
            return start + by, end + by
        return None

    def found(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the very same letters stand now; None where the change took some of them."""
        place = self.moved(start, end)
        if place is not None:
            return place
        inside, until = max(start, self.start), min(end, self.end)
        for old, new, length in self.kept:
            if not old <= inside < until <= old + length:
                continue
            first, last = inside + new - old, until + new - old
            # What reaches beyond the sentence must reach beyond it still.
            if (start < self.start and first != self.start) or (
                end > self.end and last != self.new_end
            ):
                continue
            return first - (inside - start), last + (end - until)
        return None

    def widened(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch stands now; one that meets the change takes all of it in."""
        found = self.moved(start, end)
        if found is not None:
            return found
        first = min(start, self.start)
        last = self.new_end if end <= self.end else end + self.new_end - self.end
        return first, last


@dataclass(frozen=True)
class Swap:
    """``words`` to stand in the place of text[start:end], in code points."""

    start: int
    end: int
    words: str


class Swaps(Edit):
    """Several short stretches, each named by other words: what was said stays said.

    Unlike after an edit of a sentence, whatever holds all of such a stretch holds it still, and
    need not be looked at again; only what begins or ends inside one has lost its place.
    """

    def __init__(self, swaps: Sequence[Swap]) -> None:
        super().__init__(swaps[0].start, swaps[-1].end, 0)
        self.__dict__.update(
            starts=[one.start for one in swaps],
            ends=[one.end for one in swaps],
            longer=[len(one.words) - (one.end - one.start) for one in swaps],
        )
        shift, shifts = 0, [0]
        for by in self.longer:
            shift += by
            shifts.append(shift)
        self.__dict__.update(shifts=shifts, length=swaps[-1].end + shift - swaps[0].start)

    starts: list[int]
    ends: list[int]
    longer: list[int]
    shifts: list[int]

    def moved(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a stretch stands now; None where it begins or ends inside what was replaced."""
        before, until = self._met(start, end)
        if before < until and (self.starts[before] < start or self.ends[until - 1] > end):
            return None
        return start + self.shifts[before], end + self.shifts[until]

    def found(self, start: int, end: int) -> tuple[int, int] | None:
        return self.moved(start, end)

    def widened(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch stands now; what it cuts through, it takes all of."""
        before, until = self._met(start, end)
        if before < until:
            start = min(start, self.starts[before])
            end = max(end, self.ends[until - 1])
        return start + self.shifts[before], end + self.shifts[until]

    def places(self) -> list[tuple[int, int]]:
        """Where what was put in stands now."""
        return [self.widened(*at) for at in zip(self.starts, self.ends, strict=True)]

    def _met(self, start: int, end: int) -> tuple[int, int]:
        before = bisect_right(self.ends, start)
        return before, max(before, bisect_left(self.starts, end))


def swapped(canon: Canon, swaps: Iterable[Swap]) -> tuple[Canon, Swaps]:
    """The text with each swap made. They lie within blocks and apart from each other.

    Raises BadInput where they do not, where there is none, and for letters that do not fit.
    """
    every = sorted(swaps, key=lambda one: one.start)
    if not every:
        raise BadInput("There is nothing to replace.")
    starts = [block.start for block in canon.blocks]
    at, pieces = 0, []
    for one in every:
        holder = bisect_right(starts, one.start) - 1
        inside = holder >= 0 and one.end <= canon.blocks[holder].end
        if not at <= one.start < one.end or not inside or not one.words or "\n" in one.words:
            raise BadInput("Each detail has to stand within one paragraph, apart from the others.")
        pieces += [canon.text[at : one.start], one.words]
        at = one.end
    text = "".join([*pieces, canon.text[at:]])
    if normalise(text)[0] != text:
        raise BadInput("Those letters do not fit there. Write other words.")
    edit = Swaps(every)

    def there(part: Placed) -> Placed:
        start, end = edit.widened(part.start, part.end)
        return replace(part, start=start, end=end)

    blocks, marks = tuple(map(there, canon.blocks)), tuple(map(there, canon.marks))
    turns, times = _heard(canon, edit)
    return Canon(text, blocks, marks, title=canon.title, turns=turns, times=times), edit


def _heard(canon: Canon, edit: Edit) -> tuple[tuple[Turn, ...], tuple[Time, ...]]:
    """Who speaks where and when, after an edit that keeps to one block each time."""
    turns = []
    for turn in canon.turns:
        start, end = edit.widened(turn.start, turn.end)
        said = edit.widened(turn.said, max(turn.said, turn.end))[0]
        turns.append(replace(turn, start=start, end=end, said=min(max(said, start), end)))
    times = [replace(time, at=edit.widened(time.at, time.at)[0]) for time in canon.times]
    return tuple(turns), tuple(times)


def clean_sentence(typed: str) -> str:
    """What somebody wrote as one line, with nothing in it that cannot be seen.

    Raises BadInput for nothing, or for too much.
    """
    words = one_line(typed)
    if not words:
        raise BadInput("Write what it should say.")
    if len(words) > MAX_SENTENCE:
        raise BadInput(f"That is too long. Keep it under {MAX_SENTENCE:,} letters.")
    return words


def mended(canon: Canon, start: int, end: int, words: str) -> tuple[Canon, Edit]:
    """The text with ``words`` in the place of text[start:end], which lies within one block.

    Raises BadInput where the place is not such a one.
    """
    inside = [block for block in canon.blocks if block.start <= start < end <= block.end]
    words = clean_sentence(words)
    if not inside:
        raise BadInput("Choose one sentence of the story.")
    edit = Edit(start, end, len(words), tuple(_kept(canon.text[start:end], words, start)))
    text = canon.text[:start] + words + canon.text[end:]
    if normalise(text)[0] != text:
        raise BadInput("Those letters do not fit there. Write the sentence anew.")
    blocks = tuple(
        replace(block, start=first, end=last)
        for block in canon.blocks
        for first, last in [edit.widened(block.start, block.end)]
    )
    marks = tuple(_marks(canon.marks, edit))
    turns, times = _heard(canon, edit)
    return Canon(text, blocks, marks, title=canon.title, turns=turns, times=times), edit


def _kept(old: str, new: str, at: int) -> Iterator[tuple[int, int, int]]:
    """Runs of whole words, spaces and signs that both have, in order: see ``Edit.kept``."""
    before, after = (_tokens(words) for words in (old, new))
    olds, news = (_starts(tokens, at) for tokens in (before, after))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for first, second, count in matcher.get_matching_blocks():
        if count:
            yield olds[first], news[second], olds[first + count] - olds[first]


def _tokens(words: str) -> list[str]:
    # Marks and joiners stay with their letters, and emoji together: no place may lie within one.
    pattern = r"\w+|\s+|[^\w\s]" if words.isascii() else _with_marks()
    return re.findall(pattern, words)


@cache
def _with_marks() -> str:
    marks = f"{mark_class()}{JOINERS}"
    return rf"[\w{marks}]+|\s+|[\U0001f000-\U0010ffff{marks}]+|[^\w\s][{marks}]*"


def _starts(tokens: list[str], at: int) -> list[int]:
    """Where each token begins, and where the last one ends."""
    starts = [at]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts


def _marks(marks: Iterable[Mark], edit: Edit) -> Iterable[Mark]:
    """Emphasis around the change stays; emphasis of the words that went goes with them."""
    for mark in marks:
        for start, end in ((mark.start, min(mark.end, edit.start)),
                           (max(mark.start, edit.end), mark.end)):  # fmt: skip
            there = edit.moved(start, end) if start < end else None
            if there is not None:
                yield replace(mark, start=there[0], end=there[1])
