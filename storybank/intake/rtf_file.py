"""Rich text (.rtf): its words and paragraphs, by striprtf. Runs in the child.

What it cannot tell apart (headings, stresses, notes) is said.
"""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.stories.canon import Canon, Part, Run, from_blocks

PLAIN = "Headings, lists and stresses of a rich text file are not kept. Check the paragraphs."
_CODE_PAGE = re.compile(r"\\ansicpg(\d{3,5})")


def read_rtf(data: bytes) -> Canon:
    """Return the canon of a rich text file. Raises BadInput where it is damaged."""
    source = data.decode("latin-1")
    page = _CODE_PAGE.search(source[:5_000])
    encoding = f"cp{page[1]}" if page else "cp1252"
    try:
        "".encode(encoding)
    except LookupError:
        encoding = "cp1252"
    try:
        text = rtf_to_text(source, encoding=encoding, errors="replace")
    except (MemoryError, RecursionError):
        raise
    except Exception as broken:  # the library raises many kinds on a bent file
        raise BadInput(rules.DAMAGED) from broken
    canon = from_blocks(
        Part("p", [Run(" ".join(filter(None, map(str.strip, line.split("|")))) if "|" in line
                       else line)])
        for line in text.split("\n")
    )  # fmt: skip
    return canon.with_warnings([PLAIN])
