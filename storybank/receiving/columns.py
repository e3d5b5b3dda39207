"""What the columns of a file that waits are: as a person said, kept sealed with the file; and
mappings that are kept under a name for the next table like it.

Of a kept mapping the house holds digests of the columns' names, not the names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.intake.rules import Arrival, BadRow
from storybank.intake.sheets import Column, Sheet
from storybank.intake.table_file import encoding_of
from storybank.intake.tables import read_sheets
from storybank.intake.text_file import Alternative, alternatives
from storybank.people import sealing
from storybank.receiving import gathering
from storybank.receiving.mapping import OUT, Columns, from_dict, from_json
from storybank.receiving.mapping import stories as mapped
from storybank.receiving.models import ColumnMapping, IntakeFile, IntakeItem
from storybank.stories.canon import one_line

MAX_NAME = 100
LOOKED_AT = 262_144
"""Bytes in which letters are looked for that could be read in another way."""
ASK = "Say what the columns of this table are."
NO_NAME = "Give the mapping a name, so that you find it again."
LONG_NAME = f"Keep the name of the mapping under {MAX_NAME} letters."
TAKEN = "Stories of this table are taken in already. Undo that first, or bring the file anew."
NOT_THERE = "There is no such mapping. It may have been taken away."


@dataclass(frozen=True)
class Saved:
    """A mapping that was kept under a name."""

    id: int
    name: str
    mapping: Columns
    """Its parts are named by digest until it is `fitted` to a table."""
    told: int
    """How many columns it says something about."""

    def fits(self, columns: Sequence[Column]) -> bool:
        """Does a table have every column that it says something about?"""
        return set(self.mapping.parts) <= {digest(column.name) for column in columns}

    def fitted(self, columns: Sequence[Column]) -> Columns:
        """The mapping with the columns named as this table names them."""
        parts = {
            column.name: self.mapping.parts[key]
            for column in columns
            if (key := digest(column.name)) in self.mapping.parts
        }
        return replace(self.mapping, parts=parts)


def digest(name: str) -> str:
    """What a column's name is known by: 32 hexadecimal digits; case and spaces are nothing."""
    plain = "".join(one_line(name).casefold().split())
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def said(session: Session, file: IntakeFile) -> Columns | None:
    """What a person said the columns of a file are; None while nobody did.

    Raises NotReady without the key.
    """
    if file.columns is None:
        return None
    return from_json(sealing.unseal(session, file.columns))


def say(session: Session, file: IntakeFile, mapping: Columns) -> None:
    """Note what the columns of a file are. Raises NotReady without keys."""
    file.columns = sealing.seal(session, mapping.to_json())


def sheets(session: Session, file: IntakeFile, encoding: str | None = None) -> list[Sheet]:
    """Return the sheets of a file that waits, read anew; at most some seconds.

    ``encoding`` is another codec than the file's own. Raises BadInput where it is no table or can
    not be read, NotFound where its bytes are gone, NotReady without the key.
    """
    name, data = gathering.name_of(session, file), bytes_of(session, file)
    return read_sheets(name, data, encoding=encoding or file.encoding)


def bytes_of(session: Session, file: IntakeFile) -> bytes:
    """Return a table that waits. Raises NotFound where it is gone, NotReady without the key."""
    data = b"".join(gathering.pieces(session, file.id))
    if not data:
        raise NotFound("This file is not kept here any more.")
    return data


def ways(session: Session, file: IntakeFile) -> list[Alternative]:
    """Return the encodings in which a table saved as .csv may be read, told by its first lines;
    none where there is nothing to choose."""
    if file.kind != "csv":
        return []
    data = bytes_of(session, file)
    if len(data) > LOOKED_AT:
        data = data[: data.rfind(b"\n", 0, LOOKED_AT) + 1]
    found = alternatives(data)
    return found if len(found) > 1 else []


def way_of(session: Session, file: IntakeFile) -> str:
    """Return the codec in which a table saved as .csv is read."""
    return file.encoding or encoding_of(bytes_of(session, file))


