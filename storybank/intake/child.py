"""Reads one file in a process of its own, which may use little, write nothing and be killed.

Run by `storybank.intake.apart`: the kind of file as its one argument, the bytes on standard input,
and on standard output one JSON object: either the canon's parts or the sentence of a refusal. It
prints nothing else, so no words can reach a log.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storybank.stories.canon import Canon

MEMORY = 280 * 1024 * 1024
"""Bytes of address space. A short document takes 35 MB of it, one of 872 pages 110 MB."""

SECONDS = 5
"""Processor time; the parent also looks at the clock."""


def read(kind: str, data: bytes) -> dict[str, Any]:
    """Return {"text", "places", "title", "warnings", "notes"} or {"refused": sentence}."""
    from storybank.errors import BadInput
    from storybank.intake import rules

    try:
        canon = rules.check_canon(_reader(kind, data)(data))
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
    }


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
    if kind == "eaf":
        from storybank.intake.elan_file import read_elan

        return read_elan
    if kind in ("vtt", "srt", "sbv"):
        from storybank.intake.captions_file import read_captions

        return partial(read_captions, kind=kind)
    if kind == "html":
        from storybank.intake.html_file import read_html

        return lambda page: read_html(page.decode())
    from storybank.intake.markdown_file import read_markdown

    return lambda text: read_markdown(text.decode())


def prepare() -> None:
    """Load what most files need, before there is one."""
    import storybank.intake.captions_file
    import storybank.intake.docx_file
    import storybank.intake.html_file
    import storybank.intake.markdown_file
    import storybank.intake.odt_file
    import storybank.intake.pdf_file
    import storybank.intake.rtf_file  # noqa: F401


def main() -> None:
    """Read standard input as the kind of file named by the first argument."""
    from storybank.intake.limits import limit

    limit(MEMORY, SECONDS)
    answer = read(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())
