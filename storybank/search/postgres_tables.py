"""The tables in which PostgreSQL keeps the search index, and how words are written there.

A text is cut into parts, for PostgreSQL counts no further than 256 places of a word in one vector.
Each part has the first words of the next one too, so that no phrase falls between two.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storybank.errors import Conflict, NotReady
from storybank.search.index import Document, Passage
from storybank.search.kinds import PASSAGES, STORIES, Kind, row, stem
from storybank.search.postgres_schema import drop, quoted
from storybank.search.query import words_in

PART, MORE = 230, 16
"""Words of a part, and how many of the next part's it has too."""
FORM = "="
"""Stands before a word that does not begin its own stem, so that a beginning finds it."""
WRITER, REBUILDER, CHANGING = 1_935_763_041, 1_935_763_042, 1_935_763_043
"""Numbers of the locks that writers and rebuilders hold, among all who use this database; and of
the one that stops share, and that whoever changes over to another index holds alone."""
WAIT = "20s"
KINDS = (STORIES, PASSAGES)
UNUSABLE = (
    "PostgreSQL did not let the search index be used. See whether the house's user may make "
    "schemas (GRANT CREATE ON DATABASE), then run: storybank reindex"
)
BUSY = "The search index is busy. Try again in a minute."
BUILDING = "The search index is being built already. Wait until it is done."


def create(connection: Connection, schema: str, *, ready: bool) -> None:
    """Make empty tables; where they are to be ``ready`` at once, with all they need."""
    name = quoted(schema)
    drop(connection, schema)
    connection.execute(sa.text(f"CREATE SCHEMA {name}"))
    connection.execute(
        sa.text(f"CREATE UNLOGGED TABLE {name}.whole (built timestamp, owes_since timestamp)")
    )
    for kind in KINDS:
        columns = ", ".join(f'"{column}" bigint NOT NULL' for column in kind.columns)
        key = quoted(kind.columns[0])
        connection.execute(
            sa.text(f"CREATE UNLOGGED TABLE {name}.{kind.name} ({columns}, PRIMARY KEY ({key}))")
        )
        connection.execute(
            sa.text(
                f"CREATE UNLOGGED TABLE {name}.{kind.name}_part (id bigint NOT NULL,"
                " field smallint NOT NULL, part integer NOT NULL, words tsvector NOT NULL,"
                " PRIMARY KEY (id, field, part))"
            )
        )
    if ready:
        finish(connection, schema)


def finish(connection: Connection, schema: str) -> None:
    """Make what searches need, and say that the index is whole."""
    name = quoted(schema)
    for kind in KINDS:
        # Without a list of what is still to be sorted in: a word that was deleted is in no list.
        connection.execute(
            sa.text(
                f"CREATE INDEX ON {name}.{kind.name}_part USING gin (words) WITH (fastupdate = off)"
            )
        )
    connection.execute(sa.text(f"CREATE INDEX ON {name}.{PASSAGES.name} (story)"))
    connection.execute(sa.text(f"INSERT INTO {name}.whole VALUES (now() AT TIME ZONE 'UTC', NULL)"))


def put(
    connection: Connection, schema: str, kind: Kind, documents: list[Document] | list[Passage]
) -> None:
    """Take these in, each in place of what is held of the same."""
    last = {document[0]: document for document in documents}
    forget(connection, schema, kind, list(last))
    name, columns = quoted(schema), ", ".join(map(quoted, kind.columns))
    values = ", ".join(f":c{n}" for n in range(len(kind.columns)))
    rows, parts = [], []
    for document in last.values():
        numbers, texts = row(document)
        rows.append({f"c{n}": number for n, number in enumerate(numbers)})
        for field, text in enumerate(texts):
            for part, words in enumerate(vectors(text)):
                parts.append({"id": numbers[0], "field": field, "part": part, "words": words})
    if rows:
        into = f"INSERT INTO {name}.{kind.name} ({columns}) VALUES ({values})"
        connection.execute(sa.text(into), rows)
    if parts:
        into = f"INSERT INTO {name}.{kind.name}_part VALUES (:id, :field, :part,"
        connection.execute(sa.text(f"{into} CAST(:words AS tsvector))"), parts)


def forget(
    connection: Connection, schema: str, kind: Kind, ids: list[int], column: str | None = None
) -> None:
    """Forget these, or those with these numbers in ``column``."""
    name, key = quoted(schema), quoted(kind.columns[0])
    those = f"SELECT {key} FROM {name}.{kind.name} WHERE {quoted(column or '')} = ANY(:ids)"
    among = f"IN ({those})" if column else "= ANY(:ids)"
    gone = 0
    for table, of in ((f"{kind.name}_part", "id"), (kind.name, key)):
        ran = connection.execute(
            sa.text(f"DELETE FROM {name}.{table} WHERE {of} {among}"), {"ids": ids}
        )
        gone += ran.rowcount
    if gone:
        connection.execute(
            sa.text(
                f"UPDATE {name}.whole SET owes_since = now() AT TIME ZONE 'UTC'"
                " WHERE owes_since IS NULL"
            )
        )


def vectors(text: str) -> Iterator[str]:
    """The parts of a text, as PostgreSQL writes vectors of words."""
    words = words_in(text)
    for start in range(0, len(words), PART):
        places: dict[str, list[int]] = {}
        forms = set()
        for place, word in enumerate(words[start : start + PART + MORE], 1):
            stemmed = stem(word)
            places.setdefault(stemmed, []).append(place)
            if not stemmed.startswith(word):
                forms.add(FORM + word)
        spelt = [f"{lexeme(word)}:{','.join(map(str, at))}" for word, at in places.items()]
        yield " ".join([*spelt, *map(lexeme, forms)])


def lexeme(word: str) -> str:
    """A word as PostgreSQL reads it in vectors and questions."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, alone among all who write. Raises Conflict after 20 seconds."""
    with engine.begin() as connection:
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{WAIT}'"))
        try:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER})
        except sa.exc.OperationalError:
            raise Conflict(BUSY) from None
        yield connection


def share(connection: Connection) -> None:
    """Until this transaction ends, nobody changes over to another index."""
    connection.execute(sa.text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": CHANGING})


def change_over(connection: Connection) -> None:
    """Until this transaction ends, stops wait. Raises OperationalError after 20 seconds."""
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHANGING})


@contextmanager
def rebuilding(engine: Engine) -> Iterator[None]:
    """Alone in building anew. Raises Conflict at once when somebody else is at it."""
    with engine.connect() as connection:
        if not connection.scalar(sa.text("SELECT pg_try_advisory_lock(:k)"), {"k": REBUILDER}):
            raise Conflict(BUILDING)
        connection.commit()
        try:
            yield
        finally:
            connection.execute(sa.text("SELECT pg_advisory_unlock(:k)"), {"k": REBUILDER})
            connection.commit()


@contextmanager
def told() -> Iterator[None]:
    """What PostgreSQL refuses becomes one sentence that quotes nothing."""
    try:
        yield
    except sa.exc.DBAPIError:
        raise NotReady(UNUSABLE) from None
