"""The two kinds of documents: stories, to find by, and coded passages, as evidence.

An index holds numbers and lists of words: no text, no title, no spelling list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from whoosh import columns, fields, formats
from whoosh.analysis import StemmingAnalyzer
from whoosh.lang import porter

from storybank.search.index import Document, Passage
from storybank.search.query import WORD

stem = lru_cache(maxsize=100_000)(porter.stem)

FORMS = "forms"
"""The field of words that do not begin their own stem: without them "community*" would miss
"commun". It keeps no places."""

_analyzer = StemmingAnalyzer(expression=WORD, stoplist=None, minsize=1)


@dataclass(frozen=True)
class Kind:
    """A kind of documents: its columns of numbers, the first of which is the id and the second the
    edition, and its fields of words beside ``forms``."""

    name: str
    columns: tuple[str, ...]
    fields: tuple[str, ...]

    @cached_property
    def schema(self) -> Any:
        """As Whoosh describes it."""
        words = fields.TEXT(analyzer=_analyzer, stored=False, spelling=False, vector=None)
        return fields.Schema(
            **{name: fields.COLUMN(columns.NumericColumn("i")) for name in self.columns},
            **dict.fromkeys(self.fields, words),
            **{FORMS: fields.FieldType(formats.Existence(), _analyzer, stored=False)},
        )


STORIES = Kind("stories", ("story", "version"), ("text", "title"))
PASSAGES = Kind(
    "passages", ("coding", "edition", "story", "version", "start", "end", "code"), ("text",)
)


def row(document: Document | Passage) -> tuple[Sequence[int], Sequence[str]]:
    """The columns and fields of a document, in the order of its kind."""
    if isinstance(document, Document):
        return document[:2], (document.text, document.title)
    return document[:-1], (document.text,)
