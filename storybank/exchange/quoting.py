"""Finds where what a team wrote repeats a story: such words belong behind the door."""

from __future__ import annotations

import re
from collections.abc import Iterator

RUN = 6
"""So many words in a row that are a story's are a quotation."""
_WORD = re.compile(r"[\u0e00-\u0eff\u2e80-\u9fff\uac00-\ud7af]|[^\W_]+")


class Quotes:
    """Every run of six words of some texts, as numbers."""

    def __init__(self) -> None:
        self._runs: dict[int, int] = {}

    def add(self, number: int, text: str) -> None:
        """Learn the text of the source of this number."""
        for run in _runs(text):
            self._runs.setdefault(run, number)

    def source_of(self, written: str) -> int | None:
        """The number of a source that these words quote; None where they quote none."""
        return next((self._runs[run] for run in _runs(written) if run in self._runs), None)


def _runs(text: str) -> Iterator[int]:
    words = [found[0].casefold() for found in _WORD.finditer(text)]
    for at in range(len(words) - RUN + 1):
        yield hash(tuple(words[at : at + RUN]))
