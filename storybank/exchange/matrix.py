"""A table of figures as a workbook, with what it shows and what is hidden on its first sheet."""

from __future__ import annotations

from collections.abc import Iterator

from storybank.clock import now
from storybank.consent.purposes import Purpose
from storybank.exchange import workbook
from storybank.exchange.about import moment
from storybank.exchange.sheets import Sheet
from storybank.web.tables import Table


def workbook_of(table: Table) -> Iterator[bytes]:
    """The bytes of a workbook of these figures, piece by piece. Figures are made for study."""
    at = now()
    purpose = Purpose.STUDY
    about = (
        f"For this use: {purpose.value}. {purpose.sentence}",
        f"Made {moment(at)}, from Storybank.",
        table.finding,
        *table.notes,
    )
    # Over the names of rows a table may have no name of its own.
    head = tuple(name or " " for name in table.columns)
    said = tuple(line for line in about if line)
    sheet = Sheet("Figures", head, [table.rows], said, frozenset(head[:1]))
    return workbook.workbook([sheet], at, table.title)
