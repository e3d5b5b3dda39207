"""What a search index must do. It holds ids and words to find by; it never gives words back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from storybank.search.query import Node


class Document(NamedTuple):
    """A story on its way into the index."""

    story_id: int
    version: int
    title: str
    text: str


@dataclass(frozen=True)
class Matches:
    """Scores by story id, best first. ``complete`` is False where time ran out."""

    scores: dict[int, float]
    complete: bool = True


class Finds(Protocol):
    """The half of an index that searches need."""

    def find(self, query: Node, allow: Collection[int]) -> Matches:
        """Stories among ``allow`` that match; none at all where ``allow`` is empty.

        Raises BadInput where a beginning stands for too many words; NotReady where there is no
        index that can be read.
        """

    def stem(self, word: str) -> str:
        """What the forms of a word have in common, as the index sees it."""


class Holds(Protocol):
    """The half that keeps documents."""

    def put(self, documents: Iterable[Document]) -> None:
        """Take these in, each in place of what it holds of the same story."""

    def forget(self, story_ids: Collection[int]) -> None:
        """Find these no more, and leave no word of theirs in any file."""

    def versions(self) -> dict[int, int]:
        """Which version of each story it holds: {story id: version}."""


class Index(Finds, Holds, Protocol):
    """Finds and holds stories. All but ``stem`` raise NotReady where there is no sound index, and
    writing raises Conflict where another process writes for too long."""

    def story_ids(self) -> set[int]:
        """The stories it holds."""

    def prepare(self) -> None:
        """Make an empty index where there is none."""

    def close(self) -> None:
        """Let go of open files; the next search opens them again."""

    def rebuild(self, fill: Callable[[Holds], None], catch_up: Callable[[Holds], None]) -> None:
        """Build anew beside the old one, which serves on; then change over, at once.

        ``fill`` does the long work. ``catch_up`` runs while nobody else may write, and mends what
        changed meanwhile.

        Raises Conflict where somebody else is at it already.
        """

    def leftovers(self) -> Iterable[tuple[int, str]]:
        """Words on disk that cannot be found any more: (story id or 0, one line)."""
