"""Keeps the search index in step with what the door allows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import Conflict, NotReady
from storybank.jobs import queue
from storybank.jobs.models import Job
from storybank.search import contents
from storybank.search.evidence import Searches
from storybank.search.index import Hits, Index, Matches, Passages
from storybank.search.query import Node

ERASE, REBUILD = "search.erase", "search.rebuild"
NIGHT = range(1, 5)
"""The hours, in UTC, in which the index is built anew."""
A_DAY = timedelta(hours=20)
LATER = timedelta(minutes=5)
"""When to erase, where the index is being built just now."""


class SearchIndex:
    """The index as a keeper of copies. Pages ask the one that ``at`` gives them."""

    name = "search index"

    def __init__(self, index: Index) -> None:
        self.index = index

    def at(self, session: Session) -> Searches:
        """What a request with this session may ask."""
        return self

    def find(self, query: Node, allow: Collection[int]) -> Matches:
        return self.index.find(query, allow)

    def look(self, query: Node, allow: Collection[int]) -> Hits:
        return self.index.look(query, allow)

    def stem(self, word: str) -> str:
        return self.index.stem(word)

    def prepare(self) -> None:
        """Make an empty index where there is none."""
        self.index.prepare()

    def start(self) -> None:
        """Begin what this process does for searches from time to time."""

    def close(self) -> None:
        """Let go of the files that are open for reading."""
        self.index.close()

    @property
    def passages(self) -> Passages:
        """Where in the coded passages words stand."""
        return self.index.passages

    @property
    def position(self) -> int | None:
        """How far an index of this machine's own has followed; None where there is none."""
        return None

    def reconcile(self, session: Session, story_ids: Collection[int]) -> None:
        """Take in what may be found by somebody now, and forget the rest.

        An index that is missing or broken is built anew, whole.
        """
        try:
            contents.keep(session, self.index, story_ids)
            self._promise_erasing(session)
        except NotReady:
            self._make_again(session)

    def keep_passages(self, session: Session, story_ids: Collection[int]) -> None:
        """Take in what was coded on these stories, and forget what was taken off."""
        try:
            contents.keep_passages(session, self.index, story_ids)
            self._promise_erasing(session)
        except NotReady:
            self._make_again(session)

    def erase(self, _: dict[str, Any]) -> datetime | None:
        """Leave no word in any file of what cannot be found any more: an errand, for it may take
        half a minute, and nothing else waits for it."""
        try:
            self.index.erase()
        except Conflict:
            return now() + LATER
        return None

    def look_after(self, session: Session) -> None:
        """Promise to build the index anew, once a night: in large shelves, without a word of what
        was deleted."""
        if now().hour in NIGHT and now() - self.index.built() > A_DAY:
            promise_once(session, REBUILD)

    def rebuilding(self, engine: Engine) -> Callable[[dict[str, Any]], datetime | None]:
        """The errand that builds it anew; searches and stops go on meanwhile."""

        def rebuild(_: dict[str, Any]) -> datetime | None:
            try:
                with Session(engine) as session:
                    self._build(session)
            except Conflict:
                return now() + LATER
            return None

        return rebuild

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Stories the index should not hold, and words of theirs it has not yet thrown away."""
        return contents.strays(session, self.index, self.name)

    def trouble(self, session: Session) -> str | None:
        """What is wrong with the index, in one sentence; None when it is sound and complete."""
        try:
            missing = len(contents.missing(session, self.index))
        except NotReady as problem:
            return problem.sentence
        return f"{missing} stories cannot be found; run: storybank reindex" if missing else None

    def lag(self, session: Session) -> int:
        """How many stories the index holds otherwise than they stand now; 0 also where it is away,
        of which ``trouble`` tells."""
        return contents.behind(session, self.index)

    def reindex(self, session: Session, progress: contents.Progress = lambda stories: None) -> int:
        """Build the index anew beside the old one, change over, and say how many stories it holds.

        Cut off at any moment, it leaves the old index in use.
        """
        self._build(session, progress)
        return len(self.index.versions())

    def wanted_ids(self, session: Session) -> set[int]:
        """The stories the index should hold."""
        return set(contents.wanted(session))

    def _build(self, session: Session, progress: contents.Progress = lambda stories: None) -> None:
        contents.rebuild(session, self.index, progress)

    def _make_again(self, session: Session) -> None:
        self._build(session)

    def _promise_erasing(self, session: Session) -> None:
        if self.index.owes():
            promise_once(session, ERASE)


def promise_once(session: Session, name: str) -> None:
    """Promise this work, unless it waits already."""
    waits = select(Job.id).where(Job.name == name, Job.failed_at.is_(None))
    if session.scalar(waits.limit(1)) is None:
        queue.put(session, name, queue.LATER)
