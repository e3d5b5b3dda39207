"""The search index of a house that several machines serve: one that PostgreSQL keeps for all of
them, and beside it each node's own, which answers where it can."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.errors import NotReady
from storybank.search import changes, contents
from storybank.search.derivative import LATER, NIGHT, REBUILD, SearchIndex, promise_once
from storybank.search.evidence import FindsWithin, Searches
from storybank.search.following import Follower
from storybank.search.index import Allowed, Hits, Matches
from storybank.search.own_index import OwnIndex
from storybank.search.postgres_index import PostgresIndex
from storybank.search.query import Node

A_WEEK = timedelta(days=6, hours=20)
CLEARED_EVERY = timedelta(minutes=10)
"""To clear away a few rows takes as long as to clear away many: all files are gone through."""


class NodeIndex(SearchIndex):
    """PostgreSQL's index as the house's keeper of copies, which jobs keep in step, with the index
    of this node, which follows by itself (``following``). ``own`` is None where it is to have
    none."""

    def __init__(
        self,
        shared: PostgresIndex,
        own: OwnIndex | None,
        engine: Engine,
        sessions: sessionmaker[Session],
        *,
        follows: bool,
    ) -> None:
        super().__init__(shared)
        self.own = own
        self.sessions = sessions
        self.engine = engine
        self.follower = Follower(engine, own) if own else None
        self._follows = follows
        self._cleared: datetime | None = None
        shared.forget_with_the_stop(sessions)
        changes.note_with_the_act(sessions)

    def at(self, session: Session) -> Searches:
        hidden = self.own.hidden(session) if self.own else None
        if self.own is None or hidden is None:
            return self
        return AtHand(self.own, hidden, self)

    def start(self) -> None:
        """Begin to follow, where this process may."""
        if self.follower and self._follows:
            self.follower.start(self.sessions)

    def close(self) -> None:
        if self.follower:
            self.follower.stop()
        super().close()
        if self.own:
            self.own.index.close()

    @property
    def position(self) -> int | None:
        if self.own is None or self.follower is None:
            return None
        place = self.own.place()
        return place.upto if place else self.follower.begun

    def look_after(self, session: Session) -> None:
        """PostgreSQL clears away by itself what was deleted: once a week is enough there."""
        if now().hour in NIGHT and now() - self.index.built() > A_WEEK:
            promise_once(session, REBUILD)
        changes.put_away(session)

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        yield from super().strays(session)
        if self.own and self.own.place():
            yield from contents.strays(session, self.own.index, "search index of this node")

    def trouble(self, session: Session) -> str | None:
        found = super().trouble(session)
        if found is None and self.own and self.own.place():
            try:
                missing = contents.missing(session, self.own.index)
            except NotReady as problem:
                return problem.sentence
            hidden = self.own.hidden(session)
            if hidden is not None and (missing := missing - hidden):
                return f"{len(missing)} stories are not in this node's own index yet"
        return found

    def lag(self, session: Session) -> int:
        """Of the node's own, how many stories changed that it has not taken in."""
        hidden = self.own.hidden(session) if self.own else None
        return super().lag(session) if hidden is None else len(hidden)

    def reindex(self, session: Session, progress: contents.Progress = lambda stories: None) -> int:
        """Build the one of all nodes anew, and this node's own, where there is one: its server
        does so, if it is open."""
        count = super().reindex(session, progress)
        if self.follower and self.own and self.own.index.folder.current():
            self.follower.build()
        return count

    def _build(self, session: Session, progress: contents.Progress = lambda stories: None) -> None:
        super()._build(session, progress)
        # A job that came between the last look and the change-over found no index to write to.
        with Session(self.engine) as later:
            contents.keep_all(later, self.index, coded=False)

    def erase(self, _: dict[str, Any]) -> datetime | None:
        """Have PostgreSQL clear rows away; each node does so for its own by itself."""
        if self._cleared is not None and now() < self._cleared + CLEARED_EVERY:
            return self._cleared + CLEARED_EVERY
        try:
            again = super().erase({})
        except NotReady:  # it is to be built anew: without them
            return now() + LATER
        self._cleared = now()
        return again

    def _make_again(self, session: Session) -> None:
        # No job may take so long as it would here.
        promise_once(session, REBUILD)


class AtHand:
    """The node's own index, for one request: without the stories that changed since it was
    followed; and PostgreSQL's, where it cannot be read."""

    def __init__(self, own: OwnIndex, hidden: Collection[int], instead: SearchIndex) -> None:
        self.own = own
        self.hidden = frozenset(hidden)
        self.instead = instead

    def stem(self, word: str) -> str:
        return self.own.index.stem(word)

    def find(self, query: Node, allow: Collection[int]) -> Matches:
        try:
            return self.own.index.find(query, self._of(allow))
        except NotReady:
            self.own.doubted = True
            return self.instead.find(query, allow)

    def look(self, query: Node, allow: Collection[int]) -> Hits:
        try:
            return self.own.index.look(query, self._of(allow))
        except NotReady:
            self.own.doubted = True
            return self.instead.look(query, allow)

    @property
    def passages(self) -> FindsWithin:
        """Where in the coded passages words stand."""
        return PassagesAtHand(self.own, self.hidden, self.instead)

    def _of(self, allow: Collection[int]) -> Collection[int]:
        if self.hidden.isdisjoint(allow):
            return allow
        return Allowed(set(allow) - self.hidden)


class PassagesAtHand:
    """Its passages, as ``evidence`` asks for them: those of stories that changed it does not have,
    and so they are read."""

    def __init__(self, own: OwnIndex, hidden: frozenset[int], instead: SearchIndex) -> None:
        self.own = own
        self.hidden = hidden
        self.instead = instead

    def look(self, query: Node | None, allow: Collection[int]) -> Hits:
        try:
            there = self.own.index.passages
            return there.look(query, set(allow) - there.editions(self.hidden).keys())
        except NotReady:
            self.own.doubted = True
            return self.instead.passages.look(query, allow)

    def editions(self, story_ids: Collection[int] | None = None) -> dict[int, int]:
        try:
            there = self.own.index.passages
            gone = there.editions(self.hidden)
            return {n: edition for n, edition in there.editions(story_ids).items() if n not in gone}
        except NotReady:
            self.own.doubted = True
            return self.instead.passages.editions(story_ids)
