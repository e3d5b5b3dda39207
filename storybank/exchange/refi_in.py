"""Reads a REFI-QDA project: its users, codes, sources, places and notes, whoever wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from storybank.errors import BadInput
from storybank.exchange import refi_notes
from storybank.exchange.alignment import Alignment, Landed
from storybank.exchange.came import (
    MAX_CODINGS,
    MAX_NAME,
    MAX_SOURCES,
    MAX_USERS,
    Came,
    CodingIn,
    SourceIn,
    User,
)
from storybank.exchange.qdpx_zip import ProjectZip
from storybank.exchange.quoting import Quotes
from storybank.exchange.refi_offsets import STANDARD, Ruler, Selection, detect
from storybank.exchange.refi_rules import clean_guid, read_time
from storybank.exchange.refi_sources import MEDIA_PARTS, OURS, Words, facts_of, words_of
from storybank.exchange.refi_xml import (
    child,
    children,
    local,
    parse,
    read_codes,
    target,
    text_of,
    whole_number,
)
from storybank.stories.canon import one_line

TOO_MANY = "It holds more than can be taken in at once. Split the project and try again."


def read_codebook(data: bytes) -> Came:
    """A codebook (.qdc). Raises BadInput with one sentence for anything else."""
    root, kind = parse(data)
    if kind != "codebook":
        raise BadInput("This is the inside of a project. Choose the .qdpx file itself.")
    came = Came("codebook", _origin(root))
    read_codes(came, root)
    _lose_elements(came, root, {"Codes"})
    return came


def read_project(data: bytes) -> Came:
    """A project (.qdpx). Raises BadInput with one sentence for what is none, or is hostile."""
    archive = ProjectZip(data)
    root, kind = parse(archive.project())
    if kind != "project":
        raise BadInput("There is a codebook in the file and no project. Export the project.")
    came = Came("project", _origin(root))
    _read_users(came, root)
    reader = _Reader(came, archive, root)
    for code, notes in read_codes(came, child(root, "CodeBook")).items():
        for note in notes:
            reader.notes.refer(note, "code", code)
    reader.known = {code.guid for code in came.codes}
    for number, element in enumerate(children(child(root, "Sources")), 1):
        if number > MAX_SOURCES:
            raise BadInput(TOO_MANY)
        reader.source(number, element)
    for one in children(root, "NoteRef"):
        reader.notes.refer(target(one), "project", None)
    reader.notes.read(child(root, "Notes"), archive)
    _keep_quotes_in(came)
    _lose_elements(
        came, root, {"Users", "CodeBook", "Sources", "Notes", "NoteRef", "Variables", "Cases"}
    )
    return came


class _Reader:
    """Reads source after source; remembers what notes are on."""

    def __init__(self, came: Came, archive: ProjectZip, root: Element) -> None:
        self._came, self._archive = came, archive
        self._users = {user.guid for user in came.users}
        self._manifest = _manifest(archive) if OURS in came.origin.lower() else {}
        self._facts = facts_of(came, root)
        self._guids: set[str] = set()
        self._codings = 0
        self.known: set[str] = set()
        self.notes = refi_notes.NotesReader(came, self._users)

    def source(self, number: int, element: Element) -> None:
        """One source of any kind: taken in where its words are there."""
        came, where = self._came, f"source {number}"
        guid = clean_guid(element.get("guid"))
        words = words_of(came, self._archive, element, where, self._manifest.get(guid or "", {}))
        if guid is None or guid in self._guids:
            came.lose("source without guid", where)
            return
        self._guids.add(guid)
        if words is None:
            # Those on parts of pictures, sound and film were counted as such.
            lost = sum(1 for one in element.iter() if local(one) == "Coding")
            lost -= sum(
                sum(1 for _ in children(part, "Coding")) for part in children(element, *MEDIA_PARTS)
            )
            if lost:
                came.lose("codings without words", where, lost)
            return
        title = one_line(element.get("name") or "")[:MAX_NAME]
        one = SourceIn(
            number, guid, title, words.canon.text, words.canon.to_places(),
            self._facts.get(guid, {}), at=element.get("creationDateTime"),
        )  # fmt: skip
        self._places(one, element, words)
        came.sources.append(one)
        came.count("sources")

    def _places(self, one: SourceIn, element: Element, words: Words) -> None:
        came, where = self._came, f"source {one.number}"
        align = Alignment(words.raw, one.text)
        if not align.true:
            came.lose("places unknown", where)
        found = list(_selections(words))
        places = [Selection(start, end, hint) for _, start, end, hint in found]
        # What we wrote ourselves counts as the standard says; a few short places prove little.
        ours = OURS in came.origin.lower()
        way = STANDARD if ours else detect(words.raw, places, came.origin, words.marked)
        ruler = way.ruler(words.raw)
        if places and way.unit != "code points":
            came.count(f"counted in {way.unit}")
        for selected, start, end, _ in found:
            came.count("places")
            landed = self._landed(align, ruler, start, end, where, selected)
            if landed is not None:
                self._on(one, selected, landed)
        for selected in words.by_quote:
            came.count("places")
            quote = _quote(selected)
            at = words.raw.find(quote) if quote else -1
            alone = at >= 0 and words.raw.find(quote, at + 1) < 0
            landed = align.land(at, at + len(quote)) if alone else None
            if landed is None:
                self._lose_codings(selected, "place on a page", where)
            else:
                self._on(one, selected, landed)
        for whole in (element, words.holder):
            for coding in children(whole, "Coding"):
                self._code(one, coding, one.guid, Landed(0, len(one.text), True))
            for note in children(whole, "NoteRef"):
                self.notes.refer(target(note), "story", one.guid, one.number)
            if whole is words.holder is element:
                break
        if OURS not in came.origin.lower():  # Ours says the terms there.
            body = text_of(element, "Description")
            self.notes.write_own(body, one.guid, element, "story", one.number)

    def _landed(
        self, align: Alignment, ruler: Ruler, start: int, end: int, where: str,
        selected: Element,
    ) -> Landed | None:  # fmt: skip
        first, whole = ruler.find(start)
        last, ends_whole = ruler.find(end)
        if not ruler.first <= start <= end <= ruler.last:
            self._lose_codings(selected, "place outside", where)
            return None
        landed = align.land(first, last if ends_whole else last + 1)
        if landed is None:
            self._lose_codings(selected, "place without letters", where)
            return None
        if not (landed.exact and whole and ends_whole):
            self._came.lose("widened", where)
        elif not align.same(first, last, landed):
            self._lose_codings(selected, "words differ", where)
            return None
        else:
            self._came.count("exact")
        return landed

    def _on(self, one: SourceIn, selected: Element, landed: Landed) -> None:
        guid = clean_guid(selected.get("guid")) or one.guid
        codings = list(children(selected, "Coding"))
        for coding in codings:
            self._code(one, coding, guid, landed)
        place = (landed.start, landed.end)
        notes = list(children(selected, "NoteRef"))
        for note in notes:
            self.notes.refer(target(note), "passage", guid, one.number, *place)
        body = text_of(selected, "Description")
        self.notes.write_own(body, guid, selected, "passage", one.number, *place)
        if not codings and not notes and not body.strip():
            self._came.lose("place without code", f"source {one.number}")

    def _code(self, one: SourceIn, coding: Element, passage: str, landed: Landed) -> None:
        came, where = self._came, f"source {one.number}"
        self._codings += 1
        if self._codings > MAX_CODINGS:
            raise BadInput(TOO_MANY)
        guid, code = clean_guid(coding.get("guid")), target(child(coding, "CodeRef"))
        if code not in self.known or code is None:
            came.lose("coding without code", where)
            return
        if guid is None or guid in self._guids:
            came.lose("coding without guid", where)
            return
        self._guids.add(guid)
        user = clean_guid(coding.get("creatingUser"))
        at = read_time(coding.get("creationDateTime"))
        flags = self._manifest.get(guid, {})
        one.codings.append(
            CodingIn(
                guid, passage, code, user if user in self._users else None,
                at.isoformat() if at else None, landed.start, landed.end,
                {k: v for k, v in flags.items() if isinstance(k, str) and isinstance(v, str)},
            )
        )  # fmt: skip
        for note in children(coding, "NoteRef"):
            self.notes.refer(target(note), "coding", guid, one.number, landed.start, landed.end)

    def _lose_codings(self, selected: Element, kind: str, where: str) -> None:
        self._came.lose(kind, where, max(1, sum(1 for _ in children(selected, "Coding"))))


def _selections(words: Words) -> Iterator[tuple[Element, int, int, str]]:
    """Each place in the text of a source: its element, offsets, and the words it is named by."""
    points = {
        clean_guid(one.get("guid")): whole_number(one.get("position"))
        for one in children(words.holder, "SyncPoint")
    }
    for one in children(words.holder, "PlainTextSelection", "TranscriptSelection"):
        start: int | None
        if local(one) == "PlainTextSelection":
            start, end = (whole_number(one.get(f"{name}Position")) for name in ("start", "end"))
        else:
            start, end = (
                points.get(clean_guid(one.get(n))) for n in ("fromSyncPoint", "toSyncPoint")
            )
        # What cannot be read as a number is outside every text.
        yield one, -1 if start is None else start, -1 if end is None else end, one.get("name") or ""


def _quote(selected: Element) -> str:
    return text_of(child(selected, "Representation"), "PlainTextContent").strip()


def _read_users(came: Came, root: Element) -> None:
    for number, one in enumerate(children(child(root, "Users"), "User"), 1):
        if number > MAX_USERS:
            raise BadInput(TOO_MANY)
        guid = clean_guid(one.get("guid"))
        if guid is None or any(user.guid == guid for user in came.users):
            came.lose("user without guid", f"user {number}")
            continue
        name = one_line(one.get("name") or one.get("id") or "")[:100]
        came.users.append(User(guid, name or f"Coder {number}"))


def _origin(root: Element) -> str:
    return one_line(root.get("origin") or "")[:90]


def _manifest(archive: ProjectZip) -> dict[str, dict[str, Any]]:
    """What our own manifest says of sources and codings, by GUID; nothing where it is not right."""
    try:
        said = json.loads(archive.other("storybank-manifest.json") or b"{}")
        sources = {one["guid"]: one for one in said.get("stories", [])}
        return {**said.get("flags", {}), **sources}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _lose_elements(came: Came, root: Element, read: set[str]) -> None:
    kinds = {"Links": "link", "Sets": "set", "Graphs": "graph"}
    for one in children(root):
        name = local(one)
        if name == "Description":
            if (one.text or "").strip() and OURS not in came.origin.lower():
                came.lose("description")
        elif name in kinds and len(one):
            came.lose(kinds[name], count=len(one))
        elif name not in read and name not in kinds:
            came.lose("element", count=1)
    for one in children(child(root, "Cases"), "Case"):
        refs = sum(1 for _ in children(one, "CodeRef", "SelectionRef"))
        if refs:
            came.lose("case link", count=refs)


def _keep_quotes_in(came: Came) -> None:
    """What a team wrote about its codes or its project and quotes a story goes with the story,
    or not at all: it would be shown before its teller said yes."""
    quotes = Quotes()
    for one in came.sources:
        quotes.add(one.number, one.text)
    for number, code in enumerate(came.codes, 1):
        if quotes.source_of(code.name) is not None:
            code.name = f"Code {number}"
            came.lose("name quotes", f"code {number}")
        if any(quotes.source_of(text) for text in (code.definition, *code.parts.values())):
            code.definition, code.parts = "", {}
            came.lose("description quotes", f"code {number}")
    for note in came.notes:
        number_of = quotes.source_of(f"{note.title} {note.body}")
        if note.source is None and number_of is not None:
            note.on, note.to, note.source = "story", None, number_of
            came.count("notes kept with a story")
