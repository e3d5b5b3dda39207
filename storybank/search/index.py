"""What a search index must do. It holds ids and words to find by; it never gives words back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from storybank.search.query import Node

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Document(NamedTuple):
    """A story on its way into the index."""

    story_id: int
    version: int
    title: str
    text: str


class Passage(NamedTuple):
    """A coded passage on its way into the index of passages. Places are code points."""

    coding_id: int
    edition: int
    """Another number where anything else here changed (``edition_of``)."""
    story_id: int
    version: int
    start: int
    end: int
    code_id: int
    text: str


class Allowed(frozenset[int]):
    """Ids that may be found. An index remembers where they stand for as long as this object lives,
    so whoever asks twice about the same ids should ask with the same object.

    Empty means: nothing.
    """

    seats: dict[Any, Any]

    def __new__(cls, ids: Iterable[int] = ()) -> Allowed:
        made = super().__new__(cls, ids)
        made.seats = {}
        return made


@dataclass(frozen=True)
class Matches:
    """Scores by story id, best first. ``complete`` is False where time ran out."""

    scores: dict[int, float]
    complete: bool = True


class Hits(Protocol):
    """What was found, not yet put in order: the cheap way to ask where much may be found."""

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """Every id found, once, in no order that means anything."""

    @property
    def total(self) -> int:
        """How many were found."""

    @property
    def complete(self) -> bool:
        """False where the work allowed for one search did not reach to find all."""

    def best(self, start: int, end: int) -> list[tuple[int, float]]:
        """(id, score) of those from ``start`` up to ``end``, best first; of equals the lower id
        first."""


class Finds(Protocol):
    """The half of an index that searches need."""

    def find(self, query: Node, allow: Collection[int]) -> Matches:
        """Stories among ``allow`` that match; none at all where ``allow`` is empty.

        Raises BadInput where a beginning stands for too many words; NotReady where there is no
        index that can be read.
        """

    def stem(self, word: str) -> str:
        """What the forms of a word have in common, as the index sees it."""


class Looks(Finds, Protocol):
    """An index that can say what it found without putting all of it in order."""

    def look(self, query: Node, allow: Collection[int]) -> Hits:
        """As ``find``. Scores are made from what is allowed alone: words that stand only in other
        stories do not move them."""


class FindsPassages(Protocol):
    """The half of the index of passages that searches need. What it finds is for the database to
    check: who codes blind, what is kept back, and what was taken off a moment ago."""

    def look(
        self,
        query: Node | None,
        allow: Collection[int],
        codes: Collection[int] | None = None,
        stories: Collection[int] | None = None,
    ) -> Hits:
        """Codings among ``allow`` on whose passage ``query`` matches; every one of them where it
        is None. ``codes`` and ``stories`` narrow further, to none where they are empty."""

    def codes_of(self, hits: Hits) -> dict[int, int]:
        """{code id: how many of these hits carry it}."""


class HoldsPassages(Protocol):
    """The half that keeps coded passages."""

    def put(self, passages: Iterable[Passage]) -> None:
        """Take these in, each in place of what it holds of the same coding."""

    def forget(self, coding_ids: Collection[int]) -> None:
        """Find these no more; their words leave the files as those of stories do."""

    def editions(self, story_ids: Collection[int] | None = None) -> dict[int, int]:
        """Which passages it holds, of these stories or of all: {coding id: edition}."""

    def stories(self) -> dict[int, int]:
        """{coding id: story id} of every passage held."""


class Passages(FindsPassages, HoldsPassages, Protocol):
    """Finds and holds coded passages."""


class Holds(Protocol):
    """The half that keeps documents."""

    @property
    def passages(self) -> HoldsPassages:
        """The passages that are kept beside them."""

    def put(self, documents: Iterable[Document]) -> None:
        """Take these in, each in place of what it holds of the same story."""

    def forget(self, story_ids: Collection[int]) -> None:
        """Find these no more, from this moment on.

        Their words leave the files at once where that is quickly done; else with ``erase``.
        """

    def versions(self, story_ids: Collection[int] | None = None) -> dict[int, int]:
        """Which version it holds of each of these stories, or of all: {story id: version}."""


class Index(Looks, Holds, Protocol):
    """Finds and holds stories. All but ``stem`` raise NotReady where there is no sound index, and
    writing raises Conflict where another process writes for too long."""

    @property
    def passages(self) -> Passages:
        """The coded passages, as an index of their own."""

    def story_ids(self) -> set[int]:
        """The stories it holds."""

    def prepare(self) -> None:
        """Make an empty index where there is none."""

    def close(self) -> None:
        """Let go of open files; the next search opens them again."""

    def built(self) -> datetime:
        """When it was last built as a whole; now, where there is none."""

    def owes(self) -> bool:
        """Is there anything for ``erase`` to do?"""

    def erase(self) -> None:
        """Leave no word in any file of what cannot be found any more, however long it takes.

        Others may search and write meanwhile. Raises Conflict while the index is being built.
        """

    def rebuild(self, fill: Callable[[Holds], None], catch_up: Callable[[Holds], None]) -> None:
        """Build anew beside the old one, which serves on; then change over, at once.

        ``fill`` does the long work. ``catch_up`` runs while nobody else may write, and mends what
        changed meanwhile.

        Raises Conflict where somebody else is at it already.
        """

    def leftovers(self) -> Iterable[tuple[int, str]]:
        """Words on disk that cannot be found any more: (story id or 0, one line)."""
