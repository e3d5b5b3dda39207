"""Reads a Taguette project (.sqlite3) of any version from 1.0: documents, tags, highlights.

The file may be hostile: it is opened from memory, with an authoriser that lets nothing but plain
reading of tables pass, and in the child. A highlight counts bytes of UTF-8 over the text of the
document's HTML, tags left out; ``tests/exchange/test_taguette.py`` says how that was found.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from typing import Any

from storybank.errors import BadInput
from storybank.exchange.alignment import Alignment
from storybank.exchange.came import (
    MAX_CODES,
    MAX_CODINGS,
    MAX_NAME,
    MAX_SOURCES,
    MAX_USERS,
    Came,
    CodingIn,
    NoteIn,
    SourceIn,
    User,
)
from storybank.exchange.quoting import Quotes
from storybank.exchange.refi_offsets import BYTES, Convention
from storybank.exchange.taguette_html import Page
from storybank.exchange.taguette_tags import NAMESPACE, Tags
from storybank.intake import rules
from storybank.stories.canon import normalise, one_line

NOT_TAGUETTE = "This is a database, but not a project of Taguette. Export the project and try that."
DAMAGED = "The database is damaged. Export the project from Taguette again."
TOO_MANY = "It holds more than can be taken in at once. Split the project and try again."
NEEDED = {
    "documents": {"id", "name", "contents"},
    "tags": {"id", "path", "description"},
    "highlights": {"id", "document_id", "start_offset", "end_offset", "snippet"},
    "highlight_tags": {"highlight_id", "tag_id"},
}
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
_STEPS = 1_000_000
"""SQLite's own steps between two looks at whether it has gone on for too long."""
_LOOKS = 2_000


def read_taguette(data: bytes) -> Came:
    """A project of Taguette. Raises BadInput with one sentence for anything else."""
    connection = sqlite3.connect(":memory:")
    try:
        # A file in WAL mode cannot be read from memory: its header is told to be a plain one.
        connection.deserialize(data[:18] + b"\1\1" + data[20:])
        _harden(connection)
        return _Reader(connection).read()
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as broken:
        raise BadInput(DAMAGED) from broken
    finally:
        connection.close()


def _harden(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 60_000_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    looks = iter(range(_LOOKS))
    connection.set_progress_handler(lambda: next(looks, None) is None, _STEPS)
    tables = {
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        )
    }
    if not set(NEEDED) <= tables:
        raise BadInput(NOT_TAGUETTE)
    for table, needed in NEEDED.items():
        columns = {row[1] for row in connection.execute(f"PRAGMA table_xinfo({table})")}
        if not needed <= columns:
            raise BadInput(NOT_TAGUETTE)

    def only_reading(action: int, *_: Any) -> int:
        return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY

    connection.set_authorizer(only_reading)


