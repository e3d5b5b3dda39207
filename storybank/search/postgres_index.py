"""The index that PostgreSQL keeps: searches for a house that has no index of its own on disk.

It answers to the same protocol as ``whoosh_index`` and finds the same; it is slower, and ranks more
simply. What it has over files: it is there for every process and machine that reaches the database,
and what is stopped leaves it in the transaction of the stop (``forget_with_the_stop``).

A row that was deleted is nobody's to find. PostgreSQL clears it away when ``erase`` says so, and
``rebuild`` writes every file anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.errors import NotReady
from storybank.events import WAITING, UseStopped
from storybank.search import postgres_tables as tables
from storybank.search.index import Document, Hits, Holds, Matches
from storybank.search.kinds import PASSAGES, STORIES, stem
from storybank.search.postgres_held import MISSING, Held, HeldPassages
from storybank.search.postgres_schema import NEW, drop, quoted, schema_of, there
from storybank.search.query import Node

LATE = "1 hour"
"""Rows that were deleted are nobody's to find; that they were not cleared away for so long is worth
telling."""
ELSEWHERE = "Only a house on PostgreSQL can search with it. Leave STORYBANK_SEARCH out."


class PostgresIndex:
    """Keeps the index in the house's database. Safe to share between threads and processes.

    Raises NotReady where the database is none of PostgreSQL's.
    """

    def __init__(self, engine: Engine, ending: str = "") -> None:
        if engine.dialect.name != "postgresql":
            raise NotReady(ELSEWHERE)
        self.engine = engine
        self._stories = Held(engine, STORIES, ending)
        self.passages = HeldPassages(engine, PASSAGES, ending)

    def stem(self, word: str) -> str:
        return str(stem(word))

    def find(self, query: Node, allow: Collection[int]) -> Matches:
        hits = self.look(query, allow)
        return Matches(dict(hits.best(0, hits.total)), hits.complete)

    def look(self, query: Node, allow: Collection[int]) -> Hits:
        return self._stories.look(query, allow)

    def versions(self, story_ids: Collection[int] | None = None) -> dict[int, int]:
        return self._stories.numbers("version", story_ids)

    def story_ids(self) -> set[int]:
        return set(self.versions())

    def put(self, documents: Iterable[Document]) -> None:
        self._stories.put(documents)

    def forget(self, story_ids: Collection[int]) -> None:
        self._stories.forget(story_ids)

    def forget_with_the_stop(self, sessions: sessionmaker[Session]) -> None:
        """From now on a stop takes its story, and the passages of it, out of the index in its own
        transaction. What may be found still is put in again by the job that follows."""

        def before_commit(session: Session) -> None:
            waiting = session.info.get(WAITING, ())
            ids = [event.story_id for event in waiting if isinstance(event, UseStopped)]
            if ids:
                connection = session.connection()
                tables.share(connection)
                schema = schema_of(connection)
                if there(connection, schema):
                    tables.forget(connection, schema, STORIES, ids)
                    tables.forget(connection, schema, PASSAGES, ids, "story")

        # Before the events are taken away to become jobs.
        sa.event.listen(sessions, "before_commit", before_commit, insert=True)

    def prepare(self) -> None:
        with tables.told(), tables.writing(self.engine) as connection:
            schema = schema_of(connection)
            if not there(connection, schema):
                tables.create(connection, schema, ready=True)

    def close(self) -> None:
        """Connections are the engine's to close."""

    def built(self) -> datetime:
        with tables.told(), self.engine.begin() as connection:
            schema = schema_of(connection)
            if not there(connection, schema):
                return now()
            found = connection.scalar(sa.text(f"SELECT built FROM {quoted(schema)}.whole"))
            return found if isinstance(found, datetime) else now()

    def owes(self) -> bool:
        with tables.told(), self.engine.begin() as connection:
            schema = schema_of(connection)
            if not there(connection, schema):
                raise NotReady(MISSING)
            asked = f"SELECT owes_since IS NOT NULL FROM {quoted(schema)}.whole"
            return bool(connection.scalar(sa.text(asked)))

    def erase(self) -> None:
        """Have rows that were deleted cleared away."""
        with tables.rebuilding(self.engine), tables.told(), self.engine.connect() as connection:
            schema = schema_of(connection)
            connection.execute(sa.text(f"UPDATE {quoted(schema)}.whole SET owes_since = NULL"))
            connection.commit()
            connection.execution_options(isolation_level="AUTOCOMMIT")
            for kind in tables.KINDS:
                for table in (kind.name, f"{kind.name}_part"):
                    connection.execute(sa.text(f"VACUUM {quoted(schema)}.{table}"))

    def rebuild(self, fill: Callable[[Holds], None], catch_up: Callable[[Holds], None]) -> None:
        with tables.rebuilding(self.engine):
            try:
                with tables.told(), self.engine.begin() as connection:
                    tables.create(connection, self._new(connection), ready=False)
                fresh = PostgresIndex(self.engine, NEW)
                fill(fresh)
                with tables.told(), self.engine.begin() as connection:
                    tables.finish(connection, self._new(connection))
                with tables.told(), tables.writing(self.engine) as connection:
                    schema = schema_of(connection)
                    # A stop that comes now waits, and then takes its story out of the new one.
                    tables.change_over(connection)
                    catch_up(fresh)
                    drop(connection, schema)
                    connection.execute(
                        sa.text(
                            f"ALTER SCHEMA {quoted(self._new(connection))}"
                            f" RENAME TO {quoted(schema)}"
                        )
                    )
            finally:
                with tables.told(), self.engine.begin() as connection:
                    drop(connection, self._new(connection))

    def leftovers(self) -> Iterator[tuple[int, str]]:
        with tables.told(), self.engine.begin() as connection:
            schema = schema_of(connection)
            if there(connection, schema) and connection.scalar(
                sa.text(
                    f"SELECT owes_since < now() AT TIME ZONE 'UTC' - CAST(:late AS interval)"
                    f" FROM {quoted(schema)}.whole"
                ),
                {"late": LATE},
            ):
                yield 0, "search index: rows that were deleted are not cleared away yet"
            unfinished = connection.scalar(
                sa.text(
                    "SELECT count(*) FROM pg_namespace WHERE nspname = :name"
                    " AND pg_try_advisory_xact_lock(:key)"
                ),
                {"name": self._new(connection), "key": tables.REBUILDER},
            )
        if unfinished:
            yield 0, "search index: what is left of a rebuild that was cut off"

    def _new(self, connection: Connection) -> str:
        return schema_of(connection) + NEW
