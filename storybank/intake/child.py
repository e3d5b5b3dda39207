"""Reads one file in a process of its own, which may use little, write nothing and be killed.

Run by `storybank.intake.apart`: the kind of file as its one argument, the bytes on standard input,
and on standard output one JSON object: either the canon's parts or the sentence of a refusal. It
prints nothing else, so no words can reach a log.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storybank.stories.canon import Canon

MEMORY = 280 * 1024 * 1024
"""Bytes of address space. A short document takes 35 MB of it, one of 872 pages 110 MB."""

SECONDS = 4
"""Processor time; the parent also looks at the clock."""

_IN_LETTERS = frozenset(("txt", "md", "html", "vtt", "srt", "sbv"))
"""Kinds that are text in some encoding."""


def read(kind: str, data: bytes) -> dict[str, Any]:
    """Return {"text", "places", "title", "warnings", "notes", "encoding"} or {"refused": sentence}.

    After the kind may stand a colon and the encoding that somebody chose.
    """
    from storybank.errors import BadInput
    from storybank.intake import rules

    kind, _, chosen = kind.partition(":")
    encoding: str | None = None
    try:
        if kind in _IN_LETTERS:
            text, encoding, warnings = _letters(kind, data, chosen)
            canon = _reader_of_text(kind)(text).with_warnings(warnings)
        else:
            canon = _reader(kind, data)(data)
        canon = rules.check_canon(canon)
    except BadInput as refusal:
        return {"refused": refusal.sentence}
    except (MemoryError, RecursionError):
        return {"refused": rules.TOO_HARD}
    return {
        "text": canon.text,
        "places": canon.to_places(),
        "title": canon.title,
        "warnings": canon.warnings,
        "notes": [[note.kind, note.words, note.by, note.start, note.end] for note in canon.notes],
        "encoding": encoding,
    }


def _letters(kind: str, data: bytes, chosen: str) -> tuple[str, str, tuple[str, ...]]:
    """The canonical characters of a file, the codec that read them, and what was lost."""
    from storybank.intake import decoding
    from storybank.stories.canon import normalise

    if chosen:
        decoded = decoding.decode_as(data, chosen)
    else:
        decoded = (decoding.decode_page if kind == "html" else decoding.decode)(data)
    text, lost = normalise(decoded.text)
    return text, decoded.encoding, (*decoded.warnings, *lost)


def _reader_of_text(kind: str) -> Callable[[str], Canon]:
    """What reads this kind from text; only its library is imported."""
    if kind in ("vtt", "srt", "sbv"):
        from storybank.intake.captions_file import read_captions

        return lambda text: read_captions(text.encode(), kind=kind)
    if kind == "html":
        from storybank.intake.html_file import read_html

        return read_html
    if kind == "md":
        from storybank.intake.markdown_file import read_markdown

        return read_markdown
    from storybank.intake.plain_file import read_plain

    return read_plain


def _reader(kind: str, data: bytes) -> Callable[[bytes], Canon]:
    """What reads this kind; only its library is imported."""
    if kind == "archive":
        from storybank.intake.zip_guard import is_odt

        kind = "odt" if is_odt(data) else "docx"
    if kind == "docx":
        from storybank.intake.docx_file import read_docx

        return read_docx
    if kind == "odt":
        from storybank.intake.odt_file import read_odt

        return read_odt
    if kind == "rtf":
        from storybank.intake.rtf_file import read_rtf

        return read_rtf
    if kind == "pdf":
        from storybank.intake.pdf_file import read_pdf

        return read_pdf
    if kind == "ttml":
        from storybank.intake.ttml_file import read_ttml

        return read_ttml
    from storybank.intake.elan_file import read_elan

    return read_elan


def prepare() -> None:
    """Load what most files need, before there is one."""
    import storybank.intake.captions_file
    import storybank.intake.decoding
    import storybank.intake.docx_file
    import storybank.intake.html_file
    import storybank.intake.markdown_file
    import storybank.intake.odt_file
    import storybank.intake.pdf_file
    import storybank.intake.plain_file
    import storybank.intake.rtf_file  # noqa: F401


def main() -> None:
    """Read standard input as the kind of file named by the first argument."""
    from storybank.intake.limits import limit

    limit(MEMORY, SECONDS)
    answer = read(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())
