"""PDFs with words in them: pages joined to paragraphs, by pypdf. Runs in the child.

What stands at the head or foot of most pages, and page numbers, are left out and said; hyphens at
the ends of lines are joined. A page that is only a picture has no words to read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, PdfReadError

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.stories.canon import Canon, Part, Run, from_blocks

HEADS_LEFT = "What stands at the top or the foot of most pages was left out, and page numbers."
HYPHENS = "Words that were split at the end of a line were joined. Check them."
SOME_SCANNED = "Some pages are pictures without words. They are not in it."
MOST_PAGES = 3_000
FEW_LETTERS = 8
"""A page with fewer letters is a picture, or empty."""
EDGE = 3
"""Lines at the top and at the foot of a page that may be its head or its number."""

_NUMBER = re.compile(r"(?:page\s*)?[-\u2013\s]*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/)\s*\d{1,4})?"
                     r"[-\u2013\s]*", re.I)  # fmt: skip
_DIGITS = re.compile(r"\d+")
_SPLIT = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]$")
_ITEM = re.compile(
    r"(?:[\u2022\u25cf\u25aa\u2023*\uf0b7\u2013-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)"
)


def read_pdf(data: bytes) -> Canon:
    """Return the canon of a PDF. Raises BadInput for one with a password or without words."""
    try:
        pages = _pages(data)
    except (BadInput, MemoryError, RecursionError):
        raise
    except Exception as broken:  # a bent file makes the library raise many kinds
        raise BadInput(rules.DAMAGED) from broken
    empty = sum(len("".join(page).replace(" ", "")) < FEW_LETTERS for page in pages)
    if empty == len(pages):
        raise BadInput(rules.SCANNED)
    kept, left = _without_heads(pages)
    joined: list[bool] = []
    canon = from_blocks(_parts(kept, joined))
    told = [SOME_SCANNED] * (empty > 0) + [HEADS_LEFT] * left + [HYPHENS] * any(joined)
    return canon.with_warnings(told)


def _pages(data: bytes) -> list[list[str]]:
    """The lines of each page, in the order in which they are read."""
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        try:
            if reader.decrypt("") is PasswordType.NOT_DECRYPTED:
                raise BadInput(rules.PASSWORD)
        except (DependencyError, NotImplementedError) as unknown:
            raise BadInput(rules.PASSWORD) from unknown
    if len(reader.pages) > MOST_PAGES:
        raise BadInput(rules.TOO_LONG)
    pages, letters = [], 0
    for page in reader.pages:
        try:
            text = page.extract_text()
        except PdfReadError:
            text = ""
        letters += len(text)
        if letters > 2 * rules.MAX_TEXT:
            raise BadInput(rules.TOO_LONG)
        pages.append([line.rstrip() for line in text.split("\n")])
    return pages


def _without_heads(pages: list[list[str]]) -> tuple[list[list[str]], bool]:
    """Pages without their numbers and what most of them begin or end with."""
    seen: Counter[tuple[bool, str]] = Counter()
    for page in pages:
        lines = [line for line in page if line.strip()]
        for top, some in ((True, lines[:EDGE]), (False, lines[-EDGE:])):
            seen.update({(top, _alike(line)) for line in some})
    most = {key for key, count in seen.items() if len(pages) > 2 and count * 2 > len(pages)}
    left = False
    kept: list[list[str]] = []
    for page in pages:
        lines = [line for line in page if line.strip()]
        drop = set()
        for top, places in (
            (True, range(min(EDGE, len(lines)))),
            (False, range(len(lines) - 1, max(len(lines) - EDGE, 0) - 1, -1)),
        ):
            for place in places:
                number = len(pages) > 1 and _NUMBER.fullmatch(lines[place].strip())
                if not number and (top, _alike(lines[place])) not in most:
                    break
                drop.add(place)
        left = left or bool(drop)
        kept.append([line for place, line in enumerate(lines) if place not in drop])
    return kept, left


def _alike(line: str) -> str:
    """A line but for its figures: "Page 3 of 12" and "Page 4 of 12" are one."""
    return _DIGITS.sub("0", " ".join(line.split()))


def _parts(pages: list[list[str]], joined: list[bool]) -> Iterator[Part]:
    """Paragraphs: a line that is full goes on in the next, over the end of a page too."""
    lines = [line.strip() for page in pages for line in page]
    full = _full(lines)
    words, item, short = "", False, False
    for line in lines:
        begins = _ITEM.match(line) is not None
        if words and (begins or (short and not _SPLIT.search(words))):
            yield Part("li" if item else "p", [Run(words)])
            words = ""
        if not words:
            words, item = line, begins
        elif _SPLIT.search(words) and line[:1].islower():
            words = _SPLIT.sub("", words) + line
            joined.append(True)
        else:
            words = f"{words} {line}"
        short = len(line) < full
    if words:
        yield Part("li" if item else "p", [Run(words)])


def _full(lines: list[str]) -> float:
    """The length in letters from which a line counts as full: most of the longest ones."""
    lengths = sorted(len(line) for line in lines)
    return 0.75 * lengths[len(lengths) * 9 // 10] if lengths else 0
