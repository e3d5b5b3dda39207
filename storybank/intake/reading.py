"""One file, or words pasted in, to one arrival. The kind is told by content, never by name."""

import json
from dataclasses import replace
from pathlib import Path, PurePath

from storybank.errors import BadInput
from storybank.intake import apart, rules, scanned, text_file
from storybank.intake.plain_file import read_plain
from storybank.intake.rules import Arrival
from storybank.stories.canon import Canon, Note, normalise

SECONDS = 10.0
"""How long a child may take by the clock on the wall."""

MOST_FROM_CHILD = 32 * 1024 * 1024
"""The most bytes listened to from a child: a text of the greatest length with its places."""

BY_MACHINE = "machine"
"""What stands for an encoding where somebody asked to have pictures of words read by machine."""

LONG_PASTE = 50_000
"""Code points from which words that were pasted are read in a child, as a file's are."""

_CHILD = Path(__file__).with_name("child.py")
_ZIP = b"PK"
_BY_NAME = {
    **dict.fromkeys(("", ".txt", ".text"), "txt"),
    **dict.fromkeys((".md", ".markdown"), "md"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
}
"""What a file is whose beginning does not say so."""

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


def read_file(
    name: str, data: bytes, title: str | None = None, *, encoding: str | None = None
) -> Arrival:
    """Return the story in a text, Markdown, Word, OpenDocument, rich text, PDF, web page, caption
    or ELAN file.

    What it is, its beginning says; the name only tells Markdown and web pages from plain text.
    ``encoding`` is the one somebody chose of `text_file.alternatives`, for files that are text in
    some encoding; other kinds say themselves how they are to be read. It may be `BY_MACHINE`: then
    the words of a scanned PDF are read from its pictures, which may take minutes.
    Raises BadInput, with a sentence that says what the file is and what to do, for anything else
    and for what is empty, too big, damaged or not in the encoding chosen.
    """
    rules.check_size(len(data))
    ending = PurePath(name).suffix.lower()
    if data.startswith(_ZIP) and data[2:4] in (b"\3\4", b"\5\6", b"\7\x08"):
        return _read_apart("archive", data, title)
    kind = text_file.kind_of(data)
    if kind is None:
        text_file.refuse_other_kinds(data)
        kind = _BY_NAME.get(ending)
    if kind is None:
        raise BadInput(_OTHER_NAMES.get(ending, rules.NOT_TEXT))
    if kind == "pdf" and encoding == BY_MACHINE:
        return _read_pictures(data, title)
    return _read_apart(kind, data, title, None if encoding == BY_MACHINE else encoding)


def _read_pictures(data: bytes, title: str | None) -> Arrival:
    """Read a PDF, and where it has no words, the pictures of them."""
    try:
        return _read_apart("pdf", data, title)
    except BadInput as refusal:
        if refusal.sentence != rules.SCANNED:
            raise
    arrival = _read_apart("pdf", scanned.with_letters(data), title)
    return replace(arrival, canon=arrival.canon.with_warnings([scanned.WARNING]))


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
    clean, lost = normalise(text)
    if len(clean) > LONG_PASTE:
        arrival = _read_apart("txt", clean.encode(), title, "utf-8")
        return replace(arrival, canon=arrival.canon.with_warnings(lost), encoding=None)
    canon = rules.check_canon(read_plain(clean).with_warnings(lost))
    return Arrival(canon, rules.title_of(canon, title))


def _read_apart(kind: str, data: bytes, title: str | None, encoding: str | None = None) -> Arrival:
    """Read a file in a child. Raises BadInput where the child refuses, dies or takes too long."""
    asked = f"{kind}:{encoding}" if encoding else kind
    said = apart.ask(_CHILD, asked, data, SECONDS, MOST_FROM_CHILD)
    if not said or len(said) > MOST_FROM_CHILD:
        raise BadInput(rules.TOO_HARD)
    try:
        answer = json.loads(said)
        if "refused" in answer:
            raise BadInput(answer["refused"])
        canon = Canon.from_places(answer["text"], answer["places"], answer["title"])
        canon = replace(canon, notes=tuple(Note(*note) for note in answer["notes"]))
        read_in = answer["encoding"]
    except (ValueError, KeyError, TypeError) as garbled:
        raise BadInput(rules.TOO_HARD) from garbled
    canon = rules.check_canon(canon.with_warnings(answer["warnings"]))
    return Arrival(canon, rules.title_of(canon, title), encoding=read_in)
