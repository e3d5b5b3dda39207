"""Documents of one kind, as PostgreSQL holds them: put, forgotten, looked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storybank.errors import NotReady
from storybank.search import postgres_tables as tables
from storybank.search.index import Hits
from storybank.search.kinds import Kind
from storybank.search.postgres_finding import Finding, TooMuch
from storybank.search.postgres_schema import quoted, schema_of, there
from storybank.search.query import Node

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MISSING = "There is no search index yet. Run: storybank reindex"
MOST_MILLISECONDS = 2_000
"""Of PostgreSQL's time, for one question of a search."""
AT_ONCE = 200
"""Documents that are put in one transaction."""


class Listed:
    """Hits (``index.Hits``)."""

    def __init__(self, scores: dict[int, float], complete: bool = True) -> None:
        self.complete = complete
        self.total = len(scores)
        self._scores = scores

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        import numpy as np

        return np.fromiter(self._scores, np.int64, self.total)

    def best(self, start: int, end: int) -> list[tuple[int, float]]:
        every = sorted(self._scores.items(), key=lambda pair: (-pair[1], pair[0]))
        return every[start:end]


class Held:
    """Documents of one kind, in one schema."""

    def __init__(self, engine: Engine, kind: Kind, ending: str = "") -> None:
        self.engine = engine
        self.kind = kind
        self.ending = ending

    @contextmanager
    def _at(self, *, write: bool = False) -> Iterator[tuple[Connection, str]]:
        """A connection, and the schema: with nobody else writing, or to read from."""
        begun = tables.writing(self.engine) if write and not self.ending else self.engine.begin()
        with tables.told(), begun as connection:
            schema = schema_of(connection) + self.ending
            if not self.ending and not there(connection, schema):
                raise NotReady(MISSING)
            yield connection, schema

    def put(self, documents: Iterable[Any]) -> None:
        left = iter(documents)
        while some := list(islice(left, AT_ONCE)):
            with self._at(write=True) as (connection, schema):
                tables.put(connection, schema, self.kind, some)

    def forget(self, ids: Collection[int]) -> None:
        with self._at(write=True) as (connection, schema):
            tables.forget(connection, schema, self.kind, list(ids))

    def look(self, query: Node | None, allow: Collection[int], within: str = "",
             **values: Any) -> Hits:  # fmt: skip
        """``within`` is a condition on the columns, with ``values`` in it."""
        with self._at() as (connection, schema):
            connection.execute(sa.text(f"SET LOCAL statement_timeout = {MOST_MILLISECONDS}"))
            try:
                if within:
                    allow = frozenset(self._ids(connection, schema, within, values)) & set(allow)
                finding = Finding(connection, schema, self.kind, allow)
                if query is None:
                    return Listed(dict.fromkeys(sorted(finding.everybody), 1.0))
                return Listed(finding.node(query) if allow else {})
            except TooMuch:
                return Listed({}, complete=False)
            except sa.exc.OperationalError as problem:
                if getattr(problem.orig, "sqlstate", None) != "57014":  # cancelled: took too long
                    raise
                connection.rollback()
                return Listed({}, complete=False)

    def numbers(self, column: str, story_ids: Collection[int] | None = None) -> dict[int, int]:
        """{id: number in this column} of these stories, or of all."""
        with self._at() as (connection, schema):
            where = "" if story_ids is None else " WHERE story = ANY(:ids)"
            rows = connection.execute(
                sa.text(
                    f"SELECT {quoted(self.kind.columns[0])}, {quoted(column)}"
                    f" FROM {quoted(schema)}.{self.kind.name}{where}"
                ),
                {} if story_ids is None else {"ids": list(story_ids)},
            )
            return {number: other for number, other in rows}

    def _ids(
        self, connection: Connection, schema: str, within: str, values: dict[str, Any]
    ) -> Iterable[int]:
        key = quoted(self.kind.columns[0])
        chosen = f"SELECT {key} FROM {quoted(schema)}.{self.kind.name} WHERE {within}"
        return connection.scalars(sa.text(chosen), values)


class HeldPassages(Held):
    """Coded passages (``index.Passages``)."""

    def look(  # type: ignore[override]
        self,
        query: Node | None,
        allow: Collection[int],
        codes: Collection[int] | None = None,
        stories: Collection[int] | None = None,
    ) -> Hits:
        narrow = {
            name: list(some) for name, some in (("code", codes), ("story", stories))
            if some is not None
        }  # fmt: skip
        within = " AND ".join(f"{name} = ANY(:{name})" for name in narrow)
        return super().look(query, allow, within, **narrow)

    def codes_of(self, hits: Hits) -> dict[int, int]:
        with self._at() as (connection, schema):
            rows = connection.execute(
                sa.text(
                    f"SELECT code, count(*) FROM {quoted(schema)}.{self.kind.name}"
                    " WHERE coding = ANY(:ids) GROUP BY code"
                ),
                {"ids": hits.ids.tolist()},
            )
            return {code: many for code, many in rows}

    def editions(self, story_ids: Collection[int] | None = None) -> dict[int, int]:
        return self.numbers("edition", story_ids)

    def stories(self) -> dict[int, int]:
        return self.numbers("story")
