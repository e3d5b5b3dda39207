"""Reading the files of ``corpus/``. Their format is told in ``corpus/README.md``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from storybank.config import PROJECT
from storybank.errors import BadInput
from storybank.intake.markdown_file import read_markdown
from storybank.intake.rules import Arrival

CORPUS = PROJECT / "corpus"
FENCE = "+++"


@dataclass(frozen=True)
class InventedStory:
    """One file: the story as it arrives, and its front matter."""

    key: str
    arrival: Arrival
    head: dict[str, Any]


@dataclass(frozen=True)
class InventedCoding:
    """One coder's code on the ``nth`` place where a quote stands."""

    story: str
    coder: str
    code: str
    quote: str
    nth: int

    def place_in(self, text: str) -> tuple[int, int]:
        """Where the quote stands, in code points.

        Raises BadInput when it is not there.
        """
        start = -1
        for _ in range(self.nth):
            start = text.find(self.quote, start + 1)
            if start < 0:
                raise BadInput(f"A quote of {self.story} is not in its text.")
        return start, start + len(self.quote)


def stories(folder: Path = CORPUS) -> Iterator[InventedStory]:
    """Every invented story, in order of its file's number."""
    for path in sorted((folder / "stories").glob("*.md")):
        _, front, body = path.read_text(encoding="utf-8").split(FENCE, 2)
        head = tomllib.loads(front)
        # The project's own files are read here, not apart in a child as strangers' files are.
        canon = read_markdown(body)
        arrival = Arrival(canon, head["title"], head["id"], head.get("attributes", {}))
        yield InventedStory(head["id"], arrival, head)


def codings(folder: Path = CORPUS) -> Iterator[InventedCoding]:
    """Every invented coding."""
    for path in sorted(folder.glob("codings*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                yield InventedCoding(
                    row["story"], row["coder"], row["code"], row["quote"], row.get("nth", 1)
                )


def noon(day: date) -> datetime:
    """The middle of a day, UTC."""
    return datetime.combine(day, time(12))
