"""One file, or words pasted in, to one arrival. The kind is told by content, never by name."""

import json
from dataclasses import replace
from pathlib import Path, PurePath

from storybank.errors import BadInput
from storybank.intake import apart, rules, text_file
from storybank.intake.rules import Arrival
from storybank.intake.spoken_text import read_spoken
from storybank.stories.canon import Canon, Note, normalise, plain

SECONDS = 10.0
"""How long a child may take by the clock on the wall."""

MOST_FROM_CHILD = 32 * 1024 * 1024
"""The most bytes listened to from a child: a text of the greatest length with its places."""

_CHILD = Path(__file__).with_name("child.py")
_ZIP = b"PK"
_TEXT_NAMES = ("", ".txt", ".text", ".md", ".markdown")
_PAGE_NAMES = (".html", ".htm", ".xhtml")
_OTHER_NAMES = {
    **dict.fromkeys((".csv", ".tsv", ".jsonl", ".ndjson"), rules.MANY_STORIES),
    **dict.fromkeys((".vtt", ".srt", ".sbv"), rules.BAD_CAPTIONS),
    **dict.fromkeys((".docx", ".docm", ".dotx"), rules.NOT_WORD),
    **dict.fromkeys((".odt", ".fodt", ".rtf", ".pdf", ".eaf"), rules.DAMAGED),
    ".json": rules.JSON,
    ".doc": rules.OLD_WORD,
    ".xlsx": rules.SPREADSHEET,
    ".xml": rules.XML,
}
_DECODED = frozenset(("html", "vtt", "srt", "sbv"))
"""Kinds that are text in some encoding: the child gets them in UTF-8."""


def read_file(
    name: str, data: bytes, title: str | None = None, *, encoding: str | None = None
) -> Arrival:
    """Return the story in a text, Markdown, Word, OpenDocument, rich text, PDF, web page, caption
    or ELAN file.

    What it is, its beginning says; the name only tells Markdown and web pages from plain text.
    ``encoding`` is the one somebody chose of `text_file.alternatives`, for files that are text in
    some encoding; other kinds say themselves how they are to be read.
    Raises BadInput, with a sentence that says what the file is and what to do, for anything else
    and for what is empty, too big, damaged or not in the encoding chosen.
    """
    rules.check_size(len(data))
    ending = PurePath(name).suffix.lower()
    if data.startswith(_ZIP) and data[2:4] in (b"\3\4", b"\5\6", b"\7\x08"):
        return _arrival(_read_apart("archive", data), title)
    kind = text_file.kind_of(data)
    if kind is None:
        text_file.refuse_other_kinds(data)
        kind = "html" if ending in _PAGE_NAMES else None
    if kind is not None and kind not in _DECODED:
        return _arrival(_read_apart(kind, data), title)
    if kind is None and ending not in _TEXT_NAMES:
        raise BadInput(_OTHER_NAMES.get(ending, rules.NOT_TEXT))
    decoded = _decoded(data, kind, encoding)
    if kind is None:
        canon = _read_text(decoded.text, ending in (".md", ".markdown"), decoded.warnings)
    else:
        clean, lost = normalise(decoded.text)
        canon = _read_apart(kind, clean.encode()).with_warnings((*decoded.warnings, *lost))
    return _arrival(canon, title, decoded.encoding)


def read_path(path: Path, title: str | None = None) -> Arrival:
    """Return the story in a file on disk. Raises BadInput as `read_file`."""
    try:
        if not path.is_file():
            raise BadInput(rules.NO_FILE)
        with path.open("rb") as file:
            data = file.read(rules.MAX_FILE + 1)
    except OSError as unreadable:
        raise BadInput(rules.NO_FILE) from unreadable
    return read_file(path.name, data, title)


def read_paste(text: str, title: str | None = None) -> Arrival:
    """Return the story in words that were pasted or typed. Raises BadInput as `read_file`."""
    if len(text) > rules.MAX_FILE:
        raise BadInput(rules.TOO_LONG)
    canon = _read_text(text)
    return Arrival(canon, rules.title_of(canon, title))


def _read_text(text: str, markdown: bool = False, warnings: tuple[str, ...] = ()) -> Canon:
    clean, lost = normalise(text)
    if len(clean) > rules.MAX_TEXT:
        raise BadInput(rules.TOO_LONG)
    canon = _read_apart("md", clean.encode()) if markdown else read_spoken(clean) or plain(clean)
    return rules.check_canon(canon.with_warnings((*warnings, *lost)))


def _decoded(data: bytes, kind: str | None, encoding: str | None) -> text_file.Decoded:
    if encoding is not None:
        return text_file.decode_as(data, encoding)
    return text_file.decode_page(data) if kind == "html" else text_file.decode(data)


def _arrival(canon: Canon, title: str | None, encoding: str | None = None) -> Arrival:
    return Arrival(canon, rules.title_of(canon, title), encoding=encoding)


def _read_apart(kind: str, data: bytes) -> Canon:
    """Read a file in a child. Raises BadInput where the child refuses, dies or takes too long."""
    said = apart.ask(_CHILD, kind, data, SECONDS, MOST_FROM_CHILD)
    if not said or len(said) > MOST_FROM_CHILD:
        raise BadInput(rules.TOO_HARD)
    try:
        answer = json.loads(said)
        if "refused" in answer:
            raise BadInput(answer["refused"])
        canon = Canon.from_places(answer["text"], answer["places"], answer["title"])
        canon = replace(canon, notes=tuple(Note(*note) for note in answer["notes"]))
    except (ValueError, KeyError, TypeError) as garbled:
        raise BadInput(rules.TOO_HARD) from garbled
    return rules.check_canon(canon.with_warnings(answer["warnings"]))
