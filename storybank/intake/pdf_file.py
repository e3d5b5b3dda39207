"""PDFs with words in them: lines joined to paragraphs and headings. Runs in the child.

What stands at the head or foot of most pages, page numbers and numbers of lines are left out and
shown beside the text; words split at the ends of lines are joined, and shown too. A page that is
only a picture has no words to read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.pdf_edges import without_edges
from storybank.intake.pdf_pages import read_pages
from storybank.intake.pdf_paragraphs import Join, parts
from storybank.stories.canon import Canon, Note, from_blocks

HEADS_LEFT = "What stands at the top or the foot of most pages was left out, and page numbers."
HYPHENS = "Words that were split at the end of a line were joined. Check them."
SOME_SCANNED = "Some pages are pictures without words. They are not in it."
FEW_LETTERS = 8
"""A page with fewer letters is a picture, or empty."""


def read_pdf(data: bytes) -> Canon:
    """Return the canon of a PDF. Raises BadInput for one with a password or without words."""
    read = read_pages(data)
    empty = [len("".join(line.text for line in page.lines)) < FEW_LETTERS for page in read.pages]
    if all(empty):
        raise BadInput(rules.SCANNED)
    pages, edges = without_edges(read.pages)
    joins: list[Join] = []
    canon = from_blocks(parts(pages, joins))
    told = [SOME_SCANNED] * any(empty) + [HEADS_LEFT] * bool(edges) + [HYPHENS] * bool(joins)
    canon = replace(canon, notes=(*edges, *_split_words(canon.text, joins), *read.comments))
    return canon.with_warnings(told)


def _split_words(text: str, joins: Sequence[Join]) -> Iterator[Note]:
    """A note for each word that was joined, at its place."""
    at = 0
    for join in joins:
        found = text.find(join.whole, at)
        if found >= 0:
            at = found + len(join.whole)
            yield Note("edge", join.split, start=found, end=at)