class _Reader:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._database = connection
        self._came = Came("taguette", "Taguette")
        self._made: dict[int, tuple[str | None, str | None]] = {}

    def read(self) -> Came:
        """Everything in it."""
        came = self._came
        self._read_commands()
        tags = self._read_tags()
        on: dict[Any, list[str | None]] = {}
        for highlight, tag in self._rows("highlight_id, tag_id", "highlight_tags"):
            on.setdefault(highlight, []).append(tags.get(tag))
        highlights: dict[Any, list[tuple[Any, ...]]] = {}
        columns = "document_id, id, start_offset, end_offset, snippet"
        for row in self._rows(columns, "highlights", "id"):
            highlights.setdefault(row[0], []).append(row[1:])
        quotes = Quotes()
        for number, row in enumerate(self._rows("id, name, contents", "documents", "id"), 1):
            if number > MAX_SOURCES:
                raise BadInput(TOO_MANY)
            self._read_document(number, row, highlights.pop(row[0], []), on)
        for one in came.sources:
            quotes.add(one.number, one.text)
        for number, code in enumerate(came.codes, 1):
            if quotes.source_of(code.name) is not None:
                code.name = f"Code {number}"
                came.lose("name quotes", f"code {number}")
            if quotes.source_of(code.definition) is not None:
                code.definition = ""
                came.lose("description quotes", f"code {number}")
        for rest in highlights.values():
            came.lose("place outside", count=len(rest))
        return came

    def _rows(self, columns: str, table: str, order: str = "") -> list[tuple[Any, ...]]:
        order = f" ORDER BY {order}" if order else ""
        query = f"SELECT {columns} FROM {table}{order} LIMIT {MAX_CODINGS + 1}"
        rows = self._database.execute(query).fetchall()
        if len(rows) > MAX_CODINGS:
            raise BadInput(TOO_MANY)
        return rows

    def _read_tags(self) -> dict[Any, str]:
        found, tags = {}, Tags(self._came)
        for number, path, description in self._rows("id, path, description", "tags", "id"):
            if len(self._came.codes) >= MAX_CODES:
                raise BadInput(TOO_MANY)
            guid = tags.add(str(path or ""), str(description or ""))
            if guid is None:
                self._came.lose("code without name", f"code {len(self._came.codes) + 1}")
            else:
                found[number] = guid
        return found

    def _read_commands(self) -> None:
        """Who made each highlight, and when, as far as the log of changes says."""
        try:
            rows = self._rows("user_login, date, payload", "commands", "id")
        except sqlite3.OperationalError:
            return
        users: dict[str, str] = {}
        for login, date, payload in rows:
            name = one_line(str(login or ""))[:100]
            try:
                said = json.loads(payload)
                highlight = said.get("highlight_id", said.get("id"))
                new = said.get("type") == "highlight_add"
            except (ValueError, TypeError, AttributeError, RecursionError):
                continue
            if not new or not isinstance(highlight, int) or not name or len(users) >= MAX_USERS:
                continue
            users.setdefault(name, str(uuid.uuid5(NAMESPACE, f"user:{name}")))
            at = str(date or "").replace(" ", "T")[:19]
            self._made.setdefault(highlight, (users[name], at if len(at) == 19 else None))
        self._came.users = [User(guid, name) for name, guid in users.items()]

    def _read_document(
        self, number: int, row: tuple[Any, ...], highlights: list[tuple[Any, ...]],
        on: dict[Any, list[str | None]],
    ) -> None:  # fmt: skip
        came, where = self._came, f"source {number}"
        page = Page(str(row[2] or ""))
        canon = page.canon()
        try:
            rules.check_canon(canon)
        except BadInput:
            came.lose("no words", where)
            if highlights:
                came.lose("codings without words", where, len(highlights))
            return
        title = one_line(str(row[1] or ""))[:MAX_NAME]
        # The same document of the same project is known again by its name, place and words.
        guid = str(uuid.uuid5(NAMESPACE, f"document:{row[0]}:{title}:{canon.sha256}"))
        one = SourceIn(number, guid, title, canon.text, canon.to_places())
        align, ruler = Alignment(page.raw, canon.text), Convention(BYTES).ruler(page.raw)
        for highlight, start, end, snippet in highlights:
            came.count("places")
            codes = list(dict.fromkeys(on.get(highlight, [])))
            if not isinstance(start, int) or not isinstance(end, int):
                came.lose("place outside", where, max(1, len(codes)))
                continue
            if not ruler.first <= start < end <= ruler.last:
                came.lose("place outside", where, max(1, len(codes)))
                continue
            (first, whole), (last, ends_whole) = ruler.find(start), ruler.find(end)
            landed = align.land(first, last if ends_whole else last + 1)
            if landed is None:
                came.lose("place without letters", where, max(1, len(codes)))
                continue
            said = "".join(normalise(Page(str(snippet or "")).raw)[0].split())
            if said and said != "".join(canon.text[landed.start : landed.end].split()):
                came.lose("words differ", where, max(1, len(codes)))
                continue
            if landed.exact and whole and ends_whole:
                came.count("exact")
            else:
                came.lose("widened", where)
            if not codes:
                came.lose("place without code", where)
            passage = str(uuid.uuid5(uuid.UUID(guid), f"highlight:{highlight}"))
            user, at = self._made.get(highlight, (None, None))
            for code in codes:
                if code is None:
                    came.lose("coding without code", where)
                    continue
                coding = str(uuid.uuid5(uuid.UUID(passage), code))
                one.codings.append(
                    CodingIn(coding, passage, code, user, at, landed.start, landed.end)
                )
        came.sources.append(one)
        came.count("sources")
        self._note(number, guid, row)

    def _note(self, number: int, guid: str, row: tuple[Any, ...]) -> None:
        """What Taguette's user wrote about a document becomes a memo on the story."""
        try:
            query = "SELECT description FROM documents WHERE id = ?"
            (said,) = self._database.execute(query, (row[0],)).fetchone()
        except (sqlite3.OperationalError, TypeError):
            return
        body = normalise(str(said or ""))[0].strip()
        if body:
            own = str(uuid.uuid5(uuid.UUID(guid), "description"))
            self._came.notes.append(NoteIn(own, "", body, None, None, None, "story", guid, number))
