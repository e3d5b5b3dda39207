"""What changed for searches, in the order of transactions: written with the act, followed by the
index of each node, and gone when all nodes have read it.

A row carries the number of its transaction. Those numbers are given out in order, but transactions
end in any: so whoever follows takes in all that is committed, and holds for read only what lies
below the oldest transaction that is still open (the horizon). Nothing can come there any more. Nor
is it held for read up to the horizon itself: a server that crashed may give numbers out again that
it gave to what was never committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.events import WAITING, Coded, StoryChanged, UseStopped
from storybank.nodes.models import HouseFact, Node
from storybank.search.change_models import SearchChange

FACT = "search changes"
"""The house's note of how far they were put away."""
KEPT = timedelta(days=1)
"""A node that was away for so long finds what it missed; later it builds its index anew."""
LONGEST = timedelta(days=7)
"""For no node are they kept longer, even where it still says that it is there."""
LIVE = timedelta(minutes=2)
"""A node that was not heard of for so long is gone."""
MOST_HIDDEN = 2_000
"""Of so many stories a search is told that they changed; where it is more, it asks elsewhere."""

_CHANGED = "storybank_search_changed"
_NOW = sa.func.timezone("utc", sa.func.clock_timestamp())
"""By the database's clock: a machine whose own is wrong puts nothing away too soon."""


class House(NamedTuple):
    """Which rows these are: those of a restored or moved house are others."""

    server: str
    """The number of the server, and that of the table in it."""
    timeline: str
    """Another one where a standby took over, or an earlier state was put back."""


class Change(NamedTuple):
    id: int
    story_id: int
    passages: bool
    """Only what is coded on it changed."""
    xact: int


class Read(NamedTuple):
    """What there is to read at one moment."""

    house: House
    horizon: int
    """The number of the oldest transaction that is still open, or else of the next."""
    settled: int
    """Every change of a transaction below it is among ``changes``, or lay below what was asked."""
    put_away: int
    """Changes of transactions below it may be gone."""
    changes: list[Change]


def note_with_the_act(sessions: sessionmaker[Session]) -> None:
    """From now on every session that commits a change writes it down, in its own transaction."""

    def before_commit(session: Session) -> None:
        happened = session.info.get(WAITING, ())
        whole = {one.story_id for one in happened if isinstance(one, StoryChanged | UseStopped)}
        coded = {one.story_id for one in happened if isinstance(one, Coded)} - whole
        rows = [{"story_id": number, "passages": False} for number in sorted(whole)]
        rows += [{"story_id": number, "passages": True} for number in sorted(coded)]
        if rows:
            session.connection().execute(_NOTE, rows)
            session.info[_CHANGED] = True

    # Before the events are taken away to become jobs.
    sa.event.listen(sessions, "before_commit", before_commit, insert=True)


def call_after(sessions: sessionmaker[Session], work: Callable[[], None]) -> None:
    """Have ``work`` done straight after each commit of such a change."""

    def after_commit(session: Session) -> None:
        if session.info.pop(_CHANGED, False):
            work()

    sa.event.listen(sessions, "after_commit", after_commit)


def read(session: Session, upto: int) -> Read:
    """What transactions from number ``upto`` on changed, as one statement sees it."""
    rows = session.execute(_READ, {"upto": upto}).all()
    first = rows[0]
    changes = [Change(*row[5:]) for row in rows if row.id is not None]
    settled = max(first.newest + 1, first.put_away)
    house = House(first.server, first.timeline)
    return Read(house, first.horizon, settled, first.put_away, changes)


def hidden(session: Session, server: str, upto: int, ahead: Iterable[int]) -> set[int] | None:
    """Stories that changed since somebody read all below ``upto``, and these rows beside.

    None where it cannot be told, or there are too many.
    """
    asked = {"server": server, "upto": upto, "ahead": list(ahead)}
    found = set(session.scalars(_HIDDEN, asked))
    return None if 0 in found or len(found) > MOST_HIDDEN else found


def behind(session: Session, upto: int) -> int:
    """Of how many stories something changed since a node said that it had followed up to here: for
    a look at all nodes. It may have gone on since it said so."""
    count = sa.select(sa.func.count(SearchChange.story_id.distinct()))
    return session.scalar(count.where(SearchChange.xact >= upto)) or 0


def put_away(session: Session) -> int:
    """Delete what every node that is alive has read, and nobody will ask for; how many rows."""
    followers = sa.select(sa.func.min(Node.index_at)).where(Node.seen_at > _NOW - LIVE)
    read_by_all = sa.and_(
        SearchChange.made_at < _NOW - KEPT,
        SearchChange.xact < sa.func.coalesce(followers.scalar_subquery(), 2**62),
    )
    gone = session.scalars(
        sa.delete(SearchChange)
        .where(sa.or_(read_by_all, SearchChange.made_at < _NOW - LONGEST))
        .returning(SearchChange.xact)
        .execution_options(synchronize_session=False)
    ).all()
    if gone:
        upto = max(max(gone) + 1, _put_away_upto(session))
        session.execute(sa.delete(HouseFact).where(HouseFact.name == FACT))
        fact = {"name": FACT, "value": {"upto": upto}, "noted_at": now()}
        session.execute(sa.insert(HouseFact).values(fact))
    return len(gone)


def _put_away_upto(session: Session) -> int:
    fact = session.scalar(sa.select(HouseFact.value).where(HouseFact.name == FACT))
    return int(fact["upto"]) if fact else 0


_NOTE = sa.insert(SearchChange).values(
    xact=sa.literal_column("CAST(CAST(pg_current_xact_id() AS text) AS bigint)"), made_at=_NOW
)
_SERVER = (
    "(SELECT system_identifier FROM pg_control_system())"
    " || '.' || CAST(CAST('search_change' AS regclass) AS oid)"
)
_PUT_AWAY = f"(SELECT CAST(value ->> 'upto' AS bigint) FROM house_fact WHERE name = '{FACT}')"
_HORIZON = "CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)"
_READ = sa.text(
    f"WITH here AS (SELECT {_SERVER} AS server,"
    " left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline,"
    f" {_HORIZON} AS horizon,"
    f" coalesce((SELECT max(xact) FROM search_change WHERE xact < {_HORIZON}), 0) AS newest,"
    f" coalesce({_PUT_AWAY}, 0) AS put_away)"
    " SELECT here.*, c.id, c.story_id, c.passages, c.xact FROM here"
    " LEFT JOIN search_change c ON c.xact >= :upto ORDER BY c.xact, c.id"
)
_HIDDEN = sa.text(
    "SELECT story_id FROM search_change"
    " WHERE xact >= :upto AND NOT passages AND id <> ALL (CAST(:ahead AS bigint[]))"
    f" UNION ALL SELECT 0 WHERE {_SERVER} <> :server OR {_PUT_AWAY} > :upto"
    f" LIMIT {MOST_HIDDEN + 1}"
)
