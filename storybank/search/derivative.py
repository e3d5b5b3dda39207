"""Keeps the search index in step with what the door allows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.db import slices
from storybank.errors import Conflict, NotReady
from storybank.jobs import queue
from storybank.jobs.models import Job
from storybank.people.rules import MACHINE
from storybank.search import coded_passages as passages
from storybank.search.index import Document, Hits, Holds, Index, Matches, Passages
from storybank.search.query import Node
from storybank.stories import masking, reading

ERASE, REBUILD = "search.erase", "search.rebuild"
NIGHT = range(1, 5)
"""The hours, in UTC, in which the index is built anew."""
A_DAY = timedelta(hours=20)
LATER = timedelta(minutes=5)
"""When to erase, where the index is being built just now."""
SLICE = 200
"""How many stories are read at a time."""


class SearchIndex:
    """The index as a keeper of copies. Searches ask it through ``find``, ``look`` and ``stem``."""

    name = "search index"

    def __init__(self, index: Index) -> None:
        self.index = index

    def find(self, query: Node, allow: Collection[int]) -> Matches:
        return self.index.find(query, allow)

    def look(self, query: Node, allow: Collection[int]) -> Hits:
        return self.index.look(query, allow)

    def stem(self, word: str) -> str:
        return self.index.stem(word)

    def prepare(self) -> None:
        """Make an empty index where there is none."""
        self.index.prepare()

    def close(self) -> None:
        """Let go of the files that are open for reading."""
        self.index.close()

    @property
    def passages(self) -> Passages:
        """Where in the coded passages words stand."""
        return self.index.passages

    def reconcile(self, session: Session, story_ids: Collection[int]) -> None:
        """Take in what may be found by somebody now, and forget the rest.

        An index that is missing or broken is built anew, whole.
        """
        allowed = reading.permitted_among(session, _indexing(), story_ids)
        try:
            gone = set(story_ids) - allowed
            if gone:
                self.index.forget(gone)
                passages.keep(session, self.index.passages, gone, {})
            editions = _editions(session, allowed)
            _bring_up_to_date(session, self.index, editions)
            passages.keep(session, self.index.passages, allowed, editions)
            self._promise_erasing(session)
        except NotReady:
            self.reindex(session)

    def keep_passages(self, session: Session, story_ids: Collection[int]) -> None:
        """Take in what was coded on these stories, and forget what was taken off."""
        allowed = reading.permitted_among(session, _indexing(), story_ids)
        try:
            passages.keep(session, self.index.passages, story_ids, _editions(session, allowed))
            self._promise_erasing(session)
        except NotReady:
            self.reindex(session)

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
            _promise_once(session, REBUILD)

    def rebuilding(self, engine: Engine) -> Callable[[dict[str, Any]], datetime | None]:
        """The errand that builds it anew; searches and stops go on meanwhile."""

        def rebuild(_: dict[str, Any]) -> datetime | None:
            try:
                with Session(engine) as session:
                    self.reindex(session)
            except Conflict:
                return now() + LATER
            return None

        return rebuild

    def _promise_erasing(self, session: Session) -> None:
        if self.index.owes():
            _promise_once(session, ERASE)

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Stories the index should not hold, and words of theirs it has not yet thrown away."""
        try:
            wanted = self.wanted(session)
            for story_id, version in sorted(self.index.versions().items()):
                if story_id not in wanted:
                    yield story_id, f"search index: story {story_id} can still be found"
                elif wanted[story_id] != version:
                    yield story_id, f"search index: story {story_id} as it was before"
            for story_id in sorted(passages.strays(session, self.index.passages)):
                yield story_id, f"search index: a passage of story {story_id} can still be found"
            yield from self.index.leftovers()
        except NotReady as problem:
            yield 0, f"search index: {problem.sentence}"

    def trouble(self, session: Session) -> str | None:
        """What is wrong with the index, in one sentence; None when it is sound and complete."""
        try:
            missing = len(self.wanted(session).keys() - self.index.versions().keys())
        except NotReady as problem:
            return problem.sentence
        return f"{missing} stories cannot be found; run: storybank reindex" if missing else None

    def lag(self, session: Session) -> int:
        """How many stories the index holds otherwise than they stand now; 0 also where it is away,
        of which ``trouble`` tells."""
        try:
            held = self.index.versions()
        except NotReady:
            return 0
        wanted = self.wanted(session)
        changed = sum(held.get(story_id) != version for story_id, version in wanted.items())
        return changed + len(held.keys() - wanted.keys())

    def reindex(
        self, session: Session, progress: Callable[[int], None] = lambda stories: None
    ) -> int:
        """Build the index anew beside the old one, change over, and say how many stories it holds.

        Cut off at any moment, it leaves the old index in use. ``progress`` is given the number
        of stories done since it was last called.
        """
        wanted = self.wanted(session)

        def catch_up(fresh: Holds) -> None:
            # A new look: the session may see the database as it was when the work began.
            with Session(session.get_bind()) as later:
                wanted = self.wanted(later)
                fresh.forget(fresh.versions().keys() - wanted.keys())
                _bring_up_to_date(later, fresh, wanted)
                passages.keep(later, fresh.passages, None, wanted)

        def fill(fresh: Holds) -> None:
            fresh.put(_documents(session, wanted, progress))
            passages.keep(session, fresh.passages, None, wanted)

        self.index.rebuild(fill, catch_up)
        return len(self.index.versions())

    def wanted(self, session: Session) -> dict[int, int]:
        """What the index should hold: {story id: its edition (``masking.editions``)}."""
        return _editions(session, reading.permitted_ids(session, _indexing()))

    def wanted_ids(self, session: Session) -> set[int]:
        """The stories the index should hold."""
        return set(self.wanted(session))


def _promise_once(session: Session, name: str) -> None:
    waits = select(Job.id).where(Job.name == name, Job.failed_at.is_(None))
    if session.scalar(waits.limit(1)) is None:
        queue.put(session, name, queue.LATER)


def _indexing() -> Use:
    return Use.claim(MACHINE, Purpose.INDEX, now())


def _editions(session: Session, story_ids: Collection[int]) -> dict[int, int]:
    """{story id: its edition}: another number where its words, or what is masked, changed."""
    return masking.editions(session, _indexing(), story_ids)


def _bring_up_to_date(session: Session, holder: Holds, wanted: Mapping[int, int]) -> None:
    """Put in what is missing or of another edition."""
    if not wanted:
        return
    held = holder.versions()
    lacking = {number: edition for number, edition in wanted.items() if held.get(number) != edition}
    # An edition gives way to one that may show less: no word of it may stay in a file.
    old = lacking.keys() & held.keys()
    if old:
        holder.forget(old)
    if lacking:
        holder.put(_documents(session, lacking))


def _documents(
    session: Session,
    wanted: Mapping[int, int],
    progress: Callable[[int], None] = lambda stories: None,
) -> Iterator[Document]:
    use = _indexing()
    for part in slices(sorted(wanted), SLICE):
        for story in reading.stories(session, use, part):
            yield Document(story.story_id, wanted[story.story_id], story.title, story.text)
        progress(len(part))
