"""Keeps a node's own index in step: reads what changed, asks the door anew about those stories, and
builds the index where there is none, or none that could catch up. Searches go on meanwhile; what
changed and was not followed yet is hidden from them (``OwnIndex.hidden``).
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.consent import epoch
from storybank.db import slices
from storybank.errors import Conflict, NotReady
from storybank.search import changes, contents
from storybank.search.changes import Change, House, Read
from storybank.search.own_index import OwnIndex, Place

EVERY = 1.0
"""Seconds between two looks for changes."""
SHORTEST = 0.3
"""Seconds between two looks, where this process has just changed something."""
LONGEST = 30.0
"""Seconds between two looks, where they fail."""
AT_ONCE = 200
"""Stories taken in in one step."""
TOO_MANY = 20_000
"""Of so many changed stories the index is sooner built anew than brought up to date."""
TIDY_EVERY, CLOCK_EVERY, COMPARED_EVERY = 60.0, 60.0, 3_600.0
"""Seconds between two times that words are erased from large files; that stories are looked for of
which a yes began or ran out; and that all that is held is compared with all that should be."""
NIGHT = range(1, 5)
A_DAY = timedelta(hours=20)

log = structlog.get_logger()


class Follower:
    """Follows in a thread of this process, unless another process of this machine does."""

    def __init__(self, engine: Engine, own: OwnIndex) -> None:
        # No transaction stays open while files are written.
        self.engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.own = own
        self.begun: int | None = None
        """From which transaction on it follows, once what is being built is there."""
        self._wake, self._stopped = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._times: dict[str, float] = {}
        self._clock: datetime | None = None

    def start(self, sessions: sessionmaker[Session]) -> None:
        """Follow from now on; at once, where ``sessions`` of this process change something."""
        if self._thread is not None or self._stopped.is_set():
            return
        with self._lock:
            if self._thread is None:
                changes.call_after(sessions, self._wake.set)
                self._thread = threading.Thread(target=self._work, name="following", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Follow no more. What is half done is done anew by whoever follows next."""
        self._stopped.set()
        self._wake.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=2.0)

    def follow(self) -> bool:
        """One look, here and now; False where another process follows. Raises Conflict, NotReady
        and what a database raises that is away."""
        with self.own.following() as alone:
            if alone:
                self._look()
            return alone

    def build(self) -> bool:
        """Build the index anew, here and now, and follow it up; False where another process
        follows: that one builds it."""
        with self.own.following() as alone:
            if alone:
                with Session(self.engine) as session:
                    self._build(session)
                self._look()
            else:
                self.own.forget_place()
            return alone

    def _work(self) -> None:
        pause = EVERY
        while not self._stopped.is_set():
            try:
                with self.own.following() as alone:
                    while alone and not self._stopped.is_set():
                        self._look()
                        pause = EVERY
                        self._wait(EVERY)
            except Exception as problem:  # a database that is away must not end the thread
                log.warning("index_not_followed", trouble=type(problem).__name__)
                pause = min(LONGEST, 2 * pause)
            self._stopped.wait(pause)

    def _wait(self, seconds: float) -> None:
        self._stopped.wait(SHORTEST)
        self._wake.wait(seconds - SHORTEST)
        self._wake.clear()

    def _look(self) -> None:
        with Session(self.engine) as session:
            place = None if self._is_broken() else self.own.place()
            there = changes.read(session, place.upto if place else 2**62)
            if place is None or _cannot_follow(place, there):
                self._build(session)
                return
            taken = set(place.ahead)
            fresh = [one for one in there.changes if one.id not in taken]
            try:
                if len(fresh) > TOO_MANY:
                    self._build(session)
                    return
                self._take_in(session, fresh)
                self._follow_the_clock(session)
                if self._due("compared", COMPARED_EVERY, at_once=False):
                    contents.keep_all(session, self.own.index, coded=False)
            except NotReady:
                log.warning("index_broken")
                self._build(session)
                return
            upto = max(place.upto, there.settled)
            ahead = sorted(one.id for one in there.changes if one.xact >= upto)
            if (upto, tuple(ahead)) != (place.upto, place.ahead):
                self.own.note(there.house, upto, ahead)
        self._tidy()

    def _take_in(self, session: Session, fresh: list[Change]) -> None:
        whole = {one.story_id for one in fresh if not one.passages}
        coded = {one.story_id for one in fresh} - whole
        for ids in slices(sorted(whole), AT_ONCE):
            contents.keep(session, self.own.index, ids)
        for ids in slices(sorted(coded), AT_ONCE):
            contents.keep_passages(session, self.own.index, ids)

    def _follow_the_clock(self, session: Session) -> None:
        """Take in of which a yes began since the last time, and forget of which one ran out."""
        if not self._due("clock", CLOCK_EVERY):
            return
        before, self._clock = self._clock, now()
        if before is not None:
            turned: Collection[int] = epoch.turned(session, before, self._clock)
            for ids in slices(sorted(turned), AT_ONCE):
                contents.keep(session, self.own.index, ids)

    def _build(self, session: Session) -> None:
        """Anew, beside the old one. Raises Conflict where somebody does so already."""
        there = changes.read(session, 2**62)
        self.begun = there.settled
        began = monotonic()
        try:
            contents.rebuild(session, self.own.index)
            self._follow_on(there.house, there.settled)
        finally:
            self.begun = None
        log.info("index_built", seconds=round(monotonic() - began, 1))

    def _follow_on(self, house: House, upto: int) -> None:
        self.own.note(house, upto)
        self.own.doubted = False
        self._clock = now()
        self._due("compared", 0)

    def _tidy(self) -> None:
        """Leave no word on the disk of what was deleted; in the night, make large files of many."""
        if not self._due("tidied", TIDY_EVERY):
            return
        try:
            if now().hour in NIGHT and now() - self.own.index.built() > A_DAY:
                with Session(self.engine) as session:
                    self._build(session)
            elif self.own.index.owes():
                self.own.index.erase()
        except Conflict:
            pass  # somebody builds it: without such words

    def _is_broken(self) -> bool:
        if not self.own.doubted:
            return False
        try:
            self.own.index.close()
            self.own.index.versions()
            self.own.index.passages.editions()
        except NotReady:
            return True
        self.own.doubted = False
        return False

    def _due(self, what: str, every: float, at_once: bool = True) -> bool:
        """Is it so many seconds since this was last asked and answered yes?"""
        last = self._times.setdefault(what, -every if at_once else monotonic())
        if monotonic() - last < every:
            return False
        self._times[what] = monotonic()
        return True


def _cannot_follow(place: Place, there: Read) -> bool:
    """Are these changes of another house, or of another time, or are some gone unread?"""
    return place.house != there.house or place.upto < there.put_away or place.upto > there.horizon
