"""What a table would become under a mapping: counts, and its first stories to look at. Pure."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from storybank.consent.rules import Answer, Purpose
from storybank.intake.rules import Arrival, BadRow
from storybank.intake.sheets import Line, Sheet
from storybank.receiving.mapping import Columns, rows
from storybank.stories.canon import Block, one_line

SHOWN = 5
"""How many rows are shown as stories."""

SECONDS = 3.0
"""How long rows are counted; a table that takes longer is counted in part."""

LOOKED_AT = 200
LINES_NAMED = 5
LONGEST_SHOWN = 700
"""Code points of a story that are shown."""


@dataclass
class Sample:
    """The beginning of a story as it would be."""

    arrival: Arrival
    blocks: list[tuple[Block, str]]
    cut: bool

    @property
    def yes(self) -> list[Purpose]:
        """The uses its row says yes to."""
        answers = self.arrival.answers or {}
        return [Purpose(use) for use, said in answers.items() if said == Answer.YES]

    @property
    def ask(self) -> list[Purpose]:
        """The uses for which its row says: ask me first."""
        answers = self.arrival.answers or {}
        return [Purpose(use) for use, said in answers.items() if said == Answer.ASK]


@dataclass
class Overview:
    """What the rows of a table would become."""

    stories: int = 0
    refused: dict[str, list[int]] = field(default_factory=dict)
    """For each sentence of refusal, the rows it is said of, by the line they begin on."""
    without_keep: int = 0
    """Stories whose rows do not say yes to keeping them: they would be refused."""
    without_evidence: int = 0
    """Stories whose rows have nothing in the column of evidence: they would be refused."""
    samples: list[Sample] = field(default_factory=list)
    whole: bool = True

    @property
    def bad(self) -> int:
        return sum(map(len, self.refused.values()))


def look(sheet: Sheet, mapping: Columns, seconds: float = SECONDS) -> Overview:
    """Go through the rows of a table as its mapping says, for so many seconds at most."""
    found = Overview()
    until = time.monotonic() + seconds
    for row in rows(sheet, mapping):
        if isinstance(row, BadRow):
            found.refused.setdefault(row.reason, []).append(row.line)
        else:
            found.stories += 1
            found.without_keep += _lacks_keep(row)
            found.without_evidence += row.evidence == ""
            if len(found.samples) < SHOWN:
                found.samples.append(_sample(row))
        if time.monotonic() > until:
            found.whole = False
            break
    return found


def examples(sheet: Sheet, most: int = 3) -> list[list[str]]:
    """Return, for each column, its first different cells that are not blank, each on one line."""
    first = [row.cells for row in islice(sheet, LOOKED_AT) if isinstance(row, Line)]
    return [_different([cells[n] for cells in first], most) for n in range(len(sheet.columns))]


def _different(cells: Sequence[str], most: int) -> list[str]:
    told = dict.fromkeys(short for cell in cells if (short := one_line(cell)))
    return list(islice(told, most))


def _lacks_keep(arrival: Arrival) -> bool:
    return arrival.answers is not None and arrival.answers.get(Purpose.KEEP) != Answer.YES


def _sample(arrival: Arrival) -> Sample:
    canon, blocks = arrival.canon, []
    for block in canon.blocks:
        if block.start >= LONGEST_SHOWN:
            break
        blocks.append((block, canon.text[block.start : min(block.end, LONGEST_SHOWN)]))
    return Sample(arrival, blocks, len(canon.text) > LONGEST_SHOWN)