def sheet_of(found: Sequence[Sheet], place: int) -> Sheet:
    """Return one of the sheets, by its place from 0. Raises NotFound for one that is not there."""
    if not 0 <= place < len(found):
        raise NotFound("There is no such sheet in this file.")
    return found[place]


def keep(session: Session, use: Use, name: str, mapping: Columns) -> ColumnMapping:
    """Keep a mapping under a name; one of the same name is replaced.

    Raises BadInput without a name or for one that is too long.
    """
    name = one_line(name)
    if not name:
        raise BadInput(NO_NAME)
    if len(name) > MAX_NAME:
        raise BadInput(LONG_NAME)
    parts = {digest(column): part for column, part in mapping.parts.items() if part != OUT}
    moment = now()
    for before in session.scalars(_standing().where(ColumnMapping.name == name)):
        before.gone_at = moment
    made = ColumnMapping(
        name=name, columns=list(parts), account_id=use.actor.account_id, made_at=moment,
        parts={
            "parts": parts, "several": mapping.several, "yes": list(mapping.yes),
            "ask": list(mapping.ask), "no": list(mapping.no), "name_style": mapping.name_style,
        },
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def kept(session: Session) -> list[Saved]:
    """Return the mappings that are kept, by name."""
    rows = session.scalars(_standing().order_by(ColumnMapping.name, ColumnMapping.id))
    return [Saved(row.id, row.name, from_dict(row.parts), len(row.columns)) for row in rows]


def offered(session: Session, columns: Sequence[Column]) -> list[Saved]:
    """Return the kept mappings that a table has all columns for, the most telling first."""
    fit = [saved for saved in kept(session) if saved.fits(columns)]
    return sorted(fit, key=lambda saved: -saved.told)


def take_away(session: Session, mapping_id: int) -> None:
    """Offer a mapping no more; what was taken in with it stays. Raises NotFound."""
    row = session.get(ColumnMapping, mapping_id)
    if row is None or row.gone_at is not None:
        raise NotFound(NOT_THERE)
    row.gone_at = now()


def put_back(session: Session, mapping_id: int) -> None:
    """Offer a mapping again. Raises NotFound; Conflict where another has its name now."""
    row = session.get(ColumnMapping, mapping_id)
    if row is None:
        raise NotFound(NOT_THERE)
    if row.gone_at is None:
        return
    if session.scalars(_standing().where(ColumnMapping.name == row.name)).first() is not None:
        raise Conflict("Another mapping has this name now.")
    row.gone_at = None


def stories(
    session: Session, file: IntakeFile, found: Sequence[Sheet]
) -> Iterator[Arrival | BadRow] | None:
    """Return the stories of a table as a person said what its columns are; None while nobody did.

    ``found`` are its sheets as they were read. What is returned needs no session. Raises BadInput
    where the mapping is for another table, NotReady without the key.
    """
    mapping = said(session, file)
    return None if mapping is None else mapped(found, mapping)


def rows_there(session: Session, file_id: int) -> int:
    """Return how many rows of a table are in its intake's list already."""
    mine = (IntakeItem.file_id == file_id, IntakeItem.line.is_not(None))
    return session.scalar(select(func.count()).select_from(IntakeItem).where(*mine)) or 0


def read_again(session: Session, file: IntakeFile) -> None:
    """Have a table be read anew: its rows that were not taken in go, and the file waits.

    Raises Conflict where stories of it were taken in already.
    """
    mine = IntakeItem.file_id == file.id
    intake = gathering.hold(session, file.intake_id)
    if session.scalar(select(IntakeItem.id).where(mine, IntakeItem.story_id.is_not(None)).limit(1)):
        raise Conflict(TAKEN)
    session.execute(delete(IntakeItem).where(mine))
    gathering.add_item(session, intake, file)
    gathering.promise_reading(session, intake)


def placed(mapping: Columns, sheet: int, heads: int | None) -> Columns:
    """Return the mapping for one of the sheets of a file, by its place, and its rows of head."""
    return replace(mapping, sheet=sheet, heads=heads)


def _standing() -> Select[ColumnMapping]:
    return select(ColumnMapping).where(ColumnMapping.gone_at.is_(None))
