"""Notes of a project: what each is on, and what it says."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from storybank.errors import BadInput
from storybank.exchange.came import MAX_BODY, MAX_NAME, MAX_NOTES, Came, NoteIn
from storybank.exchange.qdpx_zip import Bomb, ProjectZip
from storybank.exchange.refi_rules import clean_guid, read_time
from storybank.exchange.refi_xml import children, local, target, text_of
from storybank.intake import text_file
from storybank.intake.docx_file import read_docx
from storybank.stories.canon import normalise, one_line

TOO_MANY = f"It has over {MAX_NOTES:,} memos. Split the project and try again."


@dataclass(frozen=True)
class _On:
    kind: str
    to: str | None
    source: int | None = None
    start: int = 0
    end: int = 0


class NotesReader:
    """Gathers what points to notes while the rest is read, then reads the notes."""

    def __init__(self, came: Came, users: set[str]) -> None:
        self._came, self._users = came, users
        self._on: dict[str, _On] = {}

    def refer(
        self, note: str | None, kind: str, to: str | None, source: int | None = None,
        start: int = 0, end: int = 0,
    ) -> None:  # fmt: skip
        """Remember that something has this note."""
        if note is None:
            return
        if note in self._on:
            self._came.lose("note on several")
            return
        self._on[note] = _On(kind, to, source, start, end)

    def write_own(
        self, body: str, guid: str, element: Element, kind: str, source: int, start: int = 0,
        end: int = 0,
    ) -> None:  # fmt: skip
        """A remark that stands on a source or place itself becomes a memo on it."""
        if body.strip():
            user = clean_guid(element.get("creatingUser"))
            own = str(uuid.uuid5(uuid.UUID(guid), "description"))
            self._add(own, "", body, user, element, _On(kind, guid, source, start, end))

    def read(self, notes: Element | None, archive: ProjectZip) -> None:
        """Read all notes."""
        elements = [one for one in children(notes, "Note")]
        guids = {clean_guid(one.get("guid")) for one in elements}
        for one in elements:
            # A note on a note is an answer to it.
            for ref in children(one, "NoteRef"):
                if target(ref) in guids:
                    self.refer(clean_guid(one.get("guid")), "note", target(ref))
        for number, one in enumerate(elements, 1):
            guid, where = clean_guid(one.get("guid")), f"memo {number}"
            if guid is None:
                self._came.lose("note without guid", where)
                continue
            body = self._body(one, archive) or text_of(one, "Description")
            if not body.strip():
                self._came.lose("note without words", where)
                continue
            inner = sum(1 for part in one.iter() if local(part) == "Coding")
            if inner:
                self._came.lose("codings on memo", where, inner)
            user = clean_guid(one.get("creatingUser"))
            on = self._on.get(guid, _On("project", None))
            self._add(guid, one_line(one.get("name") or ""), body, user, one, on)

    def _body(self, one: Element, archive: ProjectZip) -> str:
        body = text_of(one, "PlainTextContent")
        if body.strip():
            return body
        try:
            data = archive.source(one.get("plainTextPath"))
            if data:
                return text_file.decode(data).text
            rich = archive.source(one.get("richTextPath"))
            return read_docx(rich).text if rich and rich.startswith(b"PK") else ""
        except Bomb:
            raise
        except BadInput:
            return ""

    def _add(
        self, guid: str, title: str, body: str, user: str | None, element: Element, on: _On
    ) -> None:
        clean = normalise(body)[0].strip()
        if len(clean) > MAX_BODY:
            self._came.lose("note cut")
            clean = clean[:MAX_BODY]
        if len(self._came.notes) >= MAX_NOTES:
            raise BadInput(TOO_MANY)
        at, changed = (read_time(element.get(n)) for n in ("creationDateTime", "modifiedDateTime"))
        self._came.notes.append(
            NoteIn(
                guid, title[:MAX_NAME], clean, user if user in self._users else None,
                at.isoformat() if at else None, changed.isoformat() if changed else None,
                on.kind, on.to, on.source, on.start, on.end,
            )
        )  # fmt: skip
