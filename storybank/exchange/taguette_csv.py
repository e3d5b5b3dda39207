"""Taguette's codebook as a table: a tag and its description in each row."""

from __future__ import annotations

import csv
import io

from storybank.errors import BadInput
from storybank.exchange.came import MAX_BODY, MAX_CODES, Came
from storybank.exchange.taguette_tags import Tags
from storybank.intake import text_file

NO_TAGS = 'There is no column called "tag", "name" or "path" in the table, or more than one.'
BROKEN = "The table is broken. Export the codebook from Taguette again."
TOO_MANY = f"It has over {MAX_CODES:,} tags. Take some out and try again."


def read_codebook_csv(data: bytes) -> Came:
    """The codebook. Raises BadInput with one sentence for a table that is none."""
    came = Came("codebook", "Taguette")
    tags = Tags(came)
    rows = csv.reader(io.StringIO(text_file.decode(data).text.removeprefix("\ufeff"), newline=""))
    try:
        head = [cell.strip().lower() for cell in next(rows, [])]
        named = [name for name in ("tag", "name", "path") if name in head]
        if len(named) != 1:
            raise BadInput(NO_TAGS)
        at = head.index(named[0])
        says = head.index("description") if "description" in head else None
        for number, row in enumerate(rows, 2):
            if not any(cell.strip() for cell in row):
                continue
            if len(came.codes) >= MAX_CODES:
                raise BadInput(TOO_MANY)
            path = row[at] if at < len(row) else ""
            said = row[says] if says is not None and says < len(row) else ""
            if not tags.add(path, said[:MAX_BODY]):
                came.lose("code without name", f"line {number}")
    except csv.Error as broken:
        raise BadInput(BROKEN) from broken
    return came
