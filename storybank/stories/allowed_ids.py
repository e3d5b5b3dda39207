"""The ids of all stories that a use allows, kept from one page to the next: for lists that are too
long to ask the rule about every story each time.

Kept is what the rule answered, with the epoch and the time it answered in (``consent.epoch``). Each
page reads the epoch in its own transaction. Where it is another, the rule is asked anew about the
stories that changed, and about those of which a yes began or ran out since; so what is kept is as
true as asking, and a stop is true at its commit, on whichever machine it was made.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Collection, Hashable, Sequence
from datetime import datetime
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from storybank.consent import epoch
from storybank.consent.epoch import Moments, Stamps
from storybank.consent.rules import Purpose, Use
from storybank.stories.allowed import permitted_among, permitted_ids

MOST_KEPT = 24
"""For how many uses one process keeps ids: 8 bytes a story each."""
MANY = 1_000
"""Where more stories changed, all are asked about at once."""
TRIES = 3


class _Answer(NamedTuple):
    """What the rule answered for one use."""

    epoch: int
    stamps: Stamps
    at: datetime
    moments: Moments
    ids: array[int]


class _House:
    """What is kept in one house."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.answers: OrderedDict[Hashable, _Answer] = OrderedDict()


_houses: WeakKeyDictionary[Engine, _House] = WeakKeyDictionary()


def allowed_ids(session: Session, use: Use) -> Sequence[int]:
    """The ids of the stories that ``use`` allows now, as this session's transaction sees it, the
    lowest first. Not to be changed by who gets it."""
    house = _houses.setdefault(session.get_bind().engine, _House())
    key = key_of(use)
    # The session has its connection before anybody waits here for anybody else.
    number = epoch.epoch(session)
    with house.lock:
        found = house.answers.get(key)
        for _ in range(TRIES):
            if found and found.epoch == number and found.moments.hold(use.at):
                house.answers[key] = found
                house.answers.move_to_end(key)
                while len(house.answers) > MOST_KEPT:
                    house.answers.popitem(last=False)
                return found.ids
            found = _asked(session, use, found, number)
            # Somebody may have committed between two statements, where each sees the newest.
            number = epoch.epoch(session)
        house.answers.pop(key, None)
        return found.ids if found else ()


def among(ids: Sequence[int], story_id: int) -> bool:
    """Is this one of those ids?"""
    at = bisect_left(ids, story_id)
    return at < len(ids) and ids[at] == story_id


def key_of(use: Use) -> Hashable:
    """All that the rule reads of a use but the time. Only keeping asks who leads, and only one's
    own stories whose they are."""
    return (
        use.purpose, use.audience, use.audience_words, use.event, use.medium, use.variant,
        use.sha256,
        use.actor.account_id if use.purpose is Purpose.KEEP else None,
        use.actor.person_id if use.purpose is Purpose.OWN else None,
    )  # fmt: skip


def _asked(session: Session, use: Use, old: _Answer | None, number: int) -> _Answer:
    stamps, moments = epoch.stamps(session), epoch.moments(session, use.at)
    if old is not None:
        changed = stamps.changed_since(old.stamps)
        if not old.moments.hold(use.at):
            changed |= epoch.turned(session, old.at, use.at)
        if len(changed) <= MANY:
            ids = _changed(old.ids, changed, permitted_among(session, use, changed))
            return _Answer(number, stamps, use.at, moments, ids)
    ids = array("q", sorted(permitted_ids(session, use)))
    return _Answer(number, stamps, use.at, moments, ids)


def _changed(ids: array[int], changed: Collection[int], now: set[int]) -> array[int]:
    """The ids, with those of the changed ones in it that are allowed now and no others."""
    gone = {story_id for story_id in changed if story_id not in now and among(ids, story_id)}
    come = {story_id for story_id in now if not among(ids, story_id)}
    if not gone and not come:
        return ids
    kept = (story_id for story_id in ids if story_id not in gone)
    return array("q", sorted([*kept, *come]) if come else kept)
