"""Rich text (.rtf): its letters by striprtf, and what they are by what stands around them.

Headings, lists and stresses are kept where the file says so in its text. Changes are taken as they
would end; what they took out, comments, notes, hidden words, heads and feet stand beside the text.
Runs in the child.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from striprtf.striprtf import rtf_to_text

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.beside import Beside, Line
from storybank.intake.rtf_groups import BAR, HEAD, LIST, LOOKS, NOTE, Cleared, cleared
from storybank.stories.canon import BlockKind, Canon, NoteKind, Part, Run, from_blocks

_CODE_PAGE = re.compile(r"\\ansicpg(\d{3,5})")
_SIGNS = re.compile(f"([\ufdd0-\ufddf]|{NOTE}|{LIST}|{HEAD}[1-6]?)")
_ANY_SIGN = re.compile("[\ufdd0-\ufdef]")
_CELLS = re.compile(r"\s*\|\s*")
_KINDS: dict[str, NoteKind] = {
    "comment": "comment", "footnote": "footnote", "endnote": "endnote", "edge": "edge",
}  # fmt: skip


def read_rtf(data: bytes) -> Canon:
    """Return the canon of a rich text file, with its notes. Raises BadInput where it is damaged."""
    source = data.decode("latin-1")
    page = _CODE_PAGE.search(source[:5_000])
    encoding = f"cp{page[1]}" if page else "cp1252"
    try:
        "".encode(encoding)
    except LookupError:
        encoding = "cp1252"
    try:
        file = cleared(source)
        text = rtf_to_text(file.source, encoding=encoding, errors="replace")
        reader = _Reader(file, encoding)
    except (MemoryError, RecursionError):
        raise
    except Exception as broken:  # the library raises many kinds on a bent file
        raise BadInput(rules.DAMAGED) from broken
    if len(text) > 2 * rules.MAX_TEXT:
        raise BadInput(rules.TOO_LONG)
    canon = reader.beside.told(from_blocks(map(reader.part, text.split("\n"))))
    first = next((block for block in canon.blocks if block.kind == "h"), None)
    return replace(canon, title=canon.text[first.start : first.end] if first else None)


class _Reader:
    """Tells the signs in the letters of one file, a line a paragraph."""

    def __init__(self, file: Cleared, encoding: str) -> None:
        self.beside = Beside()
        self._look = 0
        self._notes = self._said(file, encoding)

    def _said(self, file: Cleared, encoding: str) -> Iterator[tuple[NoteKind, str, str]]:
        start = "{\\rtf1\\ansi" + file.fonts
        for cut in file.cuts:
            words, by = (
                rtf_to_text(f"{start} {said}}}", encoding=encoding, errors="replace")
                for said in (cut.source, cut.by)
            )
            yield _KINDS[cut.kind], _ANY_SIGN.sub("", words.replace(BAR, "|")).strip(), by.strip()

    def part(self, text: str) -> Part:
        """The block of one line."""
        line = Line()
        kind: BlockKind = "p"
        level = 0
        for piece in _SIGNS.split(_without_bars(text)):
            if piece == NOTE:
                note = next(self._notes, None)
                met = self.beside.add(*note) if note else None
                line.put(None if note and note[0] == "edge" else met)
            elif piece == LIST:
                kind = "li" if kind == "p" else kind
            elif piece.startswith(HEAD):
                kind, level = "h", int(piece[1:] or 1)
            elif len(piece) == 1 and LOOKS <= ord(piece) < LOOKS + 16:
                self._look = ord(piece) - LOOKS
            elif self._look & 4:
                self.beside.again(line, "dropped", piece)
            elif self._look & 8:
                self.beside.again(line, "hidden", piece)
            elif piece:
                said = piece.replace(BAR, "|")
                line.runs.append(Run(said, bool(self._look & 1), bool(self._look & 2)))
        runs = self.beside.numbered(line)
        if kind == "h":
            runs = [run._replace(em=False, strong=False) for run in runs]
        return Part(kind, runs, level)


def _without_bars(line: str) -> str:
    """A row of a table as its cells, one after the other."""
    return _CELLS.sub(" ", line).strip() if "|" in line else line
