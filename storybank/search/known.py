"""What a use may find, kept from one search to the next: stories, and what they carry.

Kept is what the door answered, with the epoch and the time it answered in (``consent.epoch``). Each
search reads the epoch in its own transaction. Where it is another, the door is asked anew about the
stories that changed, and about those of which a yes began or ran out since; so what is kept is as
true as asking, and a stop is true at its commit. Who codes blind is no part of it: that is asked at
each count. Ids and numbers alone are kept, and no word.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment
from storybank.coding.seeing import blind, seen_throughout
from storybank.consent import epoch
from storybank.consent.epoch import Moments, Stamps
from storybank.consent.rules import Purpose, Use
from storybank.db import slices
from storybank.people.rules import Actor
from storybank.search import facets
from storybank.search.index import Allowed
from storybank.search.sights import SEES_CODES, SEES_FACTS
from storybank.stories import reading
from storybank.stories.allowed_ids import key_of
from storybank.stories.models import Story, StoryAttribute

if TYPE_CHECKING:
    from storybank.search.tallies import Ids, Tallies

MOST_KEPT = 24
"""For how many uses one process keeps what is known: a few hundred kB each at 10,000 stories."""
MANY = 1_000
"""Where more stories changed, all are asked about at once."""
TRIES = 3
HIGHEST = 16_000_000
"""Above such a story number nothing is counted from bits."""


@dataclass(frozen=True)
class Known:
    """What the door answered for one use."""

    epoch: int
    stamps: Stamps
    """The epoch of each story."""
    at: datetime
    moments: Moments
    allowed: Allowed
    tallies: Tallies | None
    """Codes by their number and facts as (name, value), without regard to who codes blind. None
    where story numbers are too high for it."""


class _Kept:
    """What is known in one house."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.known: OrderedDict[Hashable, Known] = OrderedDict()

    def put(self, key: Hashable, known: Known) -> None:
        self.known[key] = known
        self.known.move_to_end(key)
        while len(self.known) > MOST_KEPT:
            self.known.popitem(last=False)


_houses: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def known(session: Session, use: Use) -> Known:
    """What ``use`` may find now, as this session's transaction sees it."""
    kept = _houses.setdefault(session.get_bind().engine, _Kept())
    key = key_of(use)
    # The session has its connection before anybody waits here for anybody else.
    number = epoch.epoch(session)
    with kept.lock:
        found = kept.known.get(key)
        for _ in range(TRIES):
            if found and found.epoch == number and found.moments.hold(use.at):
                kept.put(key, found)
                return found
            found = _asked(session, use, found, number)
            # Somebody may have committed between two statements, where each sees the newest.
            number = epoch.epoch(session)
        kept.known.pop(key, None)
        return found if found else _asked(session, use, None, number)


def _asked(session: Session, use: Use, old: Known | None, number: int) -> Known:
    stamps, moments = epoch.stamps(session), epoch.moments(session, use.at)
    changed = _changed(session, use, old, stamps)
    if old is None or changed is None or len(changed) > MANY:
        allowed = Allowed(reading.permitted_ids(session, use))
        return Known(number, stamps, use.at, moments, allowed, _tallies(session, use))
    now = reading.permitted_among(session, use, changed)
    allowed, tallies = old.allowed, old.tallies
    if now != changed & allowed:
        allowed = Allowed((allowed - changed) | now)
    if tallies and changed:
        highest = max(changed)
        fresh = _carried(session, use, changed)
        tallies = tallies.changed(changed, fresh, highest) if highest <= HIGHEST else None
    return Known(number, stamps, use.at, moments, allowed, tallies)


def _changed(session: Session, use: Use, old: Known | None, stamps: Stamps) -> set[int] | None:
    if old is None:
        return None
    changed = stamps.changed_since(old.stamps)
    if not old.moments.hold(use.at):
        changed |= epoch.turned(session, old.at, use.at)
    return changed


def _tallies(session: Session, use: Use) -> Tallies | None:
    from storybank.search.tallies import Tallies

    highest = session.scalar(select(sa.func.max(Story.id))) or 0
    return Tallies.of(_carried(session, use, None), highest) if highest <= HIGHEST else None


def _carried(
    session: Session, use: Use, story_ids: Collection[int] | None
) -> Iterator[tuple[int, Hashable]]:
    """(story, a code or a fact) of these stories, or of all."""
    if use.purpose in SEES_CODES:
        yield from _codes(session, use, story_ids)
    if use.purpose in SEES_FACTS:
        yield from _facts(session, use, story_ids)


def _codes(
    session: Session, use: Use, story_ids: Collection[int] | None
) -> Iterator[tuple[int, int]]:
    # Without an account nobody codes blind: those who do are told apart at each count.
    use = replace(use, actor=replace(use.actor, account_id=None))
    if story_ids is not None:
        yield from facets.carried(session, use, story_ids)
        return
    pair = select(Coding.story_id, Coding.code_id).distinct()
    for row in session.execute(pair.where(seen_throughout(use))):
        yield row.story_id, row.code_id


def _facts(
    session: Session, use: Use, story_ids: Collection[int] | None
) -> Iterator[tuple[int, tuple[str, str]]]:
    told = reading.tells(use, StoryAttribute.name, StoryAttribute.story_id)
    every = select(StoryAttribute.story_id, StoryAttribute.name, StoryAttribute.value).where(told)
    some = [sa.true()] if story_ids is None else [
        StoryAttribute.story_id.in_(ids) for ids in slices(story_ids)
    ]  # fmt: skip
    for among in some:
        for story_id, name, value in session.execute(every.where(among)):
            yield story_id, (name, value)


def veiled(session: Session, use: Use) -> Ids:
    """The stories that the person asking is still to code blind."""
    import numpy as np

    if use.actor.account_id is None:
        return np.zeros(0, np.int64)
    return np.array(list(session.scalars(_veils(use.actor))), np.int64)


@lru_cache(maxsize=256)
def _veils(actor: Actor) -> sa.Select[int]:
    # Made once: to make it took more time than to ask.
    use = Use(actor, Purpose.STUDY, datetime.min)
    mine = Assignment.account_id == actor.account_id
    return select(Assignment.story_id).where(mine, blind(use, Assignment.story_id)).distinct()
