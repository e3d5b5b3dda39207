"""The index of coded passages: where in the evidence words stand. It lies beside the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from storybank.search.index import Hits, Passage
from storybank.search.kinds import PASSAGES
from storybank.search.query import Node

if TYPE_CHECKING:
    from storybank.search.seating import Stand
    from storybank.search.whoosh_shelves import Shelves


@cache
def ranking() -> Callable[..., Hits]:
    """What puts answers in order, which brings numpy along: fetched once, with the first search."""
    from storybank.search.ranking import Ranked

    return Ranked.of


class Reads(Protocol):
    def __call__(self, kind: Any, work: Callable[[Stand], Any]) -> Any: ...


class Writes(Protocol):
    def __call__(self, kind: Any, work: Callable[[Shelves], None]) -> None: ...


class WhooshPassages:
    """Finds and holds coded passages, as ``index.Passages`` says."""

    def __init__(self, read: Reads, write: Writes) -> None:
        self._read = read
        self._write = write

    def look(
        self,
        query: Node | None,
        allow: Collection[int],
        codes: Collection[int] | None = None,
        stories: Collection[int] | None = None,
    ) -> Hits:
        of = ranking()
        narrow = {
            name: ids for name, ids in (("code", codes), ("story", stories)) if ids is not None
        }
        hits: Hits = self._read(PASSAGES, lambda stand: of(stand, query, allow, narrow))
        return hits

    def codes_of(self, hits: Hits) -> dict[int, int]:
        found: dict[int, int] = self._read(PASSAGES, lambda stand: stand.counts("code", hits.ids))
        return found

    def editions(self, story_ids: Collection[int] | None = None) -> dict[int, int]:
        held: dict[int, int] = self._read(PASSAGES, lambda stand: stand.held(story_ids))
        return held

    def stories(self) -> dict[int, int]:
        """{coding id: story id} of every passage held."""
        held: dict[int, int] = self._read(PASSAGES, lambda stand: stand.pairs("story"))
        return held

    def put(self, passages: Iterable[Passage]) -> None:
        self._write(PASSAGES, lambda shelves: shelves.put(passages))

    def forget(self, coding_ids: Collection[int]) -> None:
        self._write(PASSAGES, lambda shelves: shelves.forget(coding_ids))
