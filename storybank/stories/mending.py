"""One sentence put in the place of another: the new text, and where everything else then stands.

Pure: texts and places in, texts and places out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from storybank.errors import BadInput
from storybank.stories.canon import Canon, Mark, normalise, one_line

MAX_SENTENCE = 2_000
"""The longest sentence that may be put in, in code points."""


@dataclass(frozen=True)
class Edit:
    """``length`` letters now stand where text[start:end] stood. All in code points."""

    start: int
    end: int
    length: int

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

    def widened(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch stands now; one that meets the change takes all of it in."""
        found = self.moved(start, end)
        if found is not None:
            return found
        first = min(start, self.start)
        last = self.new_end if end <= self.end else end + self.new_end - self.end
        return first, last


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
    edit = Edit(start, end, len(words))
    text = canon.text[:start] + words + canon.text[end:]
    if normalise(text)[0] != text:
        raise BadInput("Those letters do not fit there. Write the sentence anew.")
    blocks = tuple(
        replace(block, start=first, end=last)
        for block in canon.blocks
        for first, last in [edit.widened(block.start, block.end)]
    )
    return Canon(text, blocks, tuple(_marks(canon.marks, edit)), title=canon.title), edit


def _marks(marks: Iterable[Mark], edit: Edit) -> Iterable[Mark]:
    """Emphasis around the change stays; emphasis of the words that went goes with them."""
    for mark in marks:
        for start, end in ((mark.start, min(mark.end, edit.start)),
                           (max(mark.start, edit.end), mark.end)):  # fmt: skip
            there = edit.moved(start, end) if start < end else None
            if there is not None:
                yield replace(mark, start=there[0], end=there[1])
